"""Operations of this device until the centre's answer has been pulled back (sync.md 4.4, 5).

Numbers start at 1 and have no gap: every one ever given is in the outbox or in the log of what was
sent. Nothing here deletes an operation. What was said lies in `operation` and never changes; a
verdict and the way into the log write the narrow row about where it stands, and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gridworker.domain.operations import Operation
from gridworker.storage import search, view
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import RECORDS
from gridworker.wire import MAX_OPS, MAX_PUSH_BYTES, Decided, PushResult, Verdict, digest_of

STANDING = "seq, state, rev, verdict_json, at_risk, closed_by_user"
_NUMBERED = "seq = (SELECT o.seq FROM operation o WHERE o.op_id = ?)"
CARDS = frozenset({"refused", "quarantined"})
FRAME = len(b'{"ops":[]}')
_result = msgspec.json.Decoder(PushResult)


class Waiting(msgspec.Struct, frozen=True):
    """An operation to push; `encoded` is its JSON with `seq`, ready to be joined with others."""

    seq: int
    op_id: str
    encoded: bytes


def subject_of(op: Operation) -> tuple[str, str]:
    """Return (kind, id) of the record that a person sees change.

    A call for help with what became no record changes none; it stands for itself.
    """
    to = op.args.get("to")
    if op.type == "evidence.add@1" and isinstance(to, dict) and to.get("kind") in RECORDS:
        return str(to["kind"]), str(to.get("id"))
    return op.entity.kind, op.entity.id


def append(db: Statements, op: Operation, *, seq: int, encoded: bytes, at: str) -> None:
    """Add an operation under its number; `encoded` is its canonical form without `seq`."""
    kind, id_ = subject_of(op)
    db.execute(
        "INSERT INTO operation (seq, op_id, type, kind, entity_id, subject_kind, subject, at, json)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (seq, op.op_id, op.type, op.entity.kind, op.entity.id, kind, id_, at, encoded.decode()),
    )
    db.execute("INSERT INTO outbox_state (seq, state) VALUES (?, 'queued')", (seq,))


def batch(
    session: Session,
    *,
    limit: int,
    max_bytes: int,
    held: frozenset[str] = frozenset(),
    after: int = 0,
) -> list[Waiting]:
    """Return the next operations after number `after`, in order; nothing is written.

    Stops before the first held one, before `limit` or `max_bytes` would be passed (the first is
    given whatever its size), and before one whose retraction would be left behind. One that comes
    first takes its retraction along as far as the centre takes so much at once, and waits with it
    for a held one between them. Whoever has a batch under way says so by `after`: it waits here
    until its verdicts are kept.
    """
    db = Statements(session)
    chosen = _next(db, limit=limit, max_bytes=max_bytes, held=held, after=after)
    return _whole(db, chosen) or _reaching(db, chosen, held=held, after=after)


def _next(
    db: Statements, *, limit: int, max_bytes: int, held: frozenset[str], after: int
) -> list[Waiting]:
    """Return what waits after a number, up to the first held one and within the limits."""
    chosen: list[Waiting] = []
    room = max_bytes - FRAME
    rows = db.execute(
        "SELECT seq, op_id, CAST(json AS BLOB) FROM outbox WHERE state = 'queued' AND seq > ?"
        " ORDER BY seq LIMIT ?",
        (after, limit),
    )
    for seq, op_id, said in rows:
        encoded = b'{"seq":%d,%b' % (seq, said[1:])
        room -= len(encoded) + 1
        if op_id in held or (room < 0 and chosen):
            break
        chosen.append(Waiting(seq, op_id, encoded))
    return chosen


def _whole(db: Statements, run: list[Waiting], *, least: bool = False) -> list[Waiting]:
    """Return the most of a run, or the least, that leaves no retraction behind (sync.md 4.4, 8)."""
    if not run:
        return run
    pairs = db.execute(
        "SELECT o.seq, r.seq FROM outbox o JOIN operation r ON r.subject = o.subject"
        " AND r.kind = 'ticket' AND r.seq > o.seq AND r.type = 'ticket.retract@1'"
        " JOIN outbox_state w ON w.seq = r.seq AND w.state = 'queued'"
        " WHERE o.state = 'queued' AND o.seq BETWEEN ? AND ?",
        (run[0].seq, run[-1].seq),
    ).fetchall()
    lengths = range(1, len(run) + 1)
    for length in lengths if least else reversed(lengths):
        last = run[length - 1].seq
        if not any(made <= last < taken_back for made, taken_back in pairs):
            return run[:length]
    return []


def _reaching(
    db: Statements, chosen: list[Waiting], *, held: frozenset[str], after: int
) -> list[Waiting]:
    """Return a batch that reaches to the retraction of its first operation.

    Nothing, when it reaches past a held one; `chosen`, when the centre does not take as much.
    """
    if not chosen:
        return chosen
    run = _next(db, limit=MAX_OPS, max_bytes=MAX_PUSH_BYTES, held=frozenset(), after=after)
    reaching = _whole(db, run, least=True)
    if held.isdisjoint(one.op_id for one in reaching):
        return reaching or chosen
    return []


def tried(session: Session, seq: int) -> None:
    """Remember that everything up to number `seq` was sent at least once, for the words of 6.

    Nothing is decided by it: what has no verdict is sent again.
    """
    Statements(session).execute("UPDATE sync_state SET tried_seq = max(tried_seq, ?)", (seq,))


def settle(session: Session, results: Sequence[PushResult]) -> None:
    """Store verdicts. What was refused leaves the view at once and stays listed until closed.

    A verdict on an operation that has one already changes nothing. Operations are known by their
    ids: a parcel's answer may name numbers that are others by now. A card that was closed before
    the operation was asked about again stays closed if the answer is the same.
    """
    if not results:
        return
    db = Statements(session)
    numbers = _numbers(db, [r.op_id for r in results])
    kept_back = [r for r in results if r.verdict in CARDS and r.op_id in numbers]
    db.many(
        "UPDATE outbox_state SET closed_by_user = 0 WHERE seq = ? AND state = 'queued'"
        " AND (verdict_json ->> 'verdict', verdict_json ->> 'code') IS NOT (?, ?)",
        [(numbers[r.op_id], r.verdict, r.code) for r in kept_back],
    )
    db.many(
        "UPDATE outbox_state SET state = ?, rev = ?, verdict_json = ?, at_risk = NULL"
        " WHERE seq = ? AND state = 'queued'",
        [(r.verdict, r.rev, _told(r), numbers[r.op_id]) for r in results if r.op_id in numbers],
    )
    db.execute(
        "UPDATE sync_state SET acked_seq = max(acked_seq, ?)", (max(r.seq for r in results),)
    )
    if refused := [r.op_id for r in results if r.verdict == "refused"]:
        named = "op_id IN (SELECT value FROM json_each(?))"
        subjects = _subjects(db, named, refused)
        retire(db, f"{named} AND state = 'refused' AND closed_by_user", (_json(refused),))
        view.rebase(session, subjects)
        search.index(session, subjects)  # a search must not name what is shown no more


def settle_late(db: Statements, result: PushResult) -> list[tuple[str, str]]:
    """Store the verdict on what the centre had kept back; returns the records it touches."""
    changed = db.execute(
        "UPDATE outbox_state SET state = ?, rev = ?, verdict_json = ?, closed_by_user = 0"
        f" WHERE {_NUMBERED} AND state = 'quarantined'",
        (result.verdict, result.rev, _told(result), result.op_id),
    )
    return _subjects(db, "op_id = ?", result.op_id) if changed.rowcount else []


def rewind(session: Session, seq: int) -> None:
    """Send everything from number `seq` on again: the centre expects it next.

    A store that was made anew begins with a later number than 1. When the centre was set back to
    before that, nobody has what is missing, and what is here takes the numbers that are expected.
    """
    requeue_after(session, seq - 1)
    db = Statements(session)
    rows = db.execute("SELECT seq FROM outbox_state WHERE seq >= ? ORDER BY seq", (seq,))
    behind = [number for (number,) in rows.fetchall()]
    if behind and behind[0] > seq:
        first = behind[0]
        _move(db, {number: number - (first - seq) for number in behind})
        db.execute(
            "UPDATE sync_state SET next_seq = next_seq - ?2, tried_seq ="
            " CASE WHEN tried_seq >= ?1 THEN tried_seq - ?2 ELSE min(tried_seq, ?3) END",
            (first, first - seq, seq - 1),
        )


def before_first(session: Session) -> int | None:
    """Return the number before the first that is here; None when there is none at all."""
    (first,) = Statements(session).one("SELECT min(seq) FROM operation")
    return None if first is None else int(first) - 1


def agrees(session: Session, decided: Decided) -> bool:
    """Say whether the centre has the verdicts that are here, up to a number, and no others."""
    which = "SELECT seq, op_id, state, rev, verdict_json FROM {view} WHERE seq <= ?1"
    rows = Statements(session).execute(
        f"{which.format(view='outbox')} UNION ALL {which.format(view='sent_log')} ORDER BY seq",
        (decided.seq,),
    )
    found = rows.fetchall()
    if any(row[2] == "queued" for row in found):
        return False
    return digest_of(_decided(*row) for row in found) == decided.digest


def requeue_after(session: Session, acked_seq: int) -> None:
    """Send everything after `acked_seq` again, also what was done with; its verdicts are void.

    Of a card that was closed is remembered what it said.
    """
    db = Statements(session)
    db.execute(
        f"INSERT INTO outbox_state ({STANDING}) SELECT {STANDING} FROM sent_state WHERE seq > ?",
        (acked_seq,),
    )
    db.execute("DELETE FROM sent_state WHERE seq > ?", (acked_seq,))
    db.execute(
        "UPDATE outbox_state SET state = 'queued', rev = NULL,"
        " verdict_json = CASE WHEN closed_by_user THEN verdict_json END WHERE seq > ?",
        (acked_seq,),
    )
    db.execute("UPDATE sync_state SET acked_seq = ?", (acked_seq,))
    view.rebase(session, _subjects(db, "seq > ?", acked_seq))


def renumber(db: Statements, acked_seq: int) -> list[tuple[str, str]]:
    """Give new numbers, after `acked_seq`, to all that waits, in order; returns its records.

    Only for a store that was made anew: the centre knows an operation by its id whatever number it
    comes with, and takes none that it does not know below the last one.
    """
    rows = db.execute("SELECT seq, subject_kind, subject FROM outbox ORDER BY seq").fetchall()
    _move(db, {row[0]: number for number, row in enumerate(rows, acked_seq + 1)})
    (last_tried,) = db.one("SELECT tried_seq FROM sync_state")
    db.execute(
        "UPDATE sync_state SET acked_seq = ?1, next_seq = ?1 + 1 + ?2, tried_seq = ?1 + ?3",
        (acked_seq, len(rows), sum(seq <= last_tried for seq, _, _ in rows)),
    )
    return list(dict.fromkeys((kind, id_) for _, kind, id_ in rows))


def close(session: Session, op_id: str) -> None:
    """Note that the person has dealt with a card; a refusal is then done with."""
    db = Statements(session)
    db.execute(
        "UPDATE outbox_state SET closed_by_user = 1"
        f" WHERE {_NUMBERED} AND state IN ('refused', 'quarantined')",
        (op_id,),
    )
    subjects = retire(db, "op_id = ? AND state = 'refused' AND closed_by_user", (op_id,))
    view.rebase(session, subjects)
    search.index(session, subjects)


def retire(db: Statements, which: str, values: Sequence[object] = ()) -> list[tuple[str, str]]:
    """Move operations into the log of what was sent; returns the records they were about."""
    rows = db.execute(f"SELECT seq, subject_kind, subject FROM outbox WHERE {which}", values)
    found = rows.fetchall()
    _put_away(db, [seq for seq, _, _ in found])
    return list(dict.fromkeys((kind, id_) for _, kind, id_ in found))


def retire_confirmed(db: Statements, keys: Iterable[tuple[str, str]]) -> None:
    """Move operations into the log whose own record (kind, id) is in the base with their effect.

    An operation on another record than its own, evidence for a ticket, is not meant: its kind is
    none of the record's.
    """
    rows = db.execute(
        "SELECT w.seq FROM json_each(?) k JOIN base b"
        " ON b.id = k.value ->> 1 AND b.kind = k.value ->> 0"
        " CROSS JOIN operation o ON o.subject = b.id AND o.kind = b.kind"
        " CROSS JOIN outbox_state w ON w.seq = o.seq"
        " WHERE w.state IN ('applied', 'noop') AND b.rev >= coalesce(w.rev, 0)",
        (_json(list(keys)),),
    )
    _put_away(db, [seq for (seq,) in rows.fetchall()])


def busy(db: Statements, ids: Iterable[str]) -> frozenset[str]:
    """Return which of these records have an operation that is not done with."""
    rows = db.execute(
        "SELECT DISTINCT o.subject FROM json_each(?) k CROSS JOIN operation o"
        " ON o.subject = k.value CROSS JOIN outbox_state w ON w.seq = o.seq",
        (_json(list(ids)),),
    )
    return frozenset(id_ for (id_,) in rows)


def _put_away(db: Statements, seqs: Sequence[int]) -> None:
    if seqs:
        named = "seq IN (SELECT value FROM json_each(?))"
        db.execute(
            f"INSERT INTO sent_state ({STANDING}) SELECT {STANDING} FROM outbox_state"
            f" WHERE {named} ORDER BY seq",
            (_json(seqs),),
        )
        db.execute(f"DELETE FROM outbox_state WHERE {named}", (_json(seqs),))


def _move(db: Statements, numbers: Mapping[int, int]) -> None:
    """Give what is in the outbox other numbers: by way of negative ones, since they may overlap."""
    for table in ("operation", "outbox_state"):
        db.many(f"UPDATE {table} SET seq = -seq WHERE seq = ?", [(old,) for old in numbers])
        db.many(
            f"UPDATE {table} SET seq = ? WHERE seq = ?",
            [(new, -old) for old, new in numbers.items()],
        )


def _numbers(db: Statements, op_ids: Sequence[str]) -> dict[str, int]:
    rows = db.execute(
        "SELECT op_id, seq FROM operation WHERE op_id IN (SELECT value FROM json_each(?))",
        (_json(op_ids),),
    )
    return dict(rows.fetchall())


def _told(result: PushResult) -> str | None:
    """Return a verdict as it is kept; of a plain one `state` and `rev` say all there is."""
    plain = PushResult(result.op_id, result.seq, result.verdict, result.rev, replay=result.replay)
    return None if result == plain else _json(result)


def _decided(
    seq: int, op_id: str, verdict: Verdict, rev: int | None, told: str | None
) -> PushResult:
    """Return a verdict out of what `_told` keeps of it."""
    return PushResult(op_id, seq, verdict, rev) if told is None else _result.decode(told)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _subjects(db: Statements, which: str, value: object) -> list[tuple[str, str]]:
    bound = _json(value) if isinstance(value, list) else value
    rows = db.execute(f"SELECT DISTINCT subject_kind, subject FROM outbox WHERE {which}", (bound,))
    return list(map(tuple, rows.fetchall()))
