"""Records: one row each, its body as canonical JSON with its digest."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from central.store.tables import ENTITY
from central.store.transaction import Bulk, Tx

COLUMNS = ("id", "kind", "rev", "schema", "body", "digest", "parent", "changed_at")
NAMES = ", ".join(COLUMNS)
INSERT = Bulk(ENTITY, COLUMNS)
UPDATE = Bulk(
    ENTITY,
    COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET rev = excluded.rev, schema = excluded.schema,"
    " body = excluded.body, digest = excluded.digest, parent = excluded.parent,"
    " changed_at = excluded.changed_at",
)


class Entity(msgspec.Struct, frozen=True):
    """A record as it is stored; `parent` is the id of the record whose readers may read this."""

    id: str
    kind: str
    rev: int
    schema: int
    body: bytes
    digest: str
    parent: str | None
    changed_at: int

    def decoded(self) -> dict[str, Any]:
        """Return the body."""
        body: dict[str, Any] = msgspec.json.decode(self.body)
        return body


def _all(rows: Iterable[Any]) -> list[Entity]:
    return [Entity(*row) for row in rows]


def locked(tx: Tx, ids: Iterable[str]) -> list[Entity]:
    """Return records and lock them, in the order of their ids so that no two wait in a ring."""
    wanted = sorted(set(ids))
    if not wanted:
        return []
    return _all(tx.rows(f"SELECT {NAMES} FROM entity WHERE id IN @ ORDER BY id FOR UPDATE", wanted))


def children(tx: Tx, parents: Iterable[str]) -> list[Entity]:
    """Return and lock the records that are read with others."""
    wanted = sorted(set(parents))
    if not wanted:
        return []
    return _all(
        tx.rows(f"SELECT {NAMES} FROM entity WHERE parent IN @ ORDER BY id FOR UPDATE", wanted)
    )


def present(tx: Tx, ids: Iterable[str]) -> frozenset[str]:
    """Return which of these records there are."""
    rows = tx.rows("SELECT id FROM entity WHERE id IN @", sorted(set(ids)))
    return frozenset(id_ for (id_,) in rows)


def of_kinds(tx: Tx, kinds: Iterable[str]) -> list[Entity]:
    """Return all records of some kinds by kind and id."""
    wanted = sorted(set(kinds))
    return _all(tx.rows(f"SELECT {NAMES} FROM entity WHERE kind IN @ ORDER BY kind, id", wanted))


def save(tx: Tx, *, new: Sequence[Entity], changed: Sequence[Entity]) -> None:
    """Write records; a new one whose id is taken meanwhile raises and the transaction is over."""
    tx.write(INSERT, [msgspec.structs.astuple(entity) for entity in new])
    tx.write(UPDATE, [msgspec.structs.astuple(entity) for entity in changed])
