"""The sync centre: what is on its way, what the centre refused, and every attempt in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from gridworker.app.jobs import Lane
from gridworker.app.ports import Connection, Desk, LogLine
from gridworker.domain.lines import AttentionCard, LeftWords, RefusedWork, SyncStatus, WaitingLine
from ui.presenters.timing import Cancel, Later

WAITING_SHOWN = 30
LOG_READ, LOG_SHOWN = 500, 20  # a day without a network is one line of a hundred
AGAIN_AFTER_MS = 15_000


@dataclass(frozen=True, slots=True)
class SyncSight:
    """Everything the sync centre shows, read in one go."""

    status: SyncStatus
    cards: tuple[AttentionCard, ...]
    left: tuple[LeftWords, ...]
    others: tuple[RefusedWork, ...]
    waiting: tuple[WaitingLine, ...]
    log: tuple[LogLine, ...]


class SyncCentreView(Protocol):
    """Where it is shown."""

    def show_connection(self, connection: Connection, status: SyncStatus) -> None:
        """Say how the network is, since when, and when the next attempt is."""
        ...

    def show_cards(self, cards: Sequence[AttentionCard]) -> None:
        """Show what a person has to see; a card stays until it is closed."""
        ...

    def show_left(self, lines: Sequence[LeftWords]) -> None:
        """Show unfinished words that no other place comes back to."""
        ...

    def show_others(self, lines: Sequence[RefusedWork]) -> None:
        """Show refused work of others to whoever is in charge of them."""
        ...

    def show_waiting(self, lines: Sequence[WaitingLine], *, more: int) -> None:
        """Show what has not wholly arrived; `more` further records are not listed."""
        ...

    def show_log(self, lines: Sequence[LogLine]) -> None:
        """Show the attempts, newest first."""
        ...


class SyncCentrePresenter:
    """Nothing here waits for the network: buttons ask the engine and the answer is a change."""

    def __init__(
        self,
        desk: Desk,
        *,
        read: Lane,
        write: Lane,
        later: Later,
        failed: Callable[[Exception], None],
    ) -> None:
        self._desk, self._queries, self._sync = desk, desk.queries, desk.sync
        self._read, self._write, self._later = read, write, later
        self._failed = failed
        self._view: SyncCentreView | None = None
        self._again: Cancel | None = None
        self._asked = False

    def start(self, view: SyncCentreView) -> None:
        """Show how things stand from now on."""
        self._view = view
        self.refresh()

    def refresh(self) -> None:
        """Look again; several changes at once cost one look."""
        if self._view is not None and not self._asked:
            self._asked = True
            self._read.run(self._look, self._show, self._failed)

    def close(self) -> None:
        """Show nothing any more."""
        self._view = None
        self._stop()

    def sync_now(self) -> None:
        """Try now."""
        self._sync.sync_now()
        self.refresh()

    def pause_or_go_on(self) -> None:
        """Pause, or go on when paused; it stays so over a restart."""
        paused = self._sync.connection().state != "paused"
        self._sync.pause(paused)
        self._write.run(lambda: self._desk.keep_paused(paused), lambda _: None, self._failed)
        self.refresh()

    def cut_network(self, cut: bool) -> None:
        """Take the demo's network away, or give it back."""
        self._sync.cut_network(cut)
        self.refresh()

    def _look(self) -> SyncSight:
        queries = self._queries
        return SyncSight(
            queries.status(),
            tuple(queries.attention()),
            tuple(queries.left_words()),
            tuple(queries.refused_work()),
            tuple(queries.waiting(WAITING_SHOWN)),
            tuple(queries.sync_log(LOG_READ)),
        )

    def _show(self, sight: SyncSight) -> None:
        self._asked = False
        view = self._view
        if view is None:
            return
        view.show_connection(self._sync.connection(), sight.status)
        view.show_cards(sight.cards)
        view.show_left(sight.left)
        view.show_others(sight.others)
        more = max(0, sight.status.queued_ops - len(sight.waiting))
        view.show_waiting(sight.waiting, more=more if len(sight.waiting) == WAITING_SHOWN else 0)
        view.show_log(without_repeats(sight.log)[:LOG_SHOWN])
        self._stop()
        self._again = self._later(AGAIN_AFTER_MS, self.refresh)

    def _stop(self) -> None:
        if self._again is not None:
            self._again()
            self._again = None


def without_repeats(log: Sequence[LogLine]) -> tuple[LogLine, ...]:
    """Return the attempts, newest first, with one line for failures in a row of one kind.

    Of a round that worked only what it moved is told.
    """
    told: list[LogLine] = []
    for line in log:
        again = told and not line.ok and told[-1].code == line.code
        if not again:
            moved = {name: fact for name, fact in line.facts.items() if fact != 0}
            told.append(msgspec.structs.replace(line, facts=moved) if line.ok else line)
    return tuple(told)
