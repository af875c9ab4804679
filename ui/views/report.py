"""The report sheet (Ctrl+N): numbered blocks left, photos right, one main button."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLayout, QWidget

from gridworker.domain.lines import ItemLine, TicketLine
from ui.presenters.matter_form import Lack, MatterForm
from ui.presenters.report import SIDES, ReportPresenter
from ui.views.form_block import FormBlock
from ui.views.form_face import FormTools
from ui.views.form_notices import SimilarLine
from ui.views.form_sheet import FormSheet, Title
from ui.views.form_words import lack_words
from ui.views.item_match import ItemMatch
from ui.views.place_field import PlaceField
from ui.widgets.button import button
from ui.widgets.field import line_field, show_text, text_field
from ui.widgets.layout import col, row, stretch
from ui.widgets.suggest import SuggestField, Suggestion
from ui.widgets.text import label
from ui.widgets.theme import theme

HEIGHT = 640


class ReportSheet(FormSheet):
    """Shows what it is told and reports what was typed; decides nothing."""

    def __init__(self, window: QWidget, do: ReportPresenter, tools: FormTools) -> None:
        translate = QCoreApplication.translate
        self._do = do
        super().__init__(
            window,
            SIDES,
            Title(translate("ReportSheet", "Hand a matter up"), "forward", "Ctrl N"),
            do=do,
            tools=tools,
            verb=translate("ReportSheet", "Report it"),
            photo_height=150,
        )
        self.search = SuggestField(
            translate("ReportSheet", "What it is"),
            placeholder=translate("ReportSheet", "Words, code or initials; Enter takes the match"),
            large=True,
            on_edit=do.search_item,
            on_take=do.take_item,
        )
        self._match = ItemMatch(on_resolve=do.resolve_here)
        self.place = PlaceField(
            translate("ReportSheet", "Where it is"),
            placeholder=translate("ReportSheet", "Estate, building, unit, floor"),
            on_set=do.set_place,
            on_done=self._focus_note,
        )
        self.note = text_field(
            translate("ReportSheet", "What was seen"),
            placeholder=translate("ReportSheet", "May stay empty when the photos tell it"),
            lines=2,
            on_edit=lambda: do.set_note(self.note.toPlainText()),
        )
        name, phone = translate("ReportSheet", "Name"), translate("ReportSheet", "Phone")
        self.person = line_field(name, placeholder=name, on_edit=lambda _: self._told())
        self.phone = line_field(phone, placeholder=phone, on_edit=lambda _: self._told())
        self._similar = SimilarLine(on_attach=do.attach_to_similar, when=tools.moment)
        self._blocks = self._made_blocks()
        self.lay_out(
            self.notice,
            (self._parts(), 1),
            height=HEIGHT,
            keys={"F4": self.place.ask},
            fields=(self.search, self.place, self.note, self.person, self.phone),
        )

    def open(self) -> None:
        """Come up, ready to look for an item."""
        super().open()
        self.search.setFocus()

    def show_form(self, form: MatterForm) -> None:
        """Fill the fields in."""
        show_text(self.place, form.place)
        show_text(self.person, form.person)
        show_text(self.phone, form.phone)
        show_text(self.note, form.note)

    def offer_places(self, places: Sequence[str]) -> None:
        """Know the places at hand."""
        self.place.offer(places)

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

    def show_similar(self, ticket: TicketLine | None) -> None:
        """Point at a similar ticket."""
        self._similar.show_ticket(ticket)

    def show_lacks(self, lacks: Sequence[Lack]) -> None:
        """Sum up what is missing, name it at its field, and stand at the first."""
        self.notice.say(*lack_words(lacks))
        for lack, block in self._blocks.items():
            block.show_problem(lack_words((lack,))[1] if lack in lacks else "")
        if lacks:
            self._blocks[lacks[0]].field.setFocus()

    def _focus_note(self) -> None:
        self.note.setFocus()

    def _told(self) -> None:
        self._do.set_person(self.person.text(), self.phone.text())

    def _made_blocks(self) -> dict[Lack, FormBlock]:
        translate = QCoreApplication.translate
        some = translate("ReportSheet", "type anything of it")
        last = translate("ReportSheet", "proposed; F4 lists others")
        what, where = (
            translate("ReportSheet", "What it is"),
            translate("ReportSheet", "Where it is"),
        )
        return {
            Lack.ITEM: FormBlock(1, what, some, self.search, self._match),
            Lack.PLACE: FormBlock(2, where, last, self.place),
        }

    def _parts(self) -> QLayout:
        translate = QCoreApplication.translate
        optional = translate("ReportSheet", "optional")
        consent = translate("ReportSheet", "optional, with their consent")
        told = QWidget()
        told.setLayout(row((self.person, 1), (self.phone, 1), gap=8, align=None))
        left = col(
            *self._blocks.values(),
            FormBlock(3, translate("ReportSheet", "What was seen"), optional, self.note),
            FormBlock(4, translate("ReportSheet", "Who told us"), consent, told),
            stretch,
            gap=12,
        )
        files = translate("ReportSheet", "Choose files")
        photos = row(
            label(translate("ReportSheet", "Photos"), strong=True),
            label(translate("ReportSheet", "paste or drop them too"), "meta", "3"),
            stretch,
            button(files, self.capture.pick_files, kind="link"),
        )
        right = col(photos, (self.slots(), 1), self.photo_notice, self._similar, gap=10)
        if theme().single:
            return col(left, right, gap=16)
        return row((left, 1), (right, 1), gap=24, align=None)
