"""What each scope has to be told, in an order without gaps (sync.md 2 and 4.5).

A scope's counter is bumped as the last lock of a transaction, scopes in sorted order, so numbers
appear in the order in which transactions end and a reader's cursor never skips one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from central.store.tables import SCOPE_HEAD
from central.store.transaction import Bulk, Tx, json_text

PUT, GONE = "put", "gone"
NOTHING = "0" * 32
HEADS = Bulk(
    SCOPE_HEAD,
    ("id", "scope", "seq", "count", "xor", "floor"),
    "ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, count = excluded.count, xor = excluded.xor",
)
NEW_HEADS = Bulk(
    SCOPE_HEAD, ("scope", "seq", "count", "xor", "floor"), "ON CONFLICT (scope) DO NOTHING"
)
MOVE_UP = (
    " ON CONFLICT (entity, scope) DO UPDATE SET"
    " seq = excluded.seq, op = excluded.op, why = excluded.why"
)
# Each record once for each scope, made by the database: a new line costs a tenth of a row sent.
TELL_SQLITE = (
    "INSERT INTO feed (scope, seq, entity, op, why)"
    " SELECT h.key, h.value + i.key + 1, e.n, ?, ? FROM json_each(?) i"
    " CROSS JOIN entity e ON e.id = i.value CROSS JOIN json_each(?) h WHERE true" + MOVE_UP
)
TELL_POSTGRESQL = (
    "INSERT INTO feed (scope, seq, entity, op, why)"
    " SELECT h.scope, h.seq + i.place, e.n, %s, %s"
    " FROM unnest(%s::text[]) WITH ORDINALITY i (id, place) JOIN entity e ON e.id = i.id"
    " CROSS JOIN unnest(%s::bigint[], %s::bigint[]) h (scope, seq)" + MOVE_UP
)


class Head(msgspec.Struct, frozen=True):
    """Where a scope stands: last number, how many records it has and the XOR of their marks."""

    id: int
    scope: str
    seq: int
    count: int
    xor: str
    floor: int


class Told(msgspec.Struct, frozen=True):
    """What scopes are told of a record; `more` is what it adds to each one's count."""

    scopes: frozenset[str]
    op: str
    more: int
    why: str | None = None


@dataclass(slots=True)
class Records:
    """Records in the order in which they are told, and the XOR of what their marks change by."""

    ids: list[str] = field(default_factory=list)
    xor: int = 0


class News:
    """What a transaction has to tell; records of which the same is told go together."""

    def __init__(self) -> None:
        self.lines: dict[Told, Records] = {}

    def add(self, told: Told, entity_id: str, mark: int) -> None:
        """Tell the scopes of a record; `mark` is what the XOR of each changes by."""
        if not told.scopes:
            return
        records = self.lines.get(told)
        if records is None:
            records = self.lines[told] = Records()
        records.ids.append(entity_id)
        records.xor ^= mark


def heads(tx: Tx, scopes: Iterable[str], *, lock: bool = False) -> dict[str, Head]:
    """Return the heads of scopes that have ever had news."""
    tail = " FOR UPDATE" if lock else ""
    rows = tx.rows(
        "SELECT id, scope, seq, count, xor, floor FROM scope_head WHERE scope IN @"
        f" ORDER BY scope{tail}",
        sorted(set(scopes)),
    )
    return {row[1]: Head(*row) for row in rows}


def held(tx: Tx, scopes: Iterable[str]) -> int:
    """Return how many different records scopes have together."""
    row = tx.row(
        "SELECT count(DISTINCT f.entity) FROM feed f JOIN scope_head h ON h.id = f.scope"
        " WHERE h.scope IN @ AND f.op = 'put'",
        sorted(set(scopes)),
    )
    return int(row[0])


def everywhere(tx: Tx) -> list[Head]:
    """Return the heads of all scopes."""
    rows = tx.rows("SELECT id, scope, seq, count, xor, floor FROM scope_head ORDER BY scope")
    return [Head(*row) for row in rows]


