"""Every operation ever read, as received, with its verdict; kept for ever (sync.md 4.14)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from central.store.tables import OP_LOG
from central.store.transaction import Bulk, Tx
from gridworker.domain.redo import said_anew
from gridworker.wire import PushResult

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
AT_ONCE = 1000
_result = msgspec.json.Decoder(PushResult)


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


class Held(msgspec.Struct, frozen=True):
    """An operation that waits for a person at the centre, and the code of the device it is from."""

    op_id: str
    device_id: str
    device_code: str
    seq: int
    result: bytes
    op: bytes
    received_at: int


class Refusal(msgspec.Struct, frozen=True):
    """A refused operation, by the code of its device."""

    op_id: str
    device_code: str
    result: bytes
    received_at: int


def known(tx: Tx, op_ids: Iterable[str]) -> dict[str, Verdict]:
    """Return what was said to operations before."""
    wanted = sorted(set(op_ids))
    rows = tx.rows(
        "SELECT op_id, seq, payload_hash, verdict, result FROM op_log WHERE op_id IN @", wanted
    )
    return {row[0]: Verdict(*row) for row in rows}


def numbered(tx: Tx, device_id: str, first: int, last: int) -> dict[int, str]:
    """Return what a device's own operations are by their numbers, from `first` to `last`."""
    rows = tx.rows(
        "SELECT seq, op_id FROM op_log WHERE device_id = ? AND seq BETWEEN ? AND ?",
        device_id,
        first,
        last,
    )
    return {int(seq): str(op_id) for seq, op_id in rows}


def decided(tx: Tx, device_id: str, last: int) -> Iterator[PushResult]:
    """Return the verdicts on a device's own operations up to number `last`, in their order."""
    seq = 0
    while True:
        rows = tx.rows(
            "SELECT seq, result FROM op_log WHERE device_id = ? AND seq > ? AND seq <= ?"
            f" ORDER BY seq LIMIT {AT_ONCE}",
            device_id,
            seq,
            last,
        )
        yield from (_result.decode(result) for _, result in rows)
        if len(rows) < AT_ONCE:
            return
        seq = rows[-1][0]


def append(tx: Tx, entries: Sequence[Entry]) -> None:
    """Write entries in the order in which their operations were decided."""
    tx.write(WRITE, [msgspec.structs.astuple(entry) for entry in entries])


def held(tx: Tx) -> list[Held]:
    """Return the quarantined operations in the order in which they came."""
    rows = tx.rows(
        "SELECT l.op_id, l.device_id, d.code, l.seq, l.result, l.op, l.received_at"
        " FROM op_log l JOIN device d ON d.id = l.device_id"
        " WHERE l.verdict = 'quarantined' ORDER BY l.position"
    )
    return [Held(*row) for row in rows]


def settle(tx: Tx, op_id: str, verdict: str, result: bytes) -> bool:
    """Put the late verdict in the place of a quarantine; False when there is none any more."""
    found = tx.run(
        "UPDATE op_log SET verdict = ?, result = ? WHERE op_id = ? AND verdict = 'quarantined'",
        verdict,
        result,
        op_id,
    )
    return found == 1


def refused(tx: Tx, since: int) -> list[Refusal]:
    """Return what was refused since a time (unix ms), oldest first."""
    rows = tx.rows(
        "SELECT l.op_id, d.code, l.result, l.received_at FROM op_log l"
        " JOIN device d ON d.id = l.device_id"
        " WHERE l.verdict = 'refused' AND l.received_at >= ? ORDER BY l.position",
        since,
    )
    return [Refusal(*row) for row in rows]


def redone(tx: Tx, since: int) -> frozenset[str]:
    """Return the operations that others received since a time (unix ms) say anew."""
    here = "instr(op, ?)" if tx.sqlite else "position(? IN op)"
    rows = tx.rows(
        f"SELECT op FROM op_log WHERE received_at >= ? AND {here} > 0", since, b'"redo_of"'
    )
    raws = (msgspec.json.decode(row[0]) for row in rows)
    return frozenset(op_id for raw in raws for op_id in _said_anew(raw))


def _said_anew(raw: dict[str, Any]) -> tuple[str, ...]:
    """Return what an operation says anew, also of one that was never one: nothing, or words."""
    first, after = raw.get("redo_of"), raw.get("after")
    listed = [str(op_id) for op_id in after] if isinstance(after, list) else []
    return said_anew(str(raw.get("type")), str(first) if first else None, listed)
