"""Which tickets a list holds, the rows of one page, and everything about one ticket.

Sorting, filtering and counting are SQL's; a list is its ids, and rows come a page at a time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from gridworker.domain.lines import FlowLine, PhotoLine, TicketLine
from gridworker.domain.ticket import OPEN_STATES
from gridworker.storage import search, sync_words
from gridworker.storage.statements import Statements

ORDERS: Mapping[str, str] = {
    "newest": "found_at DESC, id DESC",
    "oldest": "found_at, id",
    "due": "due IS NULL, due, found_at DESC, id DESC",
    "place": "place, found_at DESC, id DESC",
    "item": "title, found_at DESC, id DESC",
    "state": "state, found_at DESC, id DESC",
}
OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_STATES))
_LINES = text(
    "SELECT id, local_no, official_no, item, title, place, state, due, found_at, photos,"
    " photos_stored, thumb, created_by, assignee FROM view_ticket WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_PHOTOS = text(
    "SELECT id, coalesce(body -> '$.photos', '[]') AS photos FROM view_ticket WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_BLOBS = text("SELECT sha256, state FROM blob WHERE sha256 IN :hashes").bindparams(
    bindparam("hashes", expanding=True)
)


def ids(
    session: Session,
    *,
    user: str,
    wanted: str = "",
    state: str | None = None,
    mine: bool = False,
    open_only: bool = False,
    due_before: str | None = None,
    order: str = "newest",
) -> list[str]:
    """Return the ids of a list in order; a search without a single word in it finds nothing.

    Raises KeyError for an order that is not in `ORDERS`.
    """
    where, values = ["1"], list[object]()

    def narrow(condition: str, *given: object) -> None:
        where.append(condition)
        values.extend(given)

    if wanted.strip():
        match = search.expression(wanted)
        if match is None:
            return []
        if order == "newest" and not (state or mine or open_only or due_before):
            found = Statements(session).execute(search.NEWEST_HITS, (match, "ticket"))
            return [row[0] for row in found]
        narrow(f"id IN ({search.HITS})", match, "ticket")
    if state is not None:
        narrow("state = ?", state)
    if mine:
        narrow("(created_by = ? OR assignee = ?)", user, user)
    if open_only or due_before is not None:
        narrow(f"state IN ({OPEN})")
    if due_before is not None:
        narrow("due <= ?", due_before)
    query = f"SELECT id FROM view_ticket WHERE {' AND '.join(where)} ORDER BY {ORDERS[order]}"
    return [row[0] for row in Statements(session).execute(query, values)]


def lines(session: Session, wanted: Sequence[str], *, user: str) -> dict[str, TicketLine]:
    """Return the rows of a page; ids that are gone meanwhile are left out."""
    steps = sync_words.steps(session, wanted)
    return {
        row.id: TicketLine(
            id=row.id,
            number=row.official_no or row.local_no,
            local_no=row.local_no,
            official_no=row.official_no,
            item=row.item,
            title=row.title,
            place=row.place,
            state=row.state,
            due=row.due,
            found_at=row.found_at,
            sync=sync_words.word(
                steps.get(row.id, ()), photos=row.photos, stored=row.photos_stored
            ),
            photos=row.photos,
            photos_stored=row.photos_stored,
            thumb=row.thumb,
            mine=user in (row.created_by, row.assignee),
        )
        for row in session.execute(_LINES, {"ids": list(wanted)})
    }


def find(session: Session, number: str) -> str | None:
    """Return the id of a ticket by id or number; spaces around it and case do not matter."""
    same = number.strip()
    query = text(
        "SELECT id FROM view_ticket WHERE id = :lower"
        " UNION SELECT id FROM view_ticket WHERE local_no = :upper"
        " UNION SELECT id FROM view_ticket WHERE official_no = :upper LIMIT 1"
    )
    found = session.scalar(query, {"lower": same.lower(), "upper": same.upper()})
    return str(found) if found is not None else None


def body(session: Session, id_: str) -> dict[str, Any] | None:
    """Return the body of a ticket as this person sees it."""
    raw = session.scalar(text("SELECT body FROM view_ticket WHERE id = :id"), {"id": id_})
    return None if raw is None else msgspec.json.decode(raw, type=dict[str, Any])


def timeline(session: Session, id_: str) -> tuple[FlowLine, ...]:
    """Return the steps of a ticket in order; `waiting` ones are not confirmed."""
    return tuple(
        FlowLine(
            seq=row.seq,
            action=found["action"],
            to_state=found["to_state"],
            actor_name=found["actor_name"],
            at=found["at"],
            opinion=found.get("opinion") or "",
            receiver=found.get("receiver"),
            waiting=bool(row.waiting),
        )
        for row in _parts(session, id_, "flow_record")
        if (found := msgspec.json.decode(row.body))
    )


def parts(session: Session, id_: str, kind: str) -> tuple[dict[str, Any], ...]:
    """Return the bodies of what hangs on a record, oldest first."""
    return tuple(msgspec.json.decode(row.body) for row in _parts(session, id_, kind))


def photos(session: Session, wanted: Sequence[str]) -> dict[str, tuple[PhotoLine, ...]]:
    """Return the photos of the tickets of a page."""
    rows = session.execute(_PHOTOS, {"ids": list(wanted)})
    return {row.id: photo_lines(session, msgspec.json.decode(row.photos)) for row in rows}


def photo_lines(session: Session, photos: Sequence[Mapping[str, Any]]) -> tuple[PhotoLine, ...]:
    """Return the photos of a body; `uploading` is known only to the laptop that sends them."""
    known = {
        row.sha256: row.state
        for row in session.execute(_BLOBS, {"hashes": [photo["sha256"] for photo in photos]})
    }
    return tuple(_photo_line(photo, known.get(photo["sha256"])) for photo in photos)


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


def _parts(session: Session, parent: str, kind: str) -> Sequence[Any]:
    query = text(
        "SELECT seq, waiting, body FROM view_part WHERE parent = :parent AND kind = :kind"
        " ORDER BY seq, at, id"
    )
    return session.execute(query, {"parent": parent, "kind": kind}).all()
