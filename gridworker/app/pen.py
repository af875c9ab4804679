"""Putting a change on record: the frame of an operation, its photos, and one durable write."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import uuid_utils

from gridworker.app.changes import RECORDED, Changes
from gridworker.app.ports import Clock, PhotoRef, Saved
from gridworker.app.room import Room
from gridworker.domain import hints
from gridworker.domain.identity import UserId
from gridworker.domain.operations import EntityRef, Moment, Operation
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.times import parse_time, to_utc_text, utc_text
from gridworker.storage import drafts, place_queries, state
from gridworker.storage.door import Session
from gridworker.storage.recorder import Recorder
from gridworker.storage.state import DeviceState
from gridworker.storage.statements import Statements


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes operations down; nothing is sent, and what is refused leaves no trace."""

    recorder: Recorder
    clock: Clock
    changes: Changes
    room: Room

    def write(
        self,
        make: Callable[[Session], Operation],
        *,
        kinds: frozenset[str],
        photos: Sequence[PhotoRef] = (),
        draft: str | None = None,
    ) -> Saved:
        """Record what `make` returns; raises RuleBroken."""
        self.room.for_text()
        taken = [photo.id for photo in photos]
        made = self.recorder.record(make, photos=taken, draft=draft)
        ended = {"draft"} if draft else set()
        self.changes.tell(kinds | ended | {RECORDED})
        return Saved(made.entity_id, made.local_no or "", made.op_id)

    def frame(  # noqa: PLR0913  (the keys of a frame, each by its name)
        self,
        session: Session,
        known: DeviceState,
        kind: str,
        entity: EntityRef,
        args: Mapping[str, Any],
        *,
        op_id: str | None = None,
        expect: Mapping[str, Any] | None = None,
        subject: str | None = None,
        after: Sequence[str] = (),
        redo_of: str | None = None,
    ) -> Operation:
        """Return the operation of type `kind` by the person at this laptop, at this moment.

        `known` is what `session` says of this laptop. The operation builds on whatever this laptop
        did to `subject`, by default the entity itself, and has no verdict on yet, and on `after`.
        """
        stamp = self.clock.stamp()
        at = msgspec.structs.replace(
            stamp, skew_ms=_skew(known, stamp), srv_last=known.last_server_ms
        )
        return Operation(
            op_id=op_id or new_id(),
            type=kind,
            actor=known.user_id,
            entity=entity,
            args={name: value for name, value in args.items() if value is not None},
            at=at,
            after=(*after, *_builds_on(session, subject or entity.id)),
            expect=dict(expect or {}),
            redo_of=redo_of,
        )

    def new_entity(self, session: Session, known: DeviceState, kind: str) -> EntityRef:
        """Return a new record with the number that this laptop gives it."""
        number = state.next_local_no(session, known, self.clock.stamp().wall)
        return EntityRef(kind, new_id(), number)

    def now(self) -> str:
        """Return the wall time as operations carry it."""
        return utc_text(self.clock.now())


def _skew(known: DeviceState, stamp: Moment) -> int | None:
    """Return how far the wall clock is from the centre's (sync.md 4.9).

    Within the run of the computer in which the centre was heard nobody can set the uptime, while
    the wall clock may have been set since.
    """
    if known.boot_ms is None or not stamp.boot or stamp.boot != known.boot:
        return known.skew_ms
    return known.boot_ms + stamp.mono_ms - stamp.wall_ms


def new_id() -> str:
    """Return a UUIDv7."""
    return str(uuid_utils.uuid7())


def own_grid(known: DeviceState, given: str | None) -> str:
    """Return the grid to record in: the one given, else the person's own.

    Raises RuleBroken(E_INVALID) when nothing was given and the person has no grid.
    """
    if given:
        return given
    if not known.grids:
        raise RuleBroken(Code.INVALID, field="grid", detail="none given and none of one's own")
    return min(known.grids)


def photo_args(session: Session, photos: Sequence[PhotoRef]) -> list[dict[str, Any]]:
    """Return what an operation says of taken photos; raises RuleBroken for an unknown one."""
    if not photos:
        return []
    known = drafts.photos(session, [photo.id for photo in photos])
    found = []
    for photo in photos:
        taken = known.get(photo.id)
        if taken is None:
            raise RuleBroken(Code.INVALID, field="photos", detail="no such photo")
        facts = {
            "sha256": taken.sha256,
            "bytes": taken.size,
            "mime": taken.mime,
            "role": str(photo.role),
            "source": taken.source,
            "taken_at": taken.taken_at,
            "lon": taken.lon,
            "lat": taken.lat,
            "reason": photo.reason,
        }
        found.append({name: value for name, value in facts.items() if value is not None})
    return found


def similar(session: Session, user: UserId, args: Mapping[str, Any]) -> tuple[str, ...]:
    """Return this person's tickets of the same matter and place of the last 24 hours."""
    new = place_queries.sighting(
        "",
        item=args["item"],
        place=args["place"],
        by=user,
        found_at=args["found_at"],
        photos=args["photos"],
    )
    since = parse_time(args["found_at"]) - timedelta(days=1)
    others = place_queries.sightings(session, new.item, since=utc_text(since), by=user)
    return hints.similar(new, others)


def count_use(session: Session, item: str, at: str) -> None:
    """Remember that this person chose an item, for the order of pickers."""
    Statements(session).execute(
        "INSERT INTO uses (item, uses, last_at) VALUES (?, 1, ?) ON CONFLICT (item)"
        " DO UPDATE SET uses = uses + 1, last_at = excluded.last_at",
        (item, to_utc_text(at)),
    )


def _builds_on(session: Session, subject: str) -> tuple[str, ...]:
    rows = Statements(session).execute(
        "SELECT op_id FROM outbox WHERE subject = ? AND state = 'queued' ORDER BY seq",
        (subject,),
    )
    return tuple(op_id for (op_id,) in rows)
