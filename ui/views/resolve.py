"""The on-the-spot sheet (F8), look 03: photos left, what it is right, one main button."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLayout, QWidget

from gridworker.domain.evidence import PhotoRole
from gridworker.domain.lines import ItemLine, TicketLine
from ui.photo_sources.sources import Sources
from ui.presenters.photo_slots import ShownPhoto
from ui.presenters.resolve import ResolvePresenter
from ui.presenters.resolve_form import Lack
from ui.views.capture import Capture
from ui.views.evidence_line import EvidenceLine
from ui.views.form_notices import Notice, OfferLine, SimilarLine
from ui.views.form_words import camera_words, lack_words
from ui.views.item_tiles import ItemTiles
from ui.views.place_bar import PlaceBar
from ui.widgets import when
from ui.widgets.button import button
from ui.widgets.field import line_field
from ui.widgets.key_sheet import KeySheet, stay
from ui.widgets.layout import Item, col, row, scroll, stretch
from ui.widgets.text import hline, icon_label, keycap, label
from ui.widgets.theme import theme

WIDTH, HEIGHT = 1080, 604


class ResolveSheet:
    """Shows what it is told and reports what was pressed; decides nothing."""

    def __init__(
        self,
        window: QWidget,
        do: ResolvePresenter,
        *,
        sources: Sources,
        say: Callable[[Exception], str],
        note_words: Callable[[str], str],
        now: Callable[[], datetime],
    ) -> None:
        self._do, self._say, self._note_words, self._now = do, say, note_words, now
        translate = QCoreApplication.translate
        self._place = PlaceBar(
            on_change=do.change_place, on_set=do.set_place, on_done=self._focus_photo
        )
        self._capture = Capture(
            window,
            (PhotoRole.BEFORE, PhotoRole.AFTER),
            sources=sources,
            do=do,
            when=self._moment,
            on_problem=self._no_camera,
            height=160,
        )
        self._tiles = ItemTiles(
            on_pick=do.pick,
            on_turn=do.turn_page,
            on_search=do.search_item,
            on_first=self._take_first,
        )
        self._evidence = EvidenceLine(on_reason=do.set_reason, on_files=self._capture.pick_files)
        self._note = line_field(translate("ResolveSheet", "Note"), on_edit=do.set_note)
        self._offer = OfferLine(on_accept=do.accept_offer, on_refuse=do.refuse_offer)
        self._similar = SimilarLine(on_attach=do.attach_to_similar, when=self._moment)
        self._notice, self._photo_notice = Notice(), Notice()
        self._drafted = label(translate("ResolveSheet", "The draft is kept as you go"), "meta", "3")
        self._finish = button(
            translate("ResolveSheet", "Resolve"),
            do.finish,
            kind="primary",
            icon="check",
            hint="Ctrl Enter",
            density="large",
        )
        for field in (self._note, self._tiles.search, self._place.field, self._evidence.field):
            self._capture.paste.watch(field)
        self._sheet = KeySheet(
            window,
            col((self._body(), 1), hline(), self._foot(), gap=0),
            name=translate("ResolveSheet", "Resolve on the spot"),
            width=WIDTH,
            height=HEIGHT,
            on_escape=do.close,
            keys=self._keys(),
        )

    def open(self) -> None:
        """Come up, ready for the first photo."""
        self._capture.start()

    def close(self) -> None:
        """Go away and let the camera go."""
        self._capture.stop()
        self._sheet.dismiss()
        self._capture.deleteLater()

    def show_place(self, place: str, *, carried_over: bool) -> None:
        """Show where it is."""
        self._place.show_place(place, carried_over=carried_over)

    def choose_place(self, places: Sequence[str]) -> None:
        """Ask for the place."""
        self._place.ask(places)

    def show_found_at(self, at: str) -> None:
        """Show when the matter was found."""
        self._place.show_time(self._moment(at) if at else "")

    def show_items(
        self, items: Sequence[ItemLine], *, chosen: str | None, page: int, pages: int, total: int
    ) -> None:
        """Show a page of tiles."""
        self._tiles.show_items(items, chosen=chosen, page=page, pages=pages, total=total)

    def show_no_match(self, search: str) -> None:
        """Say that nothing fits."""
        self._tiles.show_no_match(search)

    def show_photos(self, role: PhotoRole, photos: Sequence[ShownPhoto], *, busy: bool) -> None:
        """Show the photos of a side."""
        self._capture.show_photos(role, photos, busy=busy)

    def show_photo_problem(self, problem: Exception | None, *, note: str | None = None) -> None:
        """Say why a photo was not taken, or one line about it."""
        if problem is not None:
            self._photo_notice.say(self._say(problem))
        else:
            self._photo_notice.say(self._note_words(note) if note else "", tone="warn")

    def show_offer(self, photos: Sequence[ShownPhoto]) -> None:
        """Offer photos of the phone."""
        self._offer.show_photos(photos)

    def show_note(self, note: str) -> None:
        """Fill in the remark."""
        if self._note.text() != note:
            self._note.setText(note)

    def show_evidence(self, item: ItemLine | None, *, missing: Sequence[Lack], reason: str) -> None:
        """Say what photos the item asks for."""
        self._evidence.show_rule(item, missing=missing, reason=reason)

    def show_similar(self, ticket: TicketLine | None) -> None:
        """Point at a similar ticket."""
        self._similar.show_ticket(ticket)

    def show_lacks(self, lacks: Sequence[Lack]) -> None:
        """Sum up what is missing and stand at the first."""
        fact, follows = lack_words(lacks)
        self._notice.say(fact, follows)
        if not lacks:
            return
        if lacks[0] is Lack.PLACE:
            self._place.ask_again()
        elif lacks[0] is Lack.ITEM:
            self._tiles.show_missing()
        else:
            self._evidence.ask_reason()
            self._focus_photo()

    def show_refusal(self, problem: Exception | None) -> None:
        """Say why it was not saved."""
        self._notice.say(self._say(problem) if problem is not None else "")

    def show_restored(self, at: str | None) -> None:
        """Say that unfinished work is back."""
        if at is not None:
            words = QCoreApplication.translate("ResolveSheet", "Unfinished work of {when} is back")
            self._drafted.setText(words.format(when=self._moment(at)))
            self._drafted.setProperty("tone", "success")
            self._drafted.style().unpolish(self._drafted)
            self._drafted.style().polish(self._drafted)

    def set_on_the_spot(self, on_the_spot: bool) -> None:
        """Name the main button."""
        translate = QCoreApplication.translate
        here, up = translate("ResolveSheet", "Resolve"), translate("ResolveSheet", "Report it")
        self._finish.show_text(here if on_the_spot else up)

    def set_busy(self, busy: bool) -> None:
        """Refuse a second press."""
        self._finish.setEnabled(not busy)

    def _keys(self) -> dict[str, Callable[[], None]]:
        do = self._do
        keys = {str(number): partial(do.pick, number) for number in range(1, 10)}
        return keys | {
            "0": do.turn_page,
            "F4": do.change_place,
            "Alt+Z": do.hand_up,
            "Ctrl+Return": do.finish,
            "Ctrl+Enter": do.finish,
            "Return": do.accept_offer,
            "Enter": do.accept_offer,
            "Ctrl+V": self._capture.paste.paste,
            "F8": stay,
            "Ctrl+N": stay,
        }

    def _take_first(self) -> None:
        self._do.take_first_item()
        self._focus_photo()

    def _focus_photo(self) -> None:
        self._capture.focus_next()

    def _no_camera(self, why: str) -> None:
        self._photo_notice.say(*camera_words(why), tone="info")

    def _moment(self, at: str) -> str:
        return when.moment(at, self._now())

    def _body(self) -> QWidget:
        translate = QCoreApplication.translate
        slots = self._capture.slots.values()
        note = row(
            label(translate("ResolveSheet", "Note"), "meta", "2"),
            label(translate("ResolveSheet", "optional, written for you, change it"), "meta", "3"),
            stretch,
        )
        pictures: QLayout = row(*((slot, 1) for slot in slots), gap=12, align=None)
        left = col(
            (pictures, 1), self._offer, self._photo_notice, self._evidence, 2, note, self._note
        )
        right = col(self._tiles, stretch, self._similar, gap=10)
        parts: QLayout
        if theme().single:
            parts = col(left, right, gap=16)
        else:
            parts = row((left, 1), (right, 1), gap=20, align=None)
        below: Item = (parts, 1)
        made = col(self._head(), self._place, self._notice, below, gap=12, margins=(24, 16, 24, 12))
        return scroll(made)

    def _head(self) -> QLayout:
        translate = QCoreApplication.translate
        close = button(
            "",
            self._do.close,
            kind="ghost",
            icon="x",
            density="small",
            name=translate("ResolveSheet", "Close, keep the draft"),
        )
        hint = () if theme().compact else (keycap("F8"),)
        return row(
            icon_label("zap", 22, "accentText"),
            label(translate("ResolveSheet", "Resolve on the spot"), "title"),
            self._drafted,
            stretch,
            *hint,
            close,
            gap=9,
        )

    def _foot(self) -> QLayout:
        translate = QCoreApplication.translate
        hand_up = button(
            translate("ResolveSheet", "Cannot be done here, hand up"),
            self._do.hand_up,
            icon="forward",
            hint="Alt Z",
            density="large",
        )
        calm = translate("ResolveSheet", "Works without a network; sent when there is one")
        told = (
            ()
            if theme().compact
            else (icon_label("cloud-off", 16, "text2"), label(calm, "meta", "2"))
        )
        return row(*told, stretch, hand_up, self._finish, gap=10, margins=(24, 12, 24, 14))
