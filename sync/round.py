"""What one round works with and what it comes to."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gridworker.app.ports import Clock
from gridworker.storage.door import Door
from gridworker.storage.photos import PhotoFiles
from sync.exchange import Exchange
from sync.problem import Failure
from sync.schedule import BatchSize, Pause


@dataclass(frozen=True, slots=True)
class Store:
    """The laptop's side; `changed` is told after each commit which kinds of records differ."""

    write: Door
    read: Door
    photos: PhotoFiles
    changed: Callable[[frozenset[str]], None]


class Note(msgspec.Struct, frozen=True):
    """Something people should read of a round although it went on."""

    code: str
    facts: Mapping[str, Any] = {}


class RoundResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a round came to; `failure` is the first reason why something is left to do."""

    pushed: int = 0
    applied: int = 0
    noop: int = 0
    refused: int = 0
    quarantined: int = 0
    pulled: int = 0
    photos_stored: int = 0
    failure: Failure | None = None
    notes: tuple[Note, ...] = ()
    cancelled: bool = False

    @property
    def counters(self) -> dict[str, int]:
        """Return the numbers that `gridworker sync --json` prints of a round."""
        names = ("pushed", "applied", "noop", "refused", "quarantined", "pulled", "photos_stored")
        return {name: getattr(self, name) for name in names}

    @property
    def did(self) -> bool:
        """Say whether anything went up or came down."""
        return bool(self.pushed or self.pulled or self.photos_stored)


def own_thread() -> Executor:
    """Return what carries a request while the store works, or the other way about."""
    return ThreadPoolExecutor(1, thread_name_prefix="sync-line")


@dataclass(slots=True)
class Round:
    """One round under way: its parts, and what it has come to so far.

    `doubt` says that digests are to be compared before it ends, or in the next.
    """

    store: Store
    exchange: Exchange
    clock: Clock
    held: Callable[[], frozenset[str]]
    cancelled: Callable[[], bool]
    receiving: Callable[[bool], None]
    batch: BatchSize
    photo_pause: Pause
    push_pause: Pause
    line: Callable[[], Executor] = own_thread
    doubt: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def count(self, what: str, more: int = 1) -> None:
        """Add to one of the counters of `RoundResult`."""
        self.counts[what] = self.counts.get(what, 0) + more

    def note(self, code: str, **facts: Any) -> None:
        """Keep something for people to read."""
        self.notes.append(Note(code, facts))

    def result(self, failure: Failure | None) -> RoundResult:
        """Return what the round came to."""
        return RoundResult(
            failure=failure, notes=tuple(self.notes), cancelled=self.cancelled(), **self.counts
        )
