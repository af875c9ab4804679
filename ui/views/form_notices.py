"""The one line of a form that says what is in the way, and the offers that can be taken up."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from gridworker.domain.lines import TicketLine
from ui.presenters.photo_slots import ShownPhoto
from ui.views.words import state_word
from ui.widgets.button import Button, button
from ui.widgets.layout import box, clear, col, row, set_margins, stretch
from ui.widgets.notice import banner
from ui.widgets.photo import PhotoSlot
from ui.widgets.text import Elided
from ui.widgets.theme import theme


class Notice(QWidget):
    """A place for one banner at a time; it takes no room while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._box = QVBoxLayout(self)
        set_margins(self._box, 0)
        self.words = ""
        self.hide()

    def say(
        self,
        fact: str,
        follows: str = "",
        *,
        tone: str = "danger",
        button: Button | None = None,
        wrap: bool = False,
    ) -> None:
        """Say one thing, with `wrap` on as many lines as it takes; empty words take it away."""
        clear(self._box)
        self.words = f"{fact} {follows}".strip()
        if fact:
            icon = "octagon-alert" if tone == "danger" else "info"
            buttons = (button,) if button is not None else ()
            self._box.addWidget(banner(tone, icon, fact, follows, *buttons, wrap=wrap))
        self.setVisible(bool(fact))


class SimilarLine(QWidget):
    """Points at a ticket of the same matter at the same place."""

    def __init__(self, *, on_attach: Callable[[], None], when: Callable[[str], str]) -> None:
        super().__init__()
        self._on_attach, self._when = on_attach, when
        self._box = QVBoxLayout(self)
        set_margins(self._box, 0)
        self.hide()

    def show_ticket(self, ticket: TicketLine | None) -> None:
        """Show it with the way to add to it, or nothing."""
        clear(self._box)
        self.setVisible(ticket is not None)
        if ticket is None:
            return
        translate = QCoreApplication.translate
        fact = translate("SimilarLine", "{when}, same place: {number} {title}")
        next_ = translate("SimilarLine", "{state}. Add your photos to it instead of a new one")
        words = col(
            Elided(
                fact.format(
                    when=self._when(ticket.found_at), number=ticket.number, title=ticket.title
                ),
                strong=True,
            ),
            Elided(next_.format(state=state_word(ticket.state)), "meta", "2"),
            gap=0,
        )
        attach = button(
            translate("SimilarLine", "Add to that one"), self._on_attach, density="small"
        )
        below = col(words, row(attach, stretch))
        line = below if theme().compact else row((words, 1), attach, gap=12)
        self._box.addWidget(box("info", line, (12, 8, 12, 8)))


class OfferLine(QWidget):
    """Photos that came from the phone, with one key to take them."""

    def __init__(self, *, on_accept: Callable[[], None], on_refuse: Callable[[], None]) -> None:
        super().__init__()
        self._on_accept, self._on_refuse = on_accept, on_refuse
        self._box = QVBoxLayout(self)
        set_margins(self._box, 0)
        self.hide()

    def show_photos(self, photos: Sequence[ShownPhoto]) -> None:
        """Offer them, or nothing."""
        clear(self._box)
        self.setVisible(bool(photos))
        if photos:
            self._box.addWidget(self._line(photos))

    def _line(self, photos: Sequence[ShownPhoto]) -> QFrame:
        translate = QCoreApplication.translate
        fact = translate("OfferLine", "{count} photos from the phone").format(count=len(photos))
        thumbs = []
        for photo in photos:
            thumb = PhotoSlot("", height=40)
            thumb.setFixedWidth(theme().space(48))
            thumb.show_photo(photo.thumb)
            thumbs.append(thumb)
        accept = button(
            translate("OfferLine", "Use them"),
            self._on_accept,
            kind="tonal",
            hint="Enter",
            density="small",
        )
        leave = button(
            translate("OfferLine", "Leave them"), self._on_refuse, kind="ghost", density="small"
        )
        words = Elided(fact, strong=True)
        line = row(*thumbs, (words, 1), accept, leave)
        return box("accent", line, (10, 6, 10, 6))
