"""What each scope has to be told, in an order without gaps (sync.md 2 and 4.5).

A scope's counter is bumped as the last lock of a transaction, scopes in sorted order, so numbers
appear in the order in which transactions end and a reader's cursor never skips one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from central.store.tables import FEED, SCOPE_HEAD
from central.store.transaction import Bulk, Tx

PUT, GONE = "put", "gone"
NOTHING = "0" * 32
WRITE = Bulk(
    FEED,
    ("entity_id", "scope", "seq", "op", "why"),
    "ON CONFLICT (entity_id, scope) DO UPDATE SET"
    " seq = excluded.seq, op = excluded.op, why = excluded.why",
)
HEADS = Bulk(
    SCOPE_HEAD,
    ("scope", "seq", "count", "xor", "floor"),
    "ON CONFLICT (scope) DO UPDATE SET"
    " seq = excluded.seq, count = excluded.count, xor = excluded.xor",
)
NEW_HEADS = Bulk(
    SCOPE_HEAD, ("scope", "seq", "count", "xor", "floor"), "ON CONFLICT (scope) DO NOTHING"
)


class Head(msgspec.Struct, frozen=True):
    """Where a scope stands: last number, how many records it has and the XOR of their marks."""

    scope: str
    seq: int
    count: int
    xor: str
    floor: int


class News(msgspec.Struct, frozen=True):
    """One line for one scope; `mark` is what the scope's XOR changes by, `more` its count."""

    scope: str
    entity_id: str
    op: str
    mark: int
    more: int
    why: str | None = None


def heads(tx: Tx, scopes: Iterable[str], *, lock: bool = False) -> dict[str, Head]:
    """Return the heads of scopes that have ever had news."""
    tail = " FOR UPDATE" if lock else ""
    rows = tx.rows(
        "SELECT scope, seq, count, xor, floor FROM scope_head WHERE scope IN @"
        f" ORDER BY scope{tail}",
        sorted(set(scopes)),
    )
    return {row[0]: Head(*row) for row in rows}


def readers(tx: Tx, ids: Iterable[str]) -> dict[str, set[str]]:
    """Return the scopes in which records are now."""
    found: dict[str, set[str]] = {}
    wanted = sorted(set(ids))
    if wanted:
        for entity_id, scope in tx.rows(
            "SELECT entity_id, scope FROM feed WHERE entity_id IN @ AND op = 'put'", wanted
        ):
            found.setdefault(entity_id, set()).add(scope)
    return found


def publish(tx: Tx, news: Sequence[News]) -> None:
    """Give the news of every scope their numbers; the last thing that a transaction does."""
    if not news:
        return
    by_scope: dict[str, list[News]] = {}
    for line in news:
        by_scope.setdefault(line.scope, []).append(line)
    scopes = sorted(by_scope)
    known = heads(tx, scopes, lock=True)
    if len(known) < len(scopes):
        tx.write(NEW_HEADS, [(s, 0, 0, NOTHING, 0) for s in scopes if s not in known])
        known = heads(tx, scopes, lock=True)
    moved: list[tuple[Any, ...]] = []
    rows: list[tuple[Any, ...]] = []
    for scope in scopes:
        head = known[scope]
        seq, count, xor = head.seq, head.count, int(head.xor, 16)
        for line in by_scope[scope]:
            seq += 1
            count += line.more
            xor ^= line.mark
            rows.append((line.entity_id, scope, seq, line.op, line.why))
        moved.append((scope, seq, count, f"{xor:032x}", head.floor))
    tx.write(HEADS, moved)
    tx.write(WRITE, rows)


def page(tx: Tx, scope: str, *, after: int, limit: int) -> Sequence[Any]:
    """Return (seq, op, why, kind, id, rev, schema, body, digest) of a scope's next news."""
    # A device that starts from nothing has nothing that could be gone.
    gone = " AND f.op = 'put'" if after == 0 else ""
    return tx.rows(
        "SELECT f.seq, f.op, f.why, e.kind, e.id, e.rev, e.schema, e.body, e.digest"
        " FROM feed f JOIN entity e ON e.id = f.entity_id"
        f" WHERE f.scope = ? AND f.seq > ?{gone} ORDER BY f.seq LIMIT ?",
        scope,
        after,
        limit,
    )


def digests(tx: Tx, cursors: Mapping[str, int]) -> dict[str, Head]:
    """Return the heads that a device may compare itself with."""
    return heads(tx, cursors)
