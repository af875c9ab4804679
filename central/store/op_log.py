"""Every operation ever read, as received, with its verdict; kept for ever (sync.md 4.14)."""

from collections.abc import Iterable, Sequence

import msgspec

from central.store.tables import OP_LOG
from central.store.transaction import Bulk, Tx

COLUMNS = (
    "op_id",
    "device_id",
    "seq",
    "payload_hash",
    "verdict",
    "result",
    "op",
    "received_at",
)
WRITE = Bulk(OP_LOG, COLUMNS)


class Entry(msgspec.Struct, frozen=True):
    """One operation; `result` is the encoded verdict that is repeated byte for byte."""

    op_id: str
    device_id: str
    seq: int
    payload_hash: str
    verdict: str
    result: bytes
    op: bytes
    received_at: int


class Verdict(msgspec.Struct, frozen=True):
    """What is needed to answer an operation again."""

    op_id: str
    seq: int
    payload_hash: str
    verdict: str
    result: bytes


def known(tx: Tx, op_ids: Iterable[str]) -> dict[str, Verdict]:
    """Return what was said to operations before."""
    wanted = sorted(set(op_ids))
    rows = tx.rows(
        "SELECT op_id, seq, payload_hash, verdict, result FROM op_log WHERE op_id IN @", wanted
    )
    return {row[0]: Verdict(*row) for row in rows}


def append(tx: Tx, entries: Sequence[Entry]) -> None:
    """Write entries in the order in which their operations were decided."""
    tx.write(WRITE, [msgspec.structs.astuple(entry) for entry in entries])
