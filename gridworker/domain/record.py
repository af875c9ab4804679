"""Reading arguments and bodies, and writing bodies without losing what only others understand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from gridworker.domain.evidence import MAX_PHOTO_BYTES, PHOTO_TYPES, Photo
from gridworker.domain.operations import MAX_NOTE, MAX_PLACE, Operation
from gridworker.domain.organisation import Actor, Grid, may_create
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.scope import works_in
from gridworker.domain.times import parse_time, to_utc_text
from gridworker.domain.world import World

T = TypeVar("T")
KEY = re.compile(r"field `(\w+)`|\$\.(\w+)")
HASH = re.compile(r"[0-9a-f]{64}\Z")


def read(kind: type[T], raw: object) -> T:
    """Read arguments or a body; raises RuleBroken(E_INVALID), `key` says where."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        named = KEY.search(str(error))
        key = named[1] or named[2] if named else None
        raise RuleBroken(Code.INVALID, detail=str(error), key=key) from error


def merged(raw: Mapping[str, Any] | None, known: msgspec.Struct) -> dict[str, Any]:
    """Return the body with the known fields set and every unknown key kept (sync.md 4.10)."""
    own: dict[str, Any] = msgspec.to_builtins(known)
    return {**raw, **own} if raw else own


def moment_of(op: Operation, world: World) -> str:
    """Return the time that counts: receipt at the centre, the device's own time on a laptop."""
    return world.received or to_utc_text(op.at.wall)


def check_words(place: str, note: str) -> None:
    """Refuse a record without a place or with more text than a ticket can carry."""
    if not place.strip():
        raise RuleBroken(Code.INVALID, field="place", detail="empty")
    if len(place) > MAX_PLACE:
        raise RuleBroken(Code.INVALID, field="place", detail="too long", most=MAX_PLACE)
    check_note(note)


def check_note(note: str) -> None:
    """Refuse more text than a record can carry."""
    if len(note) > MAX_NOTE:
        raise RuleBroken(Code.INVALID, field="note", detail="too long", most=MAX_NOTE)


def check_characters(value: object) -> None:
    """Refuse the one character that a database cannot keep, wherever in the arguments it stands."""
    left = [value]
    for part in left:  # it grows while it is read
        if isinstance(part, str):
            if "\0" in part:
                raise RuleBroken(Code.INVALID, field="args", detail="unreadable character")
        elif isinstance(part, (dict, Mapping)):
            left += part
            left += part.values()
        elif isinstance(part, (list, tuple)):
            left += part


def check_times(**times: str) -> None:
    """Refuse a time that is not RFC 3339 with an offset; what it says is never judged."""
    for field, text in times.items():
        try:
            parse_time(text)
        except ValueError as error:
            raise RuleBroken(Code.INVALID, field=field, detail="not a time") from error


def record_at(world: World, kind: str, id_: str) -> dict[str, Any]:
    """Return a record's body; raises RuleBroken(E_INVALID) when there is none."""
    raw = world.body(kind, id_)
    if raw is None:
        raise RuleBroken(Code.INVALID, field="entity", detail="no such record")
    return raw


def grid_to_record_in(
    op: Operation, actor: Actor, world: World, *, code: str, place: str, note: str
) -> Grid:
    """Return the grid a new record lies in.

    Raises RuleBroken: E_FORBIDDEN when the actor makes no such records or works elsewhere,
    E_INVALID for the words or an unknown grid.
    """
    if not may_create(actor, op.type.partition("@")[0]):
        raise RuleBroken(Code.FORBIDDEN)
    check_words(place, note)
    grid = world.grid(code)
    if grid is None:
        raise RuleBroken(Code.INVALID, field="grid", detail="unknown grid")
    if not works_in(actor, grid, world):
        raise RuleBroken(Code.FORBIDDEN, grid=code)
    return grid


def check_photos(photos: Iterable[Photo]) -> None:
    """Refuse photos that no file can match."""
    for photo in photos:
        if not HASH.match(photo.sha256) or photo.mime not in PHOTO_TYPES or photo.bytes <= 0:
            raise RuleBroken(Code.INVALID, field="photos", detail="not a photo")
        if photo.bytes > MAX_PHOTO_BYTES:
            raise RuleBroken(Code.BLOB_TOO_LARGE, most=MAX_PHOTO_BYTES)


def photo_bodies(photos: Sequence[Photo], *, by: Actor, at: str) -> tuple[dict[str, Any], ...]:
    """Return what a body keeps of photos: what they are, who brought them, bytes still local."""
    if not photos:
        return ()
    return tuple(
        {**msgspec.to_builtins(p), "state": "local", "by": by.user, "at": at} for p in photos
    )
