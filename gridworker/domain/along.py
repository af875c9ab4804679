"""What was added to a record that was refused: it comes along when the record is said anew.

Photos and remarks that named a record which never came to be are refused for that (sync.md 4.6).
Whoever makes the record again makes it with them, as far as one record can carry them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gridworker.domain.operations import MAX_NOTE, Operation

ADDS = "evidence.add@1"
MAX_PHOTOS = 120  # of one operation; they and the longest note stay below its 64 KiB

Photos = Sequence[Mapping[str, Any]]


class Gathered(msgspec.Struct, frozen=True):
    """The note and photos of a record with what was added; `ops` are the additions in it.

    An addition comes whole or not at all: what has no room is not among `ops`, and nothing of it is
    in the note or the photos.
    """

    note: str
    photos: tuple[Mapping[str, Any], ...]
    ops: tuple[str, ...]


def gathered(note: str, photos: Photos, added: Sequence[Operation]) -> Gathered:
    """Return what a record holds together with what was `added` to it, in that order.

    A photo that is there already is not named twice; a remark begins a line of its own.
    """
    kept, ops = list(photos), []
    for op in added:
        known = {photo["sha256"] for photo in kept}
        fresh = [photo for photo in _photos(op) if photo["sha256"] not in known]
        said = "\n".join(words for words in (note.rstrip(), _words(op)) if words)
        if len(said) > MAX_NOTE or len(kept) + len(fresh) > MAX_PHOTOS:
            continue
        if _words(op):
            note = said
        kept += fresh
        ops.append(op.op_id)
    return Gathered(note, tuple(kept), tuple(ops))


def with_added(
    args: Mapping[str, Any], added: Sequence[Operation]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the arguments of a record made with what was added to it, and which of that is in."""
    whole = gathered(str(args.get("note", "")), args.get("photos") or (), added)
    if not whole.ops:
        return dict(args), ()
    held = {"note": whole.note, "photos": list(whole.photos)}
    return {**args, **{key: value for key, value in held.items() if value}}, whole.ops


def is_about(op: Operation, record: str) -> bool:
    """Say whether an operation adds photos or a remark to a record."""
    to = op.args.get("to")
    return op.type == ADDS and isinstance(to, Mapping) and to.get("id") == record


def _photos(op: Operation) -> Photos:
    photos: Photos = op.args.get("photos") or ()
    return list({photo["sha256"]: photo for photo in photos}.values())


def _words(op: Operation) -> str:
    return str(op.args.get("note", "")).strip()
