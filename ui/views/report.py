"""The report sheet (Ctrl+N): numbered blocks left, photos right, one main button."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLayout, QWidget

from gridworker.domain.evidence import PhotoRole
from gridworker.domain.lines import ItemLine, TicketLine
from ui.photo_sources.sources import Sources
from ui.presenters.photo_slots import ShownPhoto
from ui.presenters.report import SIDES, ReportPresenter
from ui.presenters.report_form import ReportForm
from ui.presenters.resolve_form import Lack
from ui.views.capture import Capture
from ui.views.form_block import FormBlock
from ui.views.form_notices import Notice, SimilarLine
from ui.views.form_words import camera_words, lack_words
from ui.views.item_match import ItemMatch
from ui.widgets import when
from ui.widgets.button import button
from ui.widgets.field import line_field, text_field
from ui.widgets.key_sheet import KeySheet, stay
from ui.widgets.layout import col, row, scroll, stretch
from ui.widgets.suggest import SuggestField, Suggestion
from ui.widgets.text import hline, icon_label, keycap, label
from ui.widgets.theme import theme

WIDTH, HEIGHT = 1080, 640


class ReportSheet:
    """Shows what it is told and reports what was typed; decides nothing."""

    def __init__(
        self,
        window: QWidget,
        do: ReportPresenter,
        *,
        sources: Sources,
        say: Callable[[Exception], str],
        note_words: Callable[[str], str],
        now: Callable[[], datetime],
    ) -> None:
        self._do, self._say, self._note_words, self._now = do, say, note_words, now
        self._places: tuple[str, ...] = ()
        translate = QCoreApplication.translate
        self._capture = Capture(
            window,
            SIDES,
            sources=sources,
            do=do,
            when=self._moment,
            on_problem=lambda why: self._photo_notice.say(*camera_words(why), tone="info"),
            height=150,
        )
        self.search = SuggestField(
            translate("ReportSheet", "What it is"),
            placeholder=translate("ReportSheet", "Words, code or initials; Enter takes the match"),
            large=True,
            on_edit=do.search_item,
            on_take=do.take_item,
        )
        self._match = ItemMatch(on_resolve=do.resolve_here)
        self.place = SuggestField(
            translate("ReportSheet", "Where it is"),
            placeholder=translate("ReportSheet", "Estate, building, unit, floor"),
            on_edit=self._place_typed,
            on_take=self._place_taken,
        )
        self.note = text_field(
            translate("ReportSheet", "What was seen"),
            placeholder=translate("ReportSheet", "May stay empty when the photos tell it"),
            lines=2,
            on_edit=lambda: do.set_note(self.note.toPlainText()),
        )
        self.person = line_field(
            translate("ReportSheet", "Name"),
            placeholder=translate("ReportSheet", "Name"),
            on_edit=lambda _: self._person_typed(),
        )
        self.phone = line_field(
            translate("ReportSheet", "Phone"),
            placeholder=translate("ReportSheet", "Phone"),
            on_edit=lambda _: self._person_typed(),
        )
        self._similar = SimilarLine(on_attach=do.attach_to_similar, when=self._moment)
        self._notice, self._photo_notice = Notice(), Notice()
        self._drafted = label(translate("ReportSheet", "The draft is kept as you go"), "meta", "3")
        self._finish = button(
            translate("ReportSheet", "Report it"),
            do.finish,
            kind="primary",
            icon="check",
            hint="Ctrl Enter",
            density="large",
        )
        self._blocks = self._made_blocks()
        for field in (self.search, self.place, self.note, self.person, self.phone):
            self._capture.paste.watch(field)
        self._sheet = KeySheet(
            window,
            col((self._body(), 1), hline(), self._foot(), gap=0),
            name=translate("ReportSheet", "Hand a matter up"),
            width=WIDTH,
            height=HEIGHT,
            on_escape=do.close,
            keys={
                "Ctrl+Return": do.finish,
                "Ctrl+Enter": do.finish,
                "F4": self._ask_place,
                "Ctrl+V": self._capture.paste.paste,
                "F8": stay,
                "Ctrl+N": stay,
            },
        )

    def open(self) -> None:
        """Come up, ready to look for an item."""
        self._capture.start()
        self.search.setFocus()

    def close(self) -> None:
        """Go away and let the camera go."""
        self._capture.stop()
        self._sheet.dismiss()
        self._capture.deleteLater()

    def show_form(self, form: ReportForm) -> None:
        """Fill the fields in, leaving alone what already says so."""
        for field, words in (
            (self.place, form.place),
            (self.person, form.person),
            (self.phone, form.phone),
        ):
            if field.text() != words:
                field.setText(words)
        if self.note.toPlainText() != form.note:
            self.note.setPlainText(form.note)

    def offer_places(self, places: Sequence[str]) -> None:
        """Know the places used lately."""
        self._places = tuple(places)

    def show_matches(self, items: Sequence[ItemLine]) -> None:
        """List what fits below the field."""
        self.search.suggest(
            [Suggestion(f"{item.name}　{' / '.join(item.path)}", item.code) for item in items]
        )

    def show_item(self, item: ItemLine | None) -> None:
        """Show what was chosen and how it is handled."""
        self._match.show_item(item)
        self.search.setText(item.name if item is not None else "")
        if item is not None and self.search.hasFocus():
            self.place.setFocus()

    def show_photos(self, role: PhotoRole, photos: Sequence[ShownPhoto], *, busy: bool) -> None:
        """Show the photos of a side."""
        self._capture.show_photos(role, photos, busy=busy)

    def show_photo_problem(self, problem: Exception | None, *, note: str | None = None) -> None:
        """Say why a photo was not taken, or one line about it."""
        if problem is not None:
            self._photo_notice.say(self._say(problem))
        else:
            self._photo_notice.say(self._note_words(note) if note else "", tone="warn")

    def show_similar(self, ticket: TicketLine | None) -> None:
        """Point at a similar ticket."""
        self._similar.show_ticket(ticket)

    def show_lacks(self, lacks: Sequence[Lack]) -> None:
        """Sum up what is missing, name it at its field, and stand at the first."""
        fact, follows = lack_words(lacks)
        self._notice.say(fact, follows)
        for lack, block in self._blocks.items():
            block.show_problem(lack_words((lack,))[1] if lack in lacks else "")
        if lacks:
            self._blocks[lacks[0]].field.setFocus()

    def show_refusal(self, problem: Exception | None) -> None:
        """Say why it was not saved."""
        self._notice.say(self._say(problem) if problem is not None else "")

    def show_restored(self, at: str | None) -> None:
        """Say that unfinished work is back."""
        if at is not None:
            words = QCoreApplication.translate("ReportSheet", "Unfinished work of {when} is back")
            self._drafted.setText(words.format(when=self._moment(at)))

    def set_busy(self, busy: bool) -> None:
        """Refuse a second press."""
        self._finish.setEnabled(not busy)

    def _place_typed(self, text: str) -> None:
        fitting = [p for p in self._places if text.strip() in p and p != text.strip()]
        self.place.suggest([Suggestion(place, place) for place in fitting])
        self._do.set_place(text)

    def _place_taken(self, place: str) -> None:
        self.place.setText(place)
        self._do.set_place(place)

    def _ask_place(self) -> None:
        self.place.setFocus()
        self.place.selectAll()
        self.place.suggest([Suggestion(place, place) for place in self._places])

    def _person_typed(self) -> None:
        self._do.set_person(self.person.text(), self.phone.text())

    def _moment(self, at: str) -> str:
        return when.moment(at, self._now())

    def _made_blocks(self) -> dict[Lack, FormBlock]:
        translate = QCoreApplication.translate
        some = translate("ReportSheet", "type anything of it")
        last = translate("ReportSheet", "the last place; F4 lists others")
        return {
            Lack.ITEM: FormBlock(
                1, translate("ReportSheet", "What it is"), some, self.search, self._match
            ),
            Lack.PLACE: FormBlock(2, translate("ReportSheet", "Where it is"), last, self.place),
        }

    def _body(self) -> QWidget:
        translate = QCoreApplication.translate
        optional = translate("ReportSheet", "optional")
        told = QWidget()
        told.setLayout(row((self.person, 1), (self.phone, 1), gap=8, align=None))
        left = col(
            *self._blocks.values(),
            FormBlock(3, translate("ReportSheet", "What was seen"), optional, self.note),
            FormBlock(
                4,
                translate("ReportSheet", "Who told us"),
                translate("ReportSheet", "optional, with their consent"),
                told,
            ),
            stretch,
            gap=12,
        )
        slots: QLayout = row(*((s, 1) for s in self._capture.slots.values()), gap=12, align=None)
        files = button(
            translate("ReportSheet", "Choose files"), self._capture.pick_files, kind="link"
        )
        photos = row(
            label(translate("ReportSheet", "Photos"), strong=True),
            label(translate("ReportSheet", "paste or drop them too"), "meta", "3"),
            stretch,
            files,
        )
        right = col(photos, (slots, 1), self._photo_notice, self._similar, gap=10)
        parts: QLayout = (
            col(left, right, gap=16)
            if theme().single
            else row((left, 1), (right, 1), gap=24, align=None)
        )
        made = col(self._head(), self._notice, (parts, 1), gap=14, margins=(24, 16, 24, 12))
        return scroll(made)

    def _head(self) -> QLayout:
        translate = QCoreApplication.translate
        close = button(
            "",
            self._do.close,
            kind="ghost",
            icon="x",
            density="small",
            name=translate("ReportSheet", "Close, keep the draft"),
        )
        hint = () if theme().compact else (keycap("Ctrl N"),)
        return row(
            icon_label("forward", 22, "accentText"),
            label(translate("ReportSheet", "Hand a matter up"), "title"),
            self._drafted,
            stretch,
            *hint,
            close,
            gap=9,
        )

    def _foot(self) -> QLayout:
        calm = QCoreApplication.translate(
            "ReportSheet", "Works without a network; sent when there is one"
        )
        told = (
            ()
            if theme().compact
            else (icon_label("cloud-off", 16, "text2"), label(calm, "meta", "2"))
        )
        return row(*told, stretch, self._finish, gap=10, margins=(24, 12, 24, 14))
