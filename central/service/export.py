"""Everything the centre holds, line by line, for people and checks (interfaces.md 3)."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from central.store.transaction import Store, Tx
from gridworker.domain.scope import REFERENCE_KINDS

PAGE = 1000


def lines(store: Store) -> Iterator[bytes]:
    """Yield reference data, records by kind and id, and operations in the order received.

    Each page is read by itself: on a centre that is serving, later pages may be newer.
    """
    kinds = sorted(str(row[0]) for row in store.survey(_kinds))
    for kind in sorted(kinds, key=lambda kind: (kind not in REFERENCE_KINDS, kind)):
        yield from _records(store, kind)
    yield from _operations(store)


def _kinds(tx: Tx) -> list[tuple[str]]:
    return list(tx.rows("SELECT DISTINCT kind FROM entity"))


def _record_page(tx: Tx, *, kind: str, last: str) -> Sequence[Any]:
    return tx.rows(
        "SELECT id, rev, body FROM entity WHERE kind = ? AND id > ? ORDER BY id LIMIT ?",
        kind,
        last,
        PAGE,
    )


def _operation_page(tx: Tx, *, last: int) -> Sequence[Any]:
    return tx.rows(
        "SELECT position, op, device_id, received_at, verdict FROM op_log"
        " WHERE position > ? ORDER BY position LIMIT ?",
        last,
        PAGE,
    )


def _records(store: Store, kind: str) -> Iterator[bytes]:
    last = ""
    while True:
        rows = store.survey(partial(_record_page, kind=kind, last=last))
        for id_, rev, body in rows:
            line = {"kind": kind, "id": id_, "rev": rev, "body": msgspec.Raw(body)}
            yield msgspec.json.encode(line)
        if len(rows) < PAGE:
            return
        last = rows[-1][0]


def _operations(store: Store) -> Iterator[bytes]:
    last = 0
    while True:
        rows = store.survey(partial(_operation_page, last=last))
        for _, op, device_id, received_at, verdict in rows:
            line = {
                "op": msgspec.Raw(op),
                "device_id": device_id,
                "received_at": received_at,
                "verdict": verdict,
            }
            yield msgspec.json.encode(line)
        if len(rows) < PAGE:
            return
        last = rows[-1][0]
