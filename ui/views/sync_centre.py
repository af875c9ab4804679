"""The sync centre (F9), look 04: the state above, what needs care below, attempts beside it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget
from shiboken6 import isValid

from gridworker.domain.lines import (
    AttentionCard,
    LeftWords,
    RefusedWork,
    SyncStatus,
    SyncWord,
    WaitingLine,
)
from gridworker.domain.problem import RuleBroken
from ui.presenters.attention import Attention
from ui.presenters.left_words import LeftOver
from ui.presenters.sync_centre import SyncCentrePresenter
from ui.presenters.sync_records import Connection, LogLine
from ui.views.attention_card import AttentionBox, Telling, folded, heading
from ui.views.left_words import LeftBox
from ui.views.refused_work import work_box
from ui.views.sync_state import SyncState
from ui.views.sync_words import did_words, size_words
from ui.views.words import action_word
from ui.widgets import when
from ui.widgets.layout import box, clear, col, row, scroll, section, stretch
from ui.widgets.notice import empty_state
from ui.widgets.record_row import RecordRow, RowWords
from ui.widgets.status import status_icon, status_tone, status_word
from ui.widgets.text import icon_label, label, para
from ui.widgets.theme import theme

SIDE = 318
OTHERS_SHOWN = 20


class SyncCentre(QWidget):
    """Shows what it is told; every button answers at once, whatever the network does."""

    def __init__(
        self,
        do: SyncCentrePresenter,
        *,
        attention: Attention,
        on_ticket: Callable[[str], None],
        on_enrol: Callable[[], None],
        demo: bool,
        parcels: QWidget,
        left: LeftOver,
        telling: Telling,
    ) -> None:
        super().__init__()
        self._attention, self._on_ticket, self._do_left = attention, on_ticket, left
        self._say, self._now, self._telling = telling.say, telling.now, telling
        self._boxes: list[AttentionBox] = []
        self._left_boxes: dict[str, LeftBox] = {}
        self._needing = 0
        self._wanted = ""
        self._sought: AttentionBox | LeftBox | None = None
        self._parcels = parcels
        self.state = SyncState(
            now=telling.now,
            reason=self._reason,
            on_sync=do.sync_now,
            on_pause=do.pause_or_go_on,
            on_enrol=on_enrol,
            on_cut=do.cut_network if demo else None,
        )
        self._cards, self._left, self._others = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        self._waiting, self._log = QVBoxLayout(), QVBoxLayout()
        for part in (self._cards, self._left, self._others, self._waiting, self._log):
            part.setSpacing(theme().space(6))
        self._seen: dict[str, object] = {}
        self._lay_out()
        self._area.verticalScrollBar().rangeChanged.connect(lambda *_: self._bring_into_sight())

    def show_connection(self, connection: Connection, status: SyncStatus) -> None:
        """Say how the network is."""
        self._needing = status.needs_attention
        self.state.show_connection(connection, status)

    def show_cards(self, cards: Sequence[AttentionCard]) -> None:
        """Show what a person has to see."""
        if not self._is_new("cards", tuple(cards)):
            return
        before, held = {made.card.op_id: made for made in self._boxes}, self._held()
        self._boxes = [self._box(card, led, before) for card, led in folded(cards)]
        for made in self._boxes:
            self._cards.removeWidget(made)  # what stays as it is keeps what is being written in it
        if held and not any(made is held or made.isAncestorOf(held) for made in self._boxes):
            # Whoever closes card after card goes on with the next; Qt would go anywhere.
            self._wanted = self._wanted or (self._boxes[0].card.op_id if self._boxes else "")
            self.state.sync.setFocus()
        clear(self._cards)
        if not cards:
            return
        words = QCoreApplication.translate("SyncCentre", "Needs care")
        self._cards.addWidget(heading("triangle-alert", "warn", words, len(cards)))
        for made in self._boxes:
            self._cards.addWidget(made)
        self._stand()

    def come_to(self, op_id: str) -> None:
        """Stand on a card, now or as soon as it is shown."""
        self._wanted = op_id
        self._stand()

    def show_card_problem(self, op_id: str, problem: RuleBroken | None) -> None:
        """Say on a card why something could not be done about it."""
        for made in self._boxes:
            made.show_problem(op_id, problem)

    def set_card_busy(self, op_id: str, busy: bool) -> None:
        """Let nothing on a card be pressed twice."""
        for made in self._boxes:
            made.set_busy(op_id, busy)

    def show_begun(self) -> None:
        """Let every conflict go on from where a person left it."""
        for made in self._boxes:
            made.show_begun()

    def show_left(self, lines: Sequence[LeftWords]) -> None:
        """Show unfinished words that no other place comes back to."""
        if not self._is_new("left", tuple(lines)):
            return
        here: QWidget | None = self.window().focusWidget()
        held = here is not None and any(b.isAncestorOf(here) for b in self._left_boxes.values())
        clear(self._left)
        now = self._now()
        self._left_boxes = {line.draft: LeftBox(line, do=self._do_left, now=now) for line in lines}
        if lines:
            words = QCoreApplication.translate("SyncCentre", "Begun, but its ticket is gone")
            self._left.addWidget(heading("sticky-note", "info", words, len(lines)))
        for made in self._left_boxes.values():
            self._left.addWidget(made)
        if held:
            self.state.sync.setFocus()
            self._wanted = self._wanted or next(iter(self._left_boxes), "")
        self._stand()

    def show_others(self, lines: Sequence[RefusedWork]) -> None:
        """Show refused work of others to whoever is in charge of them."""
        if not self._is_new("others", tuple(lines)):
            return
        clear(self._others)
        if not lines:
            return
        translate = QCoreApplication.translate
        words = translate("SyncCentre", "Refused work of others")
        self._others.addWidget(heading("users", "info", words, len(lines)))
        for line in lines[:OTHERS_SHOWN]:
            on_open = partial(self._on_ticket, line.entity_id)
            self._others.addWidget(work_box(line, self._telling, on_open))
        more = len(lines) - OTHERS_SHOWN
        if more > 0:
            told = translate("SyncCentre", "and {count} more").format(count=more)
            self._others.addWidget(label(told, "meta", "3"))

    def show_waiting(self, lines: Sequence[WaitingLine], *, more: int) -> None:
        """Show what has not wholly arrived."""
        if not self._is_new("waiting", (tuple(lines), more, bool(self._boxes), self._needing)):
            return
        translate = QCoreApplication.translate
        clear(self._waiting)
        if not lines:
            self._waiting.addWidget(self._all_there())
            return
        on_way = translate("SyncCentre", "On its way")
        self._waiting.addWidget(heading("cloud-upload", "info", on_way, len(lines) + more))
        for line in lines:
            self._waiting.addWidget(RecordRow(self._waiting_words(line)))
        if more:
            words = translate("SyncCentre", "and {count} more").format(count=more)
            self._waiting.addWidget(label(words, "meta", "3"))

    def show_log(self, lines: Sequence[LogLine]) -> None:
        """Show the attempts, newest first."""
        if not self._is_new("log", tuple(lines)):
            return
        clear(self._log)
        for line in lines:
            said, next_ = self._say(line.code, line.facts)
            tone, icon = ("success", "cloud-check") if line.ok else ("warn", "triangle-alert")
            words = RowWords(
                said,
                "" if line.ok else next_,
                when.time(line.at, self._now()),
                icon,
                tone,
                strong=False,
            )
            self._log.addWidget(RecordRow(words, time_width=44))
        if not lines:
            words_ = QCoreApplication.translate("SyncCentre", "No attempt yet")
            self._log.addWidget(label(words_, "meta", "3"))

    def _held(self) -> QWidget | None:
        """Return what has the focus, if that is in a card."""
        here: QWidget | None = self.window().focusWidget()
        return (
            here
            if here is not None
            and any(made is here or made.isAncestorOf(here) for made in self._boxes)
            else None
        )

    def _stand(self) -> None:
        cards = (made for made in self._boxes if made.card.op_id == self._wanted)
        found = next(cards, None) or self._left_boxes.get(self._wanted)
        if found is not None:
            self._wanted = ""
            found.first.setFocus()
            self._sought = found
            self._bring_into_sight()

    def _bring_into_sight(self) -> None:
        """Scroll to the card somebody stands on, also when what is around it is laid out later."""
        made = self._sought
        if made is None or not isValid(made) or not made.first.hasFocus():
            self._sought = None
            return
        around = self._area.viewport().height()
        self._area.ensureWidgetVisible(made, 0, max(0, (around - made.height()) // 2))

    def _box(
        self,
        card: AttentionCard,
        led: Sequence[AttentionCard],
        before: Mapping[str, AttentionBox],
    ) -> AttentionBox:
        old = before.get(card.op_id)
        if old is not None and old.shows(card, led):
            return old
        return AttentionBox(card, led, do=self._attention, telling=self._telling)

    def _waiting_words(self, line: WaitingLine) -> RowWords:
        translate = QCoreApplication.translate
        badge = status_word(line.sync)
        if line.sync is SyncWord.WAITING_PHOTO:
            badge = f"{badge} {line.photos_stored}/{line.photos}"
        meta = [when.moment(line.at, self._now()), did_words(line.did, action_word)]
        if line.taken and line.sync is SyncWord.QUEUED:
            meta.append(translate("SyncCentre", "the centre has accepted it"))
        if line.photos:
            photos = translate("SyncCentre", "{count} photos, {sent} of {size}")
            meta.append(
                photos.format(
                    count=line.photos, sent=size_words(line.sent), size=size_words(line.size)
                )
            )
        title = " ".join(part for part in (line.number, line.title, line.place) if part)
        title = title or translate("SyncCentre", "A record that is not on this laptop now")
        share = line.sent / line.size if line.size else None
        icon, tone = status_icon(line.sync), status_tone(line.sync)
        return RowWords(title, " · ".join(meta), "", icon, tone, line.sync, badge, share)

    def _reason(self, connection: Connection) -> str:
        if not connection.code:
            return ""
        return self._say(connection.code, connection.facts)[0]

    def _all_there(self) -> QFrame:
        translate = QCoreApplication.translate
        if self._boxes or self._needing:
            above = translate("SyncCentre", "What stands above still needs care.")
            hidden = translate(
                "SyncCentre", "{count} need care; they are shown when this device works again."
            )
            return empty_state(
                "cloud-check",
                translate("SyncCentre", "Nothing is left to send"),
                above if self._boxes else hidden.format(count=self._needing),
            )
        return empty_state(
            "cloud-check",
            translate("SyncCentre", "Nothing waits"),
            translate("SyncCentre", "Every record and every photo is at the centre."),
            tone="success",
        )

    def _is_new(self, part: str, shown: object) -> bool:
        if part in self._seen and self._seen[part] == shown:
            return False
        self._seen[part] = shown
        return True

    def _lay_out(self) -> None:
        translate = QCoreApplication.translate
        promise = translate(
            "SyncCentre", "Until the centre has confirmed, the originals here are kept."
        )
        shield = icon_label("shield-check", 18, "text2")
        calm = box("well", row(shield, (para(promise, "meta"), 1), gap=10), (14, 8, 14, 8))
        attempts = translate("SyncCentre", "Attempts")
        what = translate("SyncCentre", "What needs care and what is on its way")
        margins = (20, 14, 16, 14)
        upper = self._cards, self._left, self._others
        if theme().single:
            care = col(*upper, 8, self._waiting, gap=4, margins=margins)
            log = col(section(attempts), self._log, calm, gap=6, margins=margins)
            parts = col(
                self.state, self._parcels, box("pane", care), box("pane", log), stretch, gap=12
            )
            self._area = scroll(parts, what)
            self.setLayout(col(self._area))
            return
        self._area = scroll(
            col(*upper, 8, self._waiting, stretch, gap=4, margins=margins),
            what,
        )
        log_pane = scroll(col(self._log, stretch, gap=0, margins=(0, 0, 8, 0)), attempts)
        side = box("pane", col(section(attempts), (log_pane, 1), calm, gap=6), (18, 12, 14, 14))
        side.setFixedWidth(min(theme().space(SIDE), 420))
        main = col(self.state, self._parcels, (box("pane", col(self._area), 1), 1), gap=12)
        self.setLayout(row((main, 1), side, gap=12, align=None))
