"""巡查, the form: place, result by one key, optional remark and photo."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout

from gridworker.domain.evidence import PhotoRole
from gridworker.domain.lines import PatrolLine
from gridworker.domain.operations import PatrolResult
from ui.photo_sources.sources import Sources
from ui.presenters.patrol_form import PatrolForm, PatrolFormPresenter
from ui.presenters.photo_slots import ShownPhoto
from ui.presenters.resolve_form import Lack
from ui.views.capture import Capture
from ui.views.form_block import FormBlock
from ui.views.form_notices import Notice
from ui.views.form_words import camera_words, lack_words
from ui.views.patrol_rows import LOOKS, result_word
from ui.widgets import when
from ui.widgets.button import button
from ui.widgets.field import text_field
from ui.widgets.key_sheet import combination
from ui.widgets.layout import Item, col, row, scroll, stretch
from ui.widgets.suggest import SuggestField, Suggestion
from ui.widgets.text import hline, label, para
from ui.widgets.theme import theme
from ui.widgets.tile import Tile

RESULTS = tuple(PatrolResult)


class PatrolFormPane(QFrame):
    """Shows what it is told. The numbers 1 to 4 are the results while no field is typed in."""

    def __init__(
        self,
        do: PatrolFormPresenter,
        *,
        sources: Sources,
        say: Callable[[Exception], str],
        note_words: Callable[[str], str],
        now: Callable[[], datetime],
        on_list: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self._on_list = on_list
        self._do, self._say, self._note_words, self._now = do, say, note_words, now
        self._places: tuple[str, ...] = ()
        self.setProperty("box", "pane")
        translate = QCoreApplication.translate
        self.place = SuggestField(
            translate("PatrolFormPane", "Place"),
            placeholder=translate("PatrolFormPane", "Estate, building, unit, floor"),
            large=True,
            on_edit=self._typed,
            on_take=self._taken,
            on_enter=self._leave_place,
        )
        self._last = para("", "meta")
        self._last.hide()
        self.results = [
            Tile(str(n), partial(do.set_result, result)) for n, result in enumerate(RESULTS, 1)
        ]
        self.note = text_field(
            translate("PatrolFormPane", "Remark"),
            placeholder=translate("PatrolFormPane", "May stay empty"),
            lines=2,
            on_edit=lambda: do.set_note(self.note.toPlainText()),
        )
        self.capture = Capture(
            self,
            (PhotoRole.OTHER,),
            sources=sources,
            do=do,
            when=self._moment,
            on_problem=lambda why: self._photo_notice.say(*camera_words(why), tone="info"),
            height=170,
        )
        self._notice, self._photo_notice = Notice(), Notice()
        self._drafted = label("", "meta", "3")
        self.save = button(
            translate("PatrolFormPane", "Record it"),
            do.finish,
            kind="primary",
            icon="check",
            hint="Ctrl Enter",
            density="large",
        )
        for field in (self.place, self.note):
            self.capture.paste.watch(field)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        """Claim Ctrl+Enter and Ctrl+V before the window does."""
        claimed = event.type() == QEvent.Type.ShortcutOverride
        if claimed and isinstance(event, QKeyEvent) and event.keyCombination() in self._keys():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer the keys of the form that no field wanted."""
        run = self._keys().get(event.keyCombination())
        if run is not None:
            run()
        else:
            super().keyPressEvent(event)

    def show_form(self, form: PatrolForm) -> None:
        """Fill the fields in."""
        if self.place.text() != form.place:
            self.place.setText(form.place)
        if self.note.toPlainText() != form.note:
            self.note.setPlainText(form.note)
        for tile, result in zip(self.results, RESULTS, strict=True):
            tile.show_choice(result_word(result), LOOKS[result][0], chosen=result == form.result)

    def offer_places(self, places: Sequence[str]) -> None:
        """Know the places used lately."""
        self._places = tuple(places)

    def show_last_visit(self, record: PatrolLine | None) -> None:
        """Say when this place was last looked at."""
        self._last.setVisible(record is not None)
        if record is not None:
            words = QCoreApplication.translate("PatrolFormPane", "Last visit {when}: {result}")
            told = words.format(when=self._moment(record.at), result=result_word(record.result))
            self._last.setText(f"{told} · {record.note}" if record.note else told)

    def show_lacks(self, *, place: bool, result: bool) -> None:
        """Say what is missing and stand at the first."""
        translate = QCoreApplication.translate
        where = lack_words((Lack.PLACE,))[1]
        what = translate("PatrolFormPane", "what was found: 1 to 4")
        missing = [words for lacks, words in ((place, where), (result, what)) if lacks]
        fact = translate("lacks", "Still missing")
        self._notice.say(fact if missing else "", translate("lacks", ", ").join(missing))
        self._where.show_problem(where if place else "")
        if place:
            self.place.setFocus()
        elif result:
            self.results[0].setFocus()

    def show_restored(self, at: str | None) -> None:
        """Say that unfinished work is back."""
        words = QCoreApplication.translate("PatrolFormPane", "Unfinished work of {when} is back")
        self._drafted.setText(words.format(when=self._moment(at)) if at else "")

    def show_photos(self, role: PhotoRole, photos: Sequence[ShownPhoto], *, busy: bool) -> None:
        """Show the photos."""
        self.capture.show_photos(role, photos, busy=busy)

    def show_photo_problem(self, problem: Exception | None, *, note: str | None = None) -> None:
        """Say why a photo was not taken, or one line about it."""
        if problem is not None:
            self._photo_notice.say(self._say(problem))
        else:
            self._photo_notice.say(self._note_words(note) if note else "", tone="warn")

    def show_refusal(self, problem: Exception | None) -> None:
        """Say why it was not saved."""
        self._notice.say(self._say(problem) if problem is not None else "")

    def set_busy(self, busy: bool) -> None:
        """Refuse a second press."""
        self.save.setEnabled(not busy)

    def ready(self) -> None:
        """Stand at the first field."""
        self.place.setFocus()

    def _typed(self, text: str) -> None:
        fitting = [p for p in self._places if text.strip() in p and p != text.strip()]
        self.place.suggest([Suggestion(place, place) for place in fitting])
        self._do.set_place(text)

    def _taken(self, place: str) -> None:
        self.place.setText(place)
        self._do.set_place(place)
        self._leave_place()

    def _leave_place(self) -> None:
        self.results[0].setFocus()

    def _ask_place(self) -> None:
        self.place.setFocus()
        self.place.selectAll()
        self.place.suggest([Suggestion(place, place) for place in self._places])

    def _keys(self) -> dict[object, Callable[[], None]]:
        keys: dict[str, Callable[[], None]] = {
            str(n): partial(self._do.set_result, result) for n, result in enumerate(RESULTS, 1)
        }
        keys |= {
            "Ctrl+Return": self._do.finish,
            "Ctrl+Enter": self._do.finish,
            "F4": self._ask_place,
            "Ctrl+V": self.capture.paste.paste,
        }
        return {combination(text): run for text, run in keys.items()}

    def _moment(self, at: str) -> str:
        return when.moment(at, self._now())

    def _lay_out(self) -> None:
        translate = QCoreApplication.translate
        some = translate("PatrolFormPane", "F4 lists the last ones")
        self._where = FormBlock(
            1, translate("PatrolFormPane", "Place"), some, self.place, self._last
        )
        grid = QGridLayout()
        grid.setSpacing(theme().space(8))
        columns = 1 if theme().single else 2 if theme().compact else 4
        for number, tile in enumerate(self.results):
            grid.addWidget(tile, number // columns, number % columns)
        found = label("2  " + translate("PatrolFormPane", "What was found"), strong=True)
        optional = translate("PatrolFormPane", "optional")
        remark = FormBlock(3, translate("PatrolFormPane", "Remark"), optional, self.note)
        slot = self.capture.slots[PhotoRole.OTHER]
        photo = col(
            label("4  " + translate("PatrolFormPane", "Photo"), strong=True),
            (slot, 1),
            self._photo_notice,
            gap=6,
        )
        lower: QLayout = (
            col(remark, photo, gap=14)
            if theme().compact
            else row((col(remark, stretch), 1), (photo, 1), gap=20, align=None)
        )
        others: tuple[Item, ...] = ()
        if self._on_list is not None:
            words = translate("PatrolListPane", "Patrol records")
            others = (button(words, self._on_list, icon="list", density="small"),)
        title = label(translate("PatrolFormPane", "New patrol record"), "title")
        head = row(title, self._drafted, stretch, *others)
        body = col(
            head,
            self._notice,
            self._where,
            col(found, grid, gap=6),
            (lower, 1),
            gap=16,
            margins=(24, 16, 20, 14),
        )
        foot = row(stretch, self.save, margins=(24, 12, 24, 14))
        self.setLayout(col((scroll(body), 1), hline(), foot, gap=0))
