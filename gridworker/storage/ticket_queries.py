"""The rows of one page of tickets, and everything about one ticket."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gridworker.domain.lines import PhotoLine, TicketLine
from gridworker.domain.ticket import OPEN_STATES
from gridworker.storage import sync_words
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
# One value instead of fifty rows: before each row the driver waits for the threads of the windows.
_LINES = (
    "SELECT json_group_array(json_array(id, local_no, official_no, item, title, place, state, due,"
    " found_at, photos, photos_stored, thumb, created_by, assignee)) FROM view_ticket"
    " WHERE id IN (SELECT value FROM json_each(?))"
)
_PHOTOS = (
    "SELECT id, coalesce(body -> '$.photos', '[]') FROM view_ticket"
    " WHERE id IN (SELECT value FROM json_each(?))"
)
_BLOBS = "SELECT sha256, state FROM blob WHERE sha256 IN (SELECT value FROM json_each(?))"


def lines(session: Session, wanted: Sequence[str], *, user: str) -> dict[str, TicketLine]:
    """Return the rows of a page; ids that are gone meanwhile are left out."""
    steps = sync_words.steps(session, wanted)
    (found,) = Statements(session).one(_LINES, (_json(wanted),))
    rows = msgspec.json.decode(found)
    return {row[0]: _line(row, steps.get(row[0], ()), user) for row in rows}


def find(session: Session, number: str) -> str | None:
    """Return the id of a ticket by id or number; spaces around it and case do not matter."""
    same = number.strip()
    query = (
        "SELECT id FROM view_ticket WHERE id = :lower"
        " UNION SELECT id FROM view_ticket WHERE local_no = :upper"
        " UNION SELECT id FROM view_ticket WHERE official_no = :upper LIMIT 1"
    )
    found = Statements(session).one(query, {"lower": same.lower(), "upper": same.upper()})
    return None if found is None else str(found[0])


def body(session: Session, id_: str) -> dict[str, Any] | None:
    """Return the body of a ticket as this person sees it."""
    found = Statements(session).one("SELECT body FROM view_ticket WHERE id = ?", (id_,))
    return None if found is None else msgspec.json.decode(found[0], type=dict[str, Any])


def parts(session: Session, id_: str, kind: str) -> tuple[dict[str, Any], ...]:
    """Return the bodies of what hangs on a record, oldest first."""
    query = "SELECT body FROM view_part WHERE parent = ? AND kind = ? ORDER BY seq, at, id"
    rows = Statements(session).execute(query, (id_, kind)).fetchall()
    return tuple(msgspec.json.decode(text) for (text,) in rows)


def photos(session: Session, wanted: Sequence[str]) -> dict[str, tuple[PhotoLine, ...]]:
    """Return the photos of the tickets of a page."""
    rows = Statements(session).execute(_PHOTOS, (_json(wanted),)).fetchall()
    return {id_: photo_lines(session, msgspec.json.decode(text)) for id_, text in rows}


def photo_lines(session: Session, photos: Sequence[Mapping[str, Any]]) -> tuple[PhotoLine, ...]:
    """Return the photos of a body; `uploading` is known only to the laptop that sends them."""
    hashes = _json([photo["sha256"] for photo in photos])
    known = dict(Statements(session).execute(_BLOBS, (hashes,)).fetchall())
    return tuple(_photo_line(photo, known.get(photo["sha256"])) for photo in photos)


def _line(row: Sequence[Any], steps: Sequence[sync_words.Step], user: str) -> TicketLine:
    id_, local_no, official_no, item, title, place, state, due, found_at, *rest = row
    photos, stored, thumb, created_by, assignee = rest
    return TicketLine(
        id=id_,
        number=official_no or local_no,
        local_no=local_no,
        official_no=official_no,
        item=item,
        title=title,
        place=place,
        state=state,
        due=due,
        found_at=found_at,
        sync=sync_words.word(steps, photos=photos, stored=stored),
        photos=photos,
        photos_stored=stored,
        thumb=thumb,
        mine=user in (created_by, assignee),
    )


def _photo_line(photo: Mapping[str, Any], here: str | None) -> PhotoLine:
    state = str(photo.get("state", "local"))
    return PhotoLine(
        sha256=photo["sha256"],
        role=photo["role"],
        state="uploading" if state != "stored" and here in {"uploading", "sent"} else state,
        at=photo.get("at"),
        by=photo.get("by"),
        has_bytes=here is not None,
        taken_at=photo.get("taken_at"),
    )


def _json(values: Sequence[str]) -> str:
    return msgspec.json.encode(values).decode()
