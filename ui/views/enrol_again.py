"""The small sheet that asks for the code by which a profile is let in again."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from ui.presenters.readmission import Readmission, Told
from ui.widgets.button import button
from ui.widgets.field import line_field
from ui.widgets.layout import col, row, stretch
from ui.widgets.text import label, para


class EnrolAgain(QWidget):
    """Asks for a code; stays until the centre has taken it, or the person leaves it."""

    def __init__(self, do: Readmission, *, on_close: Callable[[], None]) -> None:
        super().__init__()
        translate = QCoreApplication.translate
        self._do, self._close = do, on_close
        title = translate("EnrolAgain", "Enrol again")
        self.answer = button(title, self._ask, kind="primary")
        name = translate("EnrolAgain", "Code from the administrator")
        self.code = line_field(name, on_edit=self._edited, on_enter=self._ask)
        self._told = para(
            translate(
                "EnrolAgain",
                "The centre does not know this computer's login any more. Ask your administrator"
                " for a code of your own; records and what waits stay as they are.",
            )
        )
        cancel = button(translate("EnrolAgain", "Not now"), on_close)
        self.setLayout(
            col(
                label(title, "lead", strong=True),
                self._told,
                label(name, strong=True),
                self.code,
                4,
                row(stretch, cancel, self.answer),
                gap=8,
            )
        )
        self.setFocusProxy(self.code)
        self.destroyed.connect(do.close)
        self._edited("")
        do.start(self)

    def show_busy(self) -> None:
        """Let nothing be pressed while the centre is asked."""
        self.answer.setEnabled(False)
        self.code.setEnabled(False)

    def show_problem(self, told: Told) -> None:
        """Say why it did not go, and what to do; the code may be shown again."""
        pattern = QCoreApplication.translate("sentences", "{fact}. {next}")
        words = pattern.format(fact=told[0], next=told[1])
        self._told.setText(f"⚠ {words}")
        self._told.setAccessibleName(words)
        self.code.setEnabled(True)
        self.code.setFocus()
        self._edited(self.code.text())

    def show_done(self) -> None:
        """Go away: the profile is let in."""
        self._close()

    def _ask(self) -> None:
        self._do.show(self.code.text())

    def _edited(self, typed: str) -> None:
        self.answer.setEnabled(bool(typed.strip()))
