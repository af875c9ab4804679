"""A small sheet that asks what an action needs: a reason, or one of several answers."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from gridworker.domain.lines import Choice
from ui.widgets.button import Button, button
from ui.widgets.field import line_field, text_field
from ui.widgets.form_keys import KeyPane
from ui.widgets.layout import col, row, stretch
from ui.widgets.sheet import Sheet
from ui.widgets.text import label, para
from ui.widgets.theme import theme


class Question(KeyPane):
    """What is asked, answered by the button or by Ctrl+Enter."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("box", "none")
        self.answer: Button

    def use_answer(self, answer: Button) -> Button:
        """Let the keys mean this button."""
        self.use({"Ctrl+Return": answer.click, "Ctrl+Enter": answer.click})
        return answer


class AskReason(Question):
    """Asks why; the button carries the verb and stays off while there are no words.

    `begun` is what was typed before; `on_typed` hears all that stands there after each change.
    """

    def __init__(
        self,
        title: str,
        hint: str,
        verb: str,
        *,
        begun: str,
        on_typed: Callable[[str], None],
        on_answer: Callable[[str], None],
        on_cancel: Callable[[], None],
    ) -> None:
        super().__init__()
        self._on_typed = on_typed
        self.answer = self.use_answer(
            button(verb, lambda: on_answer(self.reason.toPlainText().strip()), kind="primary")
        )
        self.reason = text_field(title, text=begun, lines=3, on_edit=self._edited)
        cancel = button(self.tr("Leave it"), on_cancel)
        self.setLayout(
            col(
                label(title, "lead", strong=True),
                para(hint),
                self.reason,
                4,
                row(stretch, cancel, self.answer),
                gap=8,
            )
        )
        self._weigh()
        self.setFocusProxy(self.reason)

    def _edited(self) -> None:
        self._on_typed(self.reason.toPlainText())
        self._weigh()

    def _weigh(self) -> None:
        self.answer.setEnabled(bool(self.reason.toPlainText().strip()))


class AskChoice(Question):
    """Asks which; typing narrows the list, Enter takes the marked one."""

    def __init__(
        self,
        title: str,
        verb: str,
        choices: Sequence[Choice],
        *,
        on_answer: Callable[[str], None],
        on_cancel: Callable[[], None],
    ) -> None:
        super().__init__()
        self._choices, self._on_answer = choices, on_answer
        self.filter = line_field(
            title, placeholder=self.tr("Type to narrow the list"), on_edit=self._narrow
        )
        self.filter.returnPressed.connect(self._answer)
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        self.list.setFixedHeight(theme().space(240))
        self.list.itemActivated.connect(lambda _item: self._answer())
        self.answer = self.use_answer(button(verb, self._answer, kind="primary"))
        cancel = button(self.tr("Leave it"), on_cancel)
        self.setLayout(
            col(
                label(title, "lead", strong=True),
                self.filter,
                self.list,
                4,
                row(stretch, cancel, self.answer),
                gap=8,
            )
        )
        self.setFocusProxy(self.filter)
        self._narrow("")

    def _narrow(self, typed: str) -> None:
        self.list.clear()
        for choice in self._choices:
            if typed.casefold() in choice.words.casefold():
                item = QListWidgetItem(choice.words, self.list)
                item.setToolTip(choice.words)
                item.setData(Qt.ItemDataRole.UserRole, choice.value)
        self.list.setCurrentRow(0)
        self.answer.setEnabled(self.list.count() > 0)

    def _answer(self) -> None:
        for item in self.list.selectedItems() if self.answer.isEnabled() else ():
            self.answer.setEnabled(False)  # a field that hears Ctrl+Enter passes it on
            self._on_answer(str(item.data(Qt.ItemDataRole.UserRole)))


def open_question(
    window: QWidget, name: str, make: Callable[[Callable[[], None]], QWidget]
) -> Sheet:
    """Open a question over a window; `make` gets what closes it."""

    def close() -> None:
        sheet.dismiss()

    content = make(close)
    sheet = Sheet(window, col(content, margins=20), name=name, width=480, on_escape=close)
    content.setFocus()
    return sheet