def prune(tx: Tx, head: Head, *, upto: int) -> int:
    """Forget what went from a scope up to a number; who has not heard of it yet starts over.

    Returns how many records that were.
    """
    row = tx.row(
        "SELECT max(seq) FROM feed WHERE scope = ? AND seq <= ? AND op = 'gone'", head.id, upto
    )
    if row[0] is None:
        return 0
    gone = tx.run("DELETE FROM feed WHERE scope = ? AND seq <= ? AND op = 'gone'", head.id, upto)
    tx.run("UPDATE scope_head SET floor = ? WHERE id = ? AND floor < ?", row[0], head.id, row[0])
    return gone


def readers(tx: Tx, ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the scopes in which records are now."""
    found: dict[str, set[str]] = {}
    wanted = sorted(set(ids))
    if wanted:
        for entity_id, scope in tx.rows(
            "SELECT e.id, h.scope FROM entity e JOIN feed f ON f.entity = e.n"
            " JOIN scope_head h ON h.id = f.scope WHERE e.id IN @ AND f.op = 'put'",
            wanted,
        ):
            found.setdefault(entity_id, set()).add(scope)
    return {entity_id: frozenset(scopes) for entity_id, scopes in found.items()}


def publish(tx: Tx, news: News) -> None:
    """Give the news of every scope their numbers; the last thing that a transaction does."""
    if not news.lines:
        return
    known = _locked(tx, sorted(frozenset().union(*(told.scopes for told in news.lines))))
    for told, records in news.lines.items():
        _tell(tx, told, records.ids, [known[scope] for scope in sorted(told.scopes)])
        for scope in told.scopes:
            known[scope] = _moved(known[scope], told, records)
    tx.write(HEADS, [msgspec.structs.astuple(head) for head in known.values()])


def _locked(tx: Tx, scopes: Sequence[str]) -> dict[str, Head]:
    """Return the heads of scopes in their order, each locked, making those that are missing."""
    known = heads(tx, scopes, lock=True)
    if len(known) < len(scopes):
        tx.write(NEW_HEADS, [(s, 0, 0, NOTHING, 0) for s in scopes if s not in known])
        known = heads(tx, scopes, lock=True)
    return known


def _tell(tx: Tx, told: Told, ids: list[str], at: Sequence[Head]) -> None:
    if tx.sqlite:
        after = {str(head.id): head.seq for head in at}
        tx.exact(TELL_SQLITE, told.op, told.why, json_text(ids), json_text(after))
    else:
        scopes, numbers = [head.id for head in at], [head.seq for head in at]
        tx.exact(TELL_POSTGRESQL, told.op, told.why, ids, scopes, numbers)


def _moved(head: Head, told: Told, records: Records) -> Head:
    """Return a head after its scope was told."""
    many = len(records.ids)
    return msgspec.structs.replace(
        head,
        seq=head.seq + many,
        count=head.count + told.more * many,
        xor=f"{int(head.xor, 16) ^ records.xor:032x}",
    )


def page(tx: Tx, head: Head, *, after: int, limit: int) -> Sequence[Any]:
    """Return (seq, op, why, kind, id, rev, schema, body, digest) of a scope's next news."""
    # A device that starts from nothing has nothing that could be gone.
    gone = " AND f.op = 'put'" if after == 0 else ""
    name, body, records = "e", "e.body", "JOIN entity e ON e.n = f.entity"
    if after and not tx.sqlite:
        # Row security shows nothing of what went but its name.
        name, body = "r", "coalesce(e.body, '')"
        records = (
            "JOIN record_name r ON r.n = f.entity"
            " LEFT JOIN entity e ON e.n = f.entity AND f.op = 'put'"
        )
    return tx.rows(
        f"SELECT f.seq, f.op, f.why, {name}.kind, {name}.id, e.rev, e.schema, {body}, e.digest"
        f" FROM feed f {records}"
        f" WHERE f.scope = ? AND f.seq > ?{gone} ORDER BY f.seq LIMIT ?",
        head.id,
        after,
        limit,
    )


def digests(tx: Tx, cursors: Mapping[str, int]) -> dict[str, Head]:
    """Return the heads that a device may compare itself with."""
    return heads(tx, cursors)
