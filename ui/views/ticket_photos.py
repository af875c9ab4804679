"""The photos of a ticket: before and after side by side, the others below, each large on demand."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLayout, QWidget
from shiboken6 import isValid

from gridworker.domain.lines import PhotoLine, TicketDetail
from ui.views.photo_viewer import PhotoViewer, open_viewer
from ui.views.words import missing_word, photo_status, side_word
from ui.widgets.layout import box, col, row, stretch
from ui.widgets.photo import PhotoSlot
from ui.widgets.text import icon_label, para
from ui.widgets.theme import theme
from ui.widgets.when import moment

_SIDES = ("before", "after")


class TicketPhotos:
    """Builds the slots of one ticket and fills them as pictures come."""

    def __init__(
        self, stage: QWidget, *, now: Callable[[], datetime], on_look: Callable[[str], None]
    ) -> None:
        self._stage, self._now, self._on_look = stage, now, on_look
        self.slots: dict[str, list[PhotoSlot]] = {}
        self._captions: list[tuple[str, str, str]] = []
        self._viewer: PhotoViewer | None = None

    def show_photo(self, sha256: str, jpeg: bytes | None) -> None:
        """Show a picture where its slot is."""
        for slot in self.slots.get(sha256, ()):
            slot.show_photo(
                jpeg, caption=slot.caption, status=slot.status, status_text=slot.status_text
            )

    def show_large(self, sha256: str, jpeg: bytes | None) -> None:
        """Show a picture in the viewer, if that is open."""
        if self._viewer is not None and isValid(self._viewer):
            self._viewer.show_photo(sha256, jpeg)

    def lay_out(self, ticket: TicketDetail) -> QLayout:
        """Lay out before and after side by side, equal in size; the others below, smaller."""
        pairs = [next((p for p in ticket.photos if p.role == side), None) for side in _SIDES]
        first = [photo for photo in pairs if photo is not None]
        others = [photo for photo in ticket.photos if photo not in first]
        everything = [*first, *others]
        self.slots = {}
        self._captions = [(p.sha256, self._caption(ticket, p), missing_word(p)) for p in everything]
        if not everything:
            translate, why = QCoreApplication.translate, ticket.no_photo_reason
            words = (
                translate("TicketPhotos", "No photo: {reason}").format(reason=why)
                if why
                else translate("TicketPhotos", "No photo")
            )
            none = box("well", row(icon_label("image-off", 20), (para(words), 1), gap=10), 16)
            none.setMinimumHeight(theme().space(100))
            return col(none, stretch)
        main = [self._slot(ticket, p, 186) for p in first] or [
            self._slot(ticket, p, 186) for p in others[:1]
        ]
        rest = [self._slot(ticket, p, 90) for p in (others if first else others[1:])]
        layout = col(row(*((slot, 1) for slot in main), gap=10, align=None), gap=10)
        for start in range(0, len(rest), 4):
            layout.addLayout(row(*((s, 1) for s in rest[start : start + 4]), gap=10, align=None))
        layout.addStretch(1)
        return layout

    def _slot(self, ticket: TicketDetail, photo: PhotoLine, height: int) -> PhotoSlot:
        at = next(n for n, known in enumerate(self._captions) if known[0] == photo.sha256)
        slot = PhotoSlot(
            side_word(photo.role),
            height=height,
            hint=missing_word(photo),
            on_open=lambda: self._enlarge(at),
        )
        small = height < 100  # noqa: PLR2004  (no room for a second pill)
        caption = "" if small else self._caption(ticket, photo)
        told = photo.has_bytes or photo.state == "stored"  # else the hint says all there is to say
        status = photo_status(photo.state) if told and not small else ""
        slot.show_photo(None, caption=caption, status=status)
        self.slots.setdefault(photo.sha256, []).append(slot)
        return slot

    def _caption(self, ticket: TicketDetail, photo: PhotoLine) -> str:
        at = photo.taken_at or photo.at
        when = moment(at, self._now()) if at else ""
        own = photo.by in {None, ticket.created_by}
        by = ticket.created_by_name if own else photo.by
        return " · ".join(part for part in (when, by) if part)

    def _enlarge(self, at: int) -> None:
        _, self._viewer = open_viewer(self._stage, self._captions, at=at, on_look=self._on_look)
        self._on_look(self._captions[at][0])
