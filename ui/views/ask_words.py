"""The sheet that changes the words of a ticket: each field begins with what it says now."""

from collections.abc import Callable

from gridworker.domain.operations import MAX_NOTE, MAX_PLACE
from ui.views.ask import Question
from ui.widgets.button import button
from ui.widgets.field import line_field, text_field
from ui.widgets.layout import col, row, stretch
from ui.widgets.text import label, para

Changes = dict[str, tuple[str, str]]


class AskWords(Question):
    """Hands over what was changed, each field with the value its author saw.

    The button stays off while nothing was changed, while there is no place, and while something is
    longer than a ticket can carry. `begun` is what was typed before; `on_typed` hears all that
    stands there after each change.
    """

    def __init__(
        self,
        place: str,
        note: str,
        *,
        begun: tuple[str, str],
        on_typed: Callable[[str, str], None],
        on_answer: Callable[[Changes], None],
        on_cancel: Callable[[], None],
    ) -> None:
        super().__init__()
        self._seen = {"place": place, "note": note}
        self._on_answer, self._on_typed = on_answer, on_typed
        what = self.tr("Place"), self.tr("Note")
        place, note = begun
        self.place = line_field(
            what[0], text=place, on_edit=lambda _: self._edited(), on_enter=self._answer
        )
        self.note = text_field(what[1], text=note, lines=4, on_edit=self._edited)
        self.answer = self.use_answer(
            button(self.tr("Save the change"), self._answer, kind="primary")
        )
        cancel = button(self.tr("Leave it as it is"), on_cancel)
        promise = self.tr("What it said before stays in the history.")
        self.setLayout(
            col(
                label(self.tr("Change place or note"), "lead", strong=True),
                para(promise),
                label(what[0], strong=True),
                self.place,
                label(what[1], strong=True),
                self.note,
                4,
                row(stretch, cancel, self.answer),
                gap=8,
            )
        )
        self.setFocusProxy(self.place)
        self._weigh()

    def _changes(self) -> Changes:
        said = {"place": self.place.text().strip(), "note": self.note.toPlainText().strip()}
        return {
            field: (seen, said[field])
            for field, seen in self._seen.items()
            if said[field] != seen.strip()
        }

    def _edited(self) -> None:
        self._on_typed(self.place.text(), self.note.toPlainText())
        self._weigh()

    def _weigh(self) -> None:
        place, note = self.place.text().strip(), self.note.toPlainText().strip()
        fits = bool(place) and len(place) <= MAX_PLACE and len(note) <= MAX_NOTE
        self.answer.setEnabled(fits and bool(self._changes()))

    def _answer(self) -> None:
        if self.answer.isEnabled():
            self.answer.setEnabled(False)  # a field that hears Ctrl+Enter passes it on
            self._on_answer(self._changes())
