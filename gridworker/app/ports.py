"""What windows and command line may ask of the product; `build` puts the real parts behind it.

Everything here blocks on disk or network: windows call it in a lane, never on the GUI thread.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from gridworker.app.port_records import (
    Connection,
    FormAgain,
    LogLine,
    NewPatrol,
    NewReport,
    NewResolve,
    Notice,
    ParcelTaken,
    ParcelWritten,
    PhotoRef,
    Places,
    ProfileInfo,
    Saved,
    TakenPhoto,
    TicketFilter,
    Who,
)
from gridworker.app.settings import Settings
from gridworker.domain.evidence import PhotoSource
from gridworker.domain.ids import Ids
from gridworker.domain.lines import (
    AttentionCard,
    DraftLine,
    InboxLine,
    ItemLine,
    LeftWords,
    MyDay,
    PatrolLine,
    PhotoLine,
    RefusedWork,
    SyncStatus,
    TicketDetail,
    TicketLine,
    WaitingLine,
)
from gridworker.domain.operations import Moment

__all__ = [
    "Clock",
    "Commands",
    "Connection",
    "Desk",
    "Door",
    "FormAgain",
    "LogLine",
    "NewPatrol",
    "NewReport",
    "NewResolve",
    "Notice",
    "ParcelTaken",
    "ParcelWritten",
    "PhotoRef",
    "Places",
    "ProfileInfo",
    "Queries",
    "Saved",
    "SyncControl",
    "TakenPhoto",
    "TicketFilter",
    "Who",
]


class Clock(Protocol):
    """Time as a device knows it."""

    def now(self) -> datetime:
        """Return the wall time, with its zone."""
        ...

    def monotonic(self) -> float:
        """Return seconds that no one can set; for waiting only."""
        ...

    def stamp(self) -> Moment:
        """Return what an operation says of its time (sync.md 4.9)."""
        ...


class Commands(Protocol):
    """Every method is one transaction; raises RuleBroken and then has changed nothing."""

    def take_photo(
        self, data: bytes, *, source: PhotoSource, draft: str | None = None
    ) -> TakenPhoto:
        """Check, encrypt and keep a photo before any record names it."""
        ...

    def drop_photo(self, photo: str) -> None:
        """Forget a taken photo that no record names."""
        ...

    def resolve(self, found: NewResolve) -> Saved:
        """Close a matter on the spot and queue the news; its draft ends."""
        ...

    def report(self, found: NewReport) -> Saved:
        """Hand a matter up and queue the news; its draft ends."""
        ...

    def patrol(self, seen: NewPatrol) -> Saved:
        """Record a patrol and queue the news; its draft ends."""
        ...

    def act(
        self, ticket: str, action: str, args: Mapping[str, Any], *, draft: str | None = None
    ) -> Saved:
        """Act on a ticket; its draft ends."""
        ...

    def edit(
        self, ticket: str, changes: Mapping[str, tuple[Any, Any]], *, draft: str | None = None
    ) -> Saved:
        """Change fields, each given as (what was seen, what is wanted); its draft ends."""
        ...

    def retract(self, ticket: str) -> Saved:
        """Take back what this person has just recorded."""
        ...

    def add_evidence(
        self, kind: str, id_: str, photos: Sequence[PhotoRef], note: str = ""
    ) -> Saved:
        """Add photos or a remark to a record."""
        ...

    def save_draft(self, draft: str, form: str, fields: Mapping[str, Any]) -> None:
        """Keep unfinished work; called within 300 ms of typing."""
        ...

    def discard_draft(self, draft: str) -> None:
        """End a draft without a record; its photos go too."""
        ...

    def redo(self, op_id: str) -> Saved:
        """Say a refused operation anew on what is true now; its card is closed."""
        ...

    def choose(self, op_id: str, values: Mapping[str, str]) -> Saved:
        """End a conflict of fields with these values, the others as they were wanted."""
        ...

    def take_side(self, op_id: str, side: str) -> Saved:
        """End a conflict with all that is "mine", or all that is "theirs"."""
        ...

    def keep_both(self, op_id: str) -> Saved:
        """End a conflict with both wordings as a remark; the record stays as it is."""
        ...

    def hand_over(self, op_id: str) -> Saved:
        """Ask whoever is in charge to look at a refusal, by a remark with its record."""
        ...

    def start_over(self, op_id: str) -> FormAgain:
        """Make what a refused record held unfinished work again; recording it closes the card."""
        ...

    def report_left(self, draft: str) -> FormAgain:
        """Make words and photos about a ticket that is gone an unfinished report."""
        ...

    def close_attention(self, op_id: str) -> None:
        """Take away the card of a refusal that the person has dealt with, and what it led to."""
        ...


class Queries(Protocol):
    """Reads; each sees one consistent state and never waits for a writer."""

    def ticket_ids(self, wanted: TicketFilter) -> Ids:
        """Return the ids of all tickets of a list, in order."""
        ...

    def ticket_head(self, wanted: TicketFilter, most: int) -> list[TicketLine]:
        """Return the first rows of a list, at most so many; fast however long the list is."""
        ...

    def ticket_count(self, wanted: TicketFilter) -> int:
        """Return how many tickets a list holds."""
        ...

    def ticket_lines(self, ids: Sequence[str]) -> dict[str, TicketLine]:
        """Return the rows of one page; ids gone meanwhile are left out."""
        ...

    def ticket(self, number: str) -> TicketDetail | None:
        """Return a ticket by id, local or official number."""
        ...

    def ticket_photos(self, ids: Sequence[str]) -> dict[str, tuple[PhotoLine, ...]]:
        """Return the photos of the tickets of one page."""
        ...

    def patrol_ids(self, search: str = "") -> list[str]:
        """Return the ids of patrol records, newest first."""
        ...

    def patrol_lines(self, ids: Sequence[str]) -> dict[str, PatrolLine]:
        """Return the rows of one page."""
        ...

    def items(self, search: str = "", *, on_the_spot: bool = False) -> list[ItemLine]:
        """Return catalogue leaves, most used first; `search` takes Chinese, code and initials."""
        ...

    def inbox(self) -> list[InboxLine]:
        """Return what needs this person, by consequence."""
        ...

    def my_day(self) -> MyDay:
        """Return this person's own day in numbers."""
        ...

    def attention(self) -> list[AttentionCard]:
        """Return refusals and quarantines that are not closed."""
        ...

    def refused_work(self) -> list[RefusedWork]:
        """Return refused work of others, for whoever is in charge of them; else nothing."""
        ...

    def status(self) -> SyncStatus:
        """Return the counters."""
        ...

    def drafts(self, form: str | None = None) -> list[DraftLine]:
        """Return unfinished work, newest first."""
        ...

    def left_words(self) -> list[LeftWords]:
        """Return unfinished words that no window comes back to, newest first."""
        ...

    def draft_photos(self, draft: str) -> list[TakenPhoto]:
        """Return the photos a draft holds, in the order they were taken."""
        ...

    def photo_in_use(self, sha256: str) -> bool:
        """Say whether a photo of these bytes is on record here, or in unfinished work."""
        ...

    def places(self) -> Places:
        """Return the places at hand, without repeats."""
        ...

    def grids(self) -> list[tuple[str, str]]:
        """Return (code, name) of the grids this person records in."""
        ...

    def similar(self, item: str, place: str) -> list[TicketLine]:
        """Return at most three recent tickets of the same matter at the same place."""
        ...

    def thumb(self, sha256: str) -> bytes | None:
        """Return a small JPEG, if this laptop has one."""
        ...

    def photo(self, sha256: str, *, longest: int = 1600) -> bytes | None:
        """Return a JPEG to look at with its watermark, never the evidence itself."""
        ...

    def waiting(self, limit: int = 50) -> list[WaitingLine]:
        """Return what has not wholly arrived at the centre, oldest first."""
        ...

    def sync_log(self, limit: int = 50) -> list[LogLine]:
        """Return attempts to sync, newest first."""
        ...


