"""The typed columns of what people see, drawn from bodies; the only place that knows both."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from gridworker.storage.reference import CODE_KEY, code_of
from gridworker.storage.statements import Statements

PARTS = frozenset({"flow_record", "contact", "evidence", "late_evidence", "person"})
RECORDS = frozenset({"ticket", "patrol_record"})
TABLE_OF = {"ticket": "view_ticket", "patrol_record": "view_patrol_record"}

_TICKET = (
    "local_no", "official_no", "item", "title", "state", "place", "grid", "unit",
    "assignee", "due", "found_at", "done_at", "created_by", "person",
)  # fmt: skip
_PATROL = ("place", "result", "grid", "at", "created_by", "ticket")
_OPTIONAL = frozenset({"official_no", "unit", "assignee", "due", "done_at", "ticket", "person"})
BODY = "CAST(? AS TEXT)"
NOTE = "coalesce(body ->> '$.note', '')"  # as a column each insert would look it up in vain
NO_PICTURES = (0, 0, None)
_TAIL = ("photos", "photos_stored", "thumb", "rev", "pending", "detached", "body")


class Shown(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A record as it is to be shown; `text` is its body as JSON, `parent` is known or ''.

    What was just encoded is not made a `str` for the way: the store takes the bytes as its text.

    `pending` counts this device's operations on it that are not done with.
    """

    kind: str
    id: str
    body: Mapping[str, Any]
    text: str | bytes
    rev: int = 0
    pending: int = 0
    detached: bool = False
    waiting: bool = False
    parent: tuple[str, str] | None = None


