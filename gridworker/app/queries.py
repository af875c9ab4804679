"""What windows and command line may ask; each answer is of one state of the store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from gridworker.app import left_words
from gridworker.app.detail import ticket_detail
from gridworker.app.photo_views import PhotoViews
from gridworker.app.ports import Clock, LogLine, Places, TakenPhoto, TicketFilter
from gridworker.app.taken_photos import taken_photo
from gridworker.domain.hints import NEAR_TIME, same_place
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
from gridworker.domain.organisation import IN_CHARGE, own_places
from gridworker.domain.scope import works_in
from gridworker.domain.times import CHINA, utc_text
from gridworker.storage import (
    attention_queries,
    drafts,
    inbox_queries,
    item_queries,
    patrol_queries,
    place_queries,
    refused_work,
    state,
    status_queries,
    ticket_lists,
    ticket_queries,
)
from gridworker.storage.door import Door, Session
from gridworker.storage.reference import ReferenceCache
from gridworker.storage.ticket_lists import Listing
from gridworker.storage.view import LaptopWorld

ALIKE = 3
SOON = timedelta(hours=24)
RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoreQueries:
    """The questions to the encrypted store; call them in a read lane."""

    store: Door
    clock: Clock
    photos: PhotoViews
    reference: ReferenceCache = field(default_factory=ReferenceCache)

    def ticket_ids(self, wanted: TicketFilter) -> Ids:
        """Return the ids of all tickets of a list, in order."""
        with self._reading() as session:
            return ticket_lists.ids(session, self._listing(session, wanted))

    def ticket_head(self, wanted: TicketFilter, most: int) -> list[TicketLine]:
        """Return the first rows of a list, at most so many."""
        with self._reading() as session:
            return ticket_lists.head(session, self._listing(session, wanted), most)

    def ticket_count(self, wanted: TicketFilter) -> int:
        """Return how many tickets a list holds."""
        with self._reading() as session:
            return ticket_lists.count(session, self._listing(session, wanted))

    def ticket_lines(self, ids: Sequence[str]) -> dict[str, TicketLine]:
        """Return the rows of one page; ids gone meanwhile are left out."""
        with self._reading() as session:
            return ticket_queries.lines(session, ids, user=state.get(session).user_id)

    def ticket(self, number: str) -> TicketDetail | None:
        """Return a ticket by id, local or official number."""
        with self._reading() as session:
            id_ = ticket_queries.find(session, number)
            return None if id_ is None else self._detail(session, id_)

    def ticket_photos(self, ids: Sequence[str]) -> dict[str, tuple[PhotoLine, ...]]:
        """Return the photos of the tickets of one page."""
        with self._reading() as session:
            return ticket_queries.photos(session, ids)

    def patrol_ids(self, search: str = "") -> list[str]:
        """Return the ids of patrol records, newest first."""
        with self._reading() as session:
            return patrol_queries.ids(session, search)

    def patrol_lines(self, ids: Sequence[str]) -> dict[str, PatrolLine]:
        """Return the rows of one page."""
        with self._reading() as session:
            return patrol_queries.lines(session, ids)

    def items(self, search: str = "", *, on_the_spot: bool = False) -> list[ItemLine]:
        """Return catalogue leaves, most used first; `search` takes Chinese, code and initials."""
        with self._reading() as session:
            items = self.reference.current(session).items.values()
            lines = item_queries.lines(session, items)
        return item_queries.choose(lines, search, on_the_spot=on_the_spot)

    def inbox(self) -> list[InboxLine]:
        """Return what needs this person, by consequence."""
        now = self.clock.now().astimezone(CHINA)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        with self._reading() as session:
            actor, left = state.actor(session), self._left(session)
            return inbox_queries.inbox(
                session, actor, now=utc_text(now), midnight=utc_text(midnight), left=left
            )

    def my_day(self) -> MyDay:
        """Return this person's own day in numbers."""
        now = self.clock.now().astimezone(CHINA)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        with self._reading() as session:
            return inbox_queries.my_day(
                session,
                state.get(session).user_id,
                since=utc_text(midnight),
                until=utc_text(now + SOON),
            )

    def attention(self) -> list[AttentionCard]:
        """Return refusals and quarantines that are not closed."""
        with self._reading() as session:
            return attention_queries.cards(session)

    def refused_work(self) -> list[RefusedWork]:
        """Return refused work of others of a month, for whoever is in charge of them."""
        since = utc_text(self.clock.now() - RECENT)
        with self._reading() as session:
            actor = state.actor(session)
            if IN_CHARGE.isdisjoint(actor.roles):
                return []
            return refused_work.of_others(session, actor.user, since=since)

    def status(self) -> SyncStatus:
        """Return the counters."""
        with self._reading() as session:
            return status_queries.counters(session)

    def drafts(self, form: str | None = None) -> list[DraftLine]:
        """Return unfinished work, newest first."""
        with self._reading() as session:
            return drafts.lines(session, form)

    def left_words(self) -> list[LeftWords]:
        """Return unfinished words that no window comes back to, newest first."""
        with self._reading() as session:
            return self._left(session)

    def draft_photos(self, draft: str) -> list[TakenPhoto]:
        """Return the photos a draft holds, in the order they were taken."""
        with self._reading() as session:
            rows = drafts.photos_of(session, draft)
            return [taken_photo(row, drafts.thumb(session, row.sha256) or b"") for row in rows]

    def photo_in_use(self, sha256: str) -> bool:
        """Say whether a photo of these bytes is on record here, or in unfinished work."""
        with self._reading() as session:
            return drafts.in_use(session, sha256)

    def places(self) -> Places:
        """Return the places at hand; one that stands in two groups is in the first only."""
        with self._reading() as session:
            actor, reference = state.actor(session), self.reference.current(session)
            used = place_queries.used(session, actor.user)
            seen = place_queries.seen(session, actor.user)
        own = own_places(actor, reference.grids, reference.orgs)
        near = dict.fromkeys((*own, *seen))
        return Places(tuple(used), tuple(place for place in near if place not in used))

    def grids(self) -> list[tuple[str, str]]:
        """Return (code, name) of the grids this person records in, by code."""
        with self._reading() as session:
            actor, world = state.actor(session), LaptopWorld(session)
            grids = self.reference.current(session).grids.values()
            mine = [(grid.code, grid.name) for grid in grids if works_in(actor, grid, world)]
        return sorted(mine)

    def similar(self, item: str, place: str) -> list[TicketLine]:
        """Return at most three tickets of a matter at a place from the last 24 hours."""
        since = utc_text(self.clock.now() - NEAR_TIME)
        with self._reading() as session:
            user = state.get(session).user_id
            here = place_queries.sighting("", item=item, place=place, by=user, found_at=since)
            others = place_queries.sightings(session, item, since=since)
            ids = [other.id for other in others if same_place(here, other)][:ALIKE]
            lines = ticket_queries.lines(session, ids, user=user)
        return [lines[id_] for id_ in ids]

    def thumb(self, sha256: str) -> bytes | None:
        """Return a small JPEG, if this laptop has one."""
        with self._reading() as session:
            return drafts.thumb(session, sha256)

    def photo(self, sha256: str, *, longest: int = 1600) -> bytes | None:
        """Return a JPEG to look at with its watermark, never the evidence itself."""
        with self._reading() as session:
            found = self.photos.find(session, sha256)
        return None if found is None else self.photos.show(found, longest=longest)

    def waiting(self, limit: int = 50) -> list[WaitingLine]:
        """Return what has not wholly arrived at the centre, oldest first."""
        with self._reading() as session:
            return status_queries.waiting(session, limit)

    def sync_log(self, limit: int = 50) -> list[LogLine]:
        """Return attempts to sync, newest first."""
        with self._reading() as session:
            return [LogLine(*row) for row in status_queries.attempts(session, limit)]

    def _left(self, session: Session) -> list[LeftWords]:
        return left_words.left(session, lambda id_: self._detail(session, id_))

    def _detail(self, session: Session, id_: str) -> TicketDetail | None:
        return ticket_detail(session, id_, self.reference.current(session), now=self._now())

    def _listing(self, session: Session, wanted: TicketFilter) -> Listing:
        hours = wanted.due_within_hours
        until = None if hours is None else self.clock.now() + timedelta(hours=hours)
        return Listing(
            user=state.get(session).user_id,
            search=wanted.search,
            state=wanted.state,
            mine=wanted.mine,
            open_only=wanted.open_only,
            due_before=None if until is None else utc_text(until),
            order=wanted.order,
        )

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with self.store() as session:
            yield session

    def _now(self) -> str:
        return utc_text(self.clock.now())