class SyncControl(Protocol):
    """The sync centre's buttons; the engine runs in its own lane."""

    def connection(self) -> Connection:
        """Return how things stand; does not block."""
        ...

    def sync_now(self) -> None:
        """Ask for a round soon; returns at once."""
        ...

    def pause(self, paused: bool) -> None:
        """Stop or go on; returns at once."""
        ...

    def cut_network(self, cut: bool) -> None:
        """Take the network away, in a demo only; returns at once."""
        ...

    def hold(self, op_id: str, seconds: float) -> None:
        """Keep an operation on this laptop while its undo is offered; returns at once."""
        ...

    def write_parcel(
        self,
        path: Path,
        *,
        progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> ParcelWritten:
        """Put what waits into a parcel for a stick; `progress` hears bytes done and in all.

        Raises what has a sentence (`parcel_...`); then no parcel is left behind.
        """
        ...

    def read_answer(self, path: Path) -> ParcelTaken:
        """Take in the centre's answer to a parcel; raises as `write_parcel` does."""
        ...

    def enrol_again(self, code: str) -> None:
        """Be let in by a new code of the same person, when the login is over for good.

        Takes as long as the network does. Raises what has a sentence; then nothing has changed.
        """
        ...

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` from the engine's lane whenever `connection` may have changed."""
        ...


class Desk(Protocol):
    """An unlocked profile."""

    commands: Commands
    sync: SyncControl
    who: Who

    @property
    def queries(self) -> Queries:
        """What may be asked as things stand; while this device is suspended hardly anything."""
        ...

    def identify(self) -> Who:
        """Return whose profile it is by what was pulled last; `who` is as it was when opened."""
        ...

    def notice(self) -> Notice | None:
        """Return what is to be told, also when it happened before the program last ended."""
        ...

    def close_notice(self) -> None:
        """Tell it no more."""
        ...

    def keep_paused(self, paused: bool) -> None:
        """Remember over a restart whether syncing is paused; what cannot be kept is only told."""
        ...

    def listen(self, changed: Callable[[frozenset[str]], None]) -> None:
        """Call `changed` with kinds of records after each commit, from the committing thread."""
        ...

    def work(self) -> None:
        """Begin to sync and to look after things; a desk that only opens does neither."""
        ...

    def close(self) -> None:
        """Finish the current photo, checkpoint, release the profile."""
        ...


class Door(Protocol):
    """What stands before a desk."""

    def info(self) -> ProfileInfo:
        """Return what can be said without a password."""
        ...

    def unlock(self, password: str) -> Desk:
        """Open the profile; raises the exceptions of `app.startup`, each with its own words."""
        ...

    def settings(self) -> Settings:
        """Return the choices of whoever sits here; they need no password."""
        ...

    def keep_settings(self, **changes: Any) -> None:
        """Remember choices, each by its name in `Settings`; the others stay. Raises OSError."""
        ...