def write(db: Statements, rows: Iterable[Shown]) -> None:
    """Insert or replace rows; kinds that have no view are left out."""
    by_kind: dict[str, list[Shown]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for kind, shown in by_kind.items():
        if kind == "ticket":
            db.many(_TICKET_PUT, map(_ticket, shown))
            _adopt(db, [person for row in shown if (person := row.body.get("person"))])
        elif kind == "patrol_record":
            db.many(_PATROL_PUT, map(_patrol, shown))
        elif kind in PARTS:
            db.many(_PART_PUT, map(_part, shown))
            _adopt(db, [row.id for row in shown if kind == "person" and row.parent is None])
        elif kind in CODE_KEY:
            db.many(_REFERENCE_PUT, map(_reference, shown))


def write_operation(db: Statements, row: Shown) -> None:
    """Write what a new operation makes of a record: one more pending, the revision stays."""
    if row.kind in TABLE_OF:
        keep_confirmed(db, row.kind, row.id)
    match row.kind:
        case "ticket":
            db.execute(_TICKET_OPERATION, _ticket(row))
        case "patrol_record":
            db.execute(_PATROL_OPERATION, _patrol(row))
        case _:
            write(db, (row,))


def keep_confirmed(db: Statements, kind: str, id_: str) -> None:
    """Bring the confirmed body of a record into the base: the view is about to show another."""
    db.execute(_KEEP[kind], (id_,))


def erase(db: Statements, gone: Iterable[tuple[str, str]]) -> None:
    """Take records out of the view, with the parts that only waiting operations had made."""
    for kind, id_ in gone:
        if kind in TABLE_OF:
            db.execute(f"DELETE FROM {TABLE_OF[kind]} WHERE id = ?", (id_,))
            db.execute("DELETE FROM view_part WHERE parent = ? AND waiting", (id_,))
        elif kind in PARTS:
            db.execute("DELETE FROM view_part WHERE id = ?", (id_,))
        elif kind in CODE_KEY:
            db.execute("DELETE FROM view_reference WHERE id = ? AND kind = ?", (id_, kind))


def parent_of(kind: str, body: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a part hangs on, as far as its own body says so; else ('', '')."""
    to = body.get("to")
    if isinstance(to, Mapping):
        return str(to.get("kind")), str(to.get("id"))
    ticket = body.get("ticket")
    return ("ticket", str(ticket)) if ticket and kind in PARTS else ("", "")


def _adopt(db: Statements, people: Sequence[str]) -> None:
    """Hang people on their tickets: only the ticket's body says whose they are, in any order."""
    db.many(
        "UPDATE view_part SET parent_kind = 'ticket', parent = t.id FROM view_ticket t"
        " WHERE t.person = view_part.id AND view_part.id = ? AND view_part.parent = ''",
        [(person,) for person in people],
    )


def _put(table: str, columns: Sequence[str], *, keep: Mapping[str, str] | None = None) -> str:
    kept = keep or {}
    changes = ", ".join(f"{c} = {kept.get(c, f'excluded.{c}')}" for c in columns if c != "id")
    marks = ", ".join(BODY if c == "body" else "?" for c in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        f" ON CONFLICT (id) DO UPDATE SET {changes}"
    )


_KEEP = {
    kind: f"UPDATE base SET body = (SELECT v.body FROM {table} v WHERE v.id = base.id)"
    f" WHERE id = ? AND kind = '{kind}' AND body IS NULL"
    for kind, table in TABLE_OF.items()
}
_ONE_MORE = {"rev": "rev", "detached": "detached", "pending": "pending + 1"}
_TICKET_COLUMNS = ("id", *_TICKET, *_TAIL)
_TICKET_PUT = _put("view_ticket", _TICKET_COLUMNS)
_TICKET_OPERATION = _put("view_ticket", _TICKET_COLUMNS, keep=_ONE_MORE)
_PATROL_COLUMNS = ("id", *_PATROL, *_TAIL)
_PATROL_PUT = _put("view_patrol_record", _PATROL_COLUMNS)
_PATROL_OPERATION = _put("view_patrol_record", _PATROL_COLUMNS, keep=_ONE_MORE)
_PART_PUT = _put(
    "view_part",
    ("id", "kind", "parent_kind", "parent", "seq", "at", "rev", "waiting", "body"),
    keep={
        # A pulled person does not say whose it is; the operation that made it did.
        "parent_kind": "iif(excluded.parent = '', parent_kind, excluded.parent_kind)",
        "parent": "iif(excluded.parent = '', parent, excluded.parent)",
    },
)
_REFERENCE_PUT = (
    f"INSERT INTO view_reference (kind, id, code, body) VALUES (?, ?, ?, {BODY})"
    " ON CONFLICT (id, kind) DO UPDATE SET code = excluded.code, body = excluded.body"
)


def _columns(names: Sequence[str]) -> Callable[[Shown], tuple[object, ...]]:
    asked = [(name, None if name in _OPTIONAL else "") for name in names]

    def values(row: Shown) -> tuple[object, ...]:
        known = row.body.get
        photos = known("photos")
        return (
            row.id, *[known(name) or other for name, other in asked],
            *(_pictures(photos) if photos else NO_PICTURES),
            row.rev, row.pending, row.detached, row.text,
        )  # fmt: skip

    return values


_ticket = _columns(_TICKET)
_patrol = _columns(_PATROL)


def _pictures(photos: Sequence[Mapping[str, Any]]) -> tuple[int, int, str]:
    """Return how many photos there are and are stored, and which shows how it looks now.

    That is the last photo of after, else the first there is.
    """
    stored = sum(photo.get("state") == "stored" for photo in photos)
    after = [photo for photo in photos if photo.get("role") == "after"]
    thumb = (after[-1] if after else photos[0]).get("sha256")
    return len(photos), stored, str(thumb)


def _part(row: Shown) -> tuple[object, ...]:
    body = row.body
    parent_kind, parent = row.parent or parent_of(row.kind, body)
    seq, at = body.get("seq"), body.get("at") or body.get("created_at") or ""
    number = seq if isinstance(seq, int) else 0
    return (
        row.id, row.kind, parent_kind, parent, number, str(at), row.rev, row.waiting, row.text,
    )  # fmt: skip


def _reference(row: Shown) -> tuple[object, ...]:
    return row.kind, row.id, code_of(row.kind, row.body), row.text
