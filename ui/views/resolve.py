"""The on-the-spot sheet (F8), look 03: photos left, what it is right, one main button."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLayout, QWidget

from gridworker.domain.lines import ItemLine, TicketLine
from ui.presenters.form_start import Origin
from ui.presenters.matter_form import Lack
from ui.presenters.photo_slots import ShownPhoto
from ui.presenters.resolve import SIDES, ResolvePresenter
from ui.views.evidence_line import EvidenceLine
from ui.views.form_face import FormTools
from ui.views.form_notices import OfferLine, SimilarLine
from ui.views.form_sheet import FormSheet, Title
from ui.views.form_words import lack_words
from ui.views.item_tiles import ItemTiles
from ui.views.place_bar import PlaceBar
from ui.widgets.button import button
from ui.widgets.field import line_field, show_text
from ui.widgets.form_keys import Keys
from ui.widgets.layout import col, row, stretch
from ui.widgets.text import label
from ui.widgets.theme import theme

HEIGHT = 604


class ResolveSheet(FormSheet):
    """Shows what it is told and reports what was pressed; decides nothing."""

    def __init__(self, window: QWidget, do: ResolvePresenter, tools: FormTools) -> None:
        translate = QCoreApplication.translate
        self._do = do
        super().__init__(
            window,
            SIDES,
            Title(translate("ResolveSheet", "Resolve on the spot"), "zap", "F8"),
            do=do,
            tools=tools,
            verb=translate("ResolveSheet", "Resolve"),
            photo_height=160,
        )
        next_photo = self.capture.focus_next
        self._place = PlaceBar(on_change=do.change_place, on_set=do.set_place, on_done=next_photo)
        self._tiles = ItemTiles(
            on_pick=do.pick,
            on_turn=do.turn_page,
            on_search=do.search_item,
            on_first=self._take_first,
        )
        self._evidence = EvidenceLine(on_reason=do.set_reason, on_files=self.capture.pick_files)
        self._note = line_field(translate("ResolveSheet", "Note"), on_edit=do.set_note)
        self._offer = OfferLine(on_accept=do.accept_offer, on_refuse=do.refuse_offer)
        self._similar = SimilarLine(on_attach=do.attach_to_similar, when=tools.moment)
        hand_up = button(
            translate("ResolveSheet", "Cannot be done here, hand up"),
            do.hand_up,
            icon="forward",
            hint="Alt Z",
            density="large",
        )
        self.lay_out(
            self._place,
            self.notice,
            (self._parts(), 1),
            height=HEIGHT,
            keys=self._keys(),
            fields=(self._note, self._tiles.search, self._place.field, self._evidence.field),
            beside=(hand_up,),
        )

    def show_place(self, place: str, origin: Origin) -> None:
        """Show where it is."""
        self._place.show_place(place, origin)

    def choose_place(self, places: Sequence[str]) -> None:
        """Ask for the place."""
        self._place.ask(places)

    def show_found_at(self, at: str) -> None:
        """Show when the matter was found."""
        self._place.show_time(self.tools.moment(at) if at else "")

    def show_items(
        self, items: Sequence[ItemLine], *, chosen: str | None, page: int, pages: int, total: int
    ) -> None:
        """Show a page of tiles."""
        self._tiles.show_items(items, chosen=chosen, page=page, pages=pages, total=total)

    def show_no_match(self, search: str) -> None:
        """Say that nothing fits."""
        self._tiles.show_no_match(search)

    def show_offer(self, photos: Sequence[ShownPhoto]) -> None:
        """Offer photos of the phone."""
        self._offer.show_photos(photos)

    def show_note(self, note: str) -> None:
        """Fill in the remark."""
        show_text(self._note, note)

    def show_evidence(self, item: ItemLine | None, *, missing: Sequence[Lack], reason: str) -> None:
        """Say what photos the item asks for."""
        self._evidence.show_rule(item, missing=missing, reason=reason)

    def show_similar(self, ticket: TicketLine | None) -> None:
        """Point at a similar ticket."""
        self._similar.show_ticket(ticket)

    def show_lacks(self, lacks: Sequence[Lack]) -> None:
        """Sum up what is missing and stand at the first."""
        self.notice.say(*lack_words(lacks))
        if not lacks:
            return
        if lacks[0] is Lack.PLACE:
            self._place.ask_again()
        elif lacks[0] is Lack.ITEM:
            self._tiles.show_missing()
        else:
            self._evidence.ask_reason()
            self.capture.focus_next()

    def set_on_the_spot(self, on_the_spot: bool) -> None:
        """Name the main button."""
        translate = QCoreApplication.translate
        here, up = translate("ResolveSheet", "Resolve"), translate("ResolveSheet", "Report it")
        self.finish.show_text(here if on_the_spot else up)

    def _keys(self) -> Keys:
        do = self._do
        return {str(number): partial(do.pick, number) for number in range(1, 10)} | {
            "0": do.turn_page,
            "F4": do.change_place,
            "Alt+Z": do.hand_up,
            "Return": do.accept_offer,
            "Enter": do.accept_offer,
        }

    def _take_first(self) -> None:
        self._do.take_first_item()
        self.capture.focus_next()

    def _parts(self) -> QLayout:
        translate = QCoreApplication.translate
        hint = translate("ResolveSheet", "optional, written for you, change it")
        note = row(
            label(translate("ResolveSheet", "Note"), "meta", "2"),
            label(hint, "meta", "3"),
            stretch,
        )
        left = col(
            (self.slots(), 1), self._offer, self.photo_notice, self._evidence, 2, note, self._note
        )
        right = col(self._tiles, stretch, self._similar, gap=10)
        if theme().single:
            return col(left, right, gap=16)
        return row((left, 1), (right, 1), gap=20, align=None)
