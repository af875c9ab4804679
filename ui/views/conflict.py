"""A conflict of fields: what it was, mine and theirs beside each other, and a choice for each."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QLayout, QWidget

from gridworker.domain.lines import AttentionCard, FieldChoice
from ui.presenters.begun_words import Words
from ui.widgets import when
from ui.widgets.button import Button, button
from ui.widgets.field import text_field
from ui.widgets.layout import Item, box, col, row, stretch
from ui.widgets.text import icon_label, label, para
from ui.widgets.theme import theme


def field_word(field: str) -> str:
    """Return the word for a field of a ticket that can be edited."""
    translate = QCoreApplication.translate
    words = {"place": translate("Conflict", "Place"), "note": translate("Conflict", "Note")}
    return words.get(field, field)


def pick(words: str, about: str, *, chosen: bool) -> Button:
    """Return one answer of several; a ring with a dot says that it is the chosen one."""
    made = button(words, kind="tile", density="small", checked=chosen)
    made.setAccessibleDescription(about)
    # As Qt has it once one of a group was in focus: Tab comes to the chosen one, arrows go on.
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)
    off, on = icon_label("circle", 16, "text3"), icon_label("circle-dot", 16, "accentText")
    for place, mark in enumerate((off, on)):
        mark.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        made.layout().insertWidget(place, mark)  # type: ignore[union-attr]  # a row of its own

    def show(checked: bool) -> None:
        off.setVisible(not checked)
        on.setVisible(checked)

    made.toggled.connect(show)
    show(chosen)
    return made


class FieldPick(QWidget):
    """One field; begins with what came later to the centre, and a person decides.

    `on_change` hears that the person chose something or wrote on.
    """

    def __init__(
        self,
        choice: FieldChoice,
        card: AttentionCard,
        now: datetime,
        on_change: Callable[[], None],
    ) -> None:
        super().__init__()
        self._on_change = on_change
        translate = QCoreApplication.translate
        word = field_word(choice.field)
        self._choice = choice
        sides = {
            "mine": translate("Conflict", "Take mine"),
            "theirs": translate("Conflict", "Take theirs"),
            "own": translate("Conflict", "Write it together"),
        }
        self.picks = {
            side: pick(words, word, chosen=side == choice.newer) for side, words in sides.items()
        }
        self._group = QButtonGroup(self)
        for made in self.picks.values():
            self._group.addButton(made)
        self._together = f"{choice.theirs}；{choice.mine}"
        self.own = text_field(
            translate("Conflict", "{field}, written together").format(field=word),
            text=self._together,
            lines=3,
        )
        self.own.hide()
        self.own.textChanged.connect(on_change)
        self._group.buttonToggled.connect(self._toggled)
        heads = {
            "base": (translate("Conflict", "As it was"), ""),
            "mine": (translate("Conflict", "Mine"), when.moment(card.when, now)),
            "theirs": (
                translate("Conflict", "Theirs"),
                " ".join((choice.by, when.moment(choice.at, now) if choice.at else "")).strip(),
            ),
        }
        columns = [
            self._column(*heads["base"], choice.base, ()),
            self._column(*heads["mine"], choice.mine, (self.picks["mine"],), newer="mine"),
            self._column(*heads["theirs"], choice.theirs, (self.picks["theirs"],), newer="theirs"),
        ]
        beside = (
            col(*columns, gap=6)
            if theme().compact
            else row(*((column, 1) for column in columns), gap=8, align=None)
        )
        together = row(self.picks["own"], stretch)
        self.setLayout(col(label(word, strong=True), beside, together, self.own, gap=6))

    def value(self) -> str:
        """Return what was chosen."""
        if self.picks["own"].isChecked():
            return self.own.toPlainText().strip()
        return self._choice.mine if self.picks["mine"].isChecked() else self._choice.theirs

    def words(self) -> dict[str, str]:
        """Return how far a person is: the side, what it said, and what was written together."""
        field = self._choice.field
        side = next(side for side, made in self.picks.items() if made.isChecked())
        said = {f"{field}_side": side, f"{field}_said": self.value()}
        written = self.own.toPlainText()
        return said if written == self._together else {**said, f"{field}_written": written}

    def go_on(self, words: Words) -> None:
        """Go on from there; a side that says something else by now has to be chosen anew."""
        field = self._choice.field
        written = words.get(f"{field}_written", self._together)
        if self.own.toPlainText() != written:
            self.own.setPlainText(written)
        sides = {"mine": self._choice.mine, "theirs": self._choice.theirs}
        side, said = words.get(f"{field}_side", ""), words.get(f"{field}_said")
        if side == "own" or (side in sides and sides[side] == said):
            self.picks[side].setChecked(True)

    def _column(
        self, head: str, about: str, value: str, picks: tuple[Item, ...], *, newer: str = ""
    ) -> QFrame:
        translate = QCoreApplication.translate
        words: list[Item] = [label(head, "meta", strong=True)]
        if newer == self._choice.newer:
            words.append(label(translate("Conflict", "newer"), "meta", "accent"))
        said = value or translate("Conflict", "(empty)")
        about_line = (para(about, "meta", "3"),) if about else ()
        parts: tuple[Item, ...] = (
            row(*words, stretch, gap=6),
            *about_line,
            para(said, tone=None),
            2,
            stretch,
            *((row(*picks, stretch),) if picks else ()),
        )
        made = box("well", col(*parts, gap=4), (12, 8, 12, 10))
        made.setAccessibleName(f"{head} {about}: {said}")
        return made

    def _toggled(self, made: QAbstractButton, on: bool) -> None:
        own = made is self.picks["own"]
        if own:
            self.own.setVisible(on)
            self.own.moveCursor(QTextCursor.MoveOperation.End)
        if on and own and made.hasFocus():
            self.own.setFocus()
        if on:
            self._on_change()


class ConflictChoice(QWidget):
    """All fields of a conflict; `on_choose` hears the value of each, `on_change` how far one is."""

    def __init__(
        self,
        card: AttentionCard,
        *,
        now: datetime,
        on_choose: Callable[[dict[str, str]], None],
        on_change: Callable[[Words], None],
    ) -> None:
        super().__init__()
        self._on_choose, self._on_change = on_choose, on_change
        self._coming_back = False
        self.fields = {
            choice.field: FieldPick(choice, card, now, self._changed) for choice in card.fields
        }
        parts: list[QWidget | QLayout] = list(self.fields.values())
        self.setLayout(col(*parts, gap=10))

    @property
    def first(self) -> Button:
        """The answer that is chosen for the first field."""
        picks = next(iter(self.fields.values())).picks.values()
        return next(made for made in picks if made.isChecked())

    def choose(self) -> None:
        """Hand over what was chosen."""
        self._on_choose({field: made.value() for field, made in self.fields.items()})

    def go_on(self, words: Words) -> None:
        """Go on from where a person left it."""
        self._coming_back = True
        for made in self.fields.values():
            made.go_on(words)
        self._coming_back = False

    def _changed(self) -> None:
        if not self._coming_back:
            every = (made.words() for made in self.fields.values())
            self._on_change({name: said for words in every for name, said in words.items()})
