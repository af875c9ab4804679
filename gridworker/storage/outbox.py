"""Operations of this device until the centre's answer has been pulled back (sync.md 4.4, 5).

Numbers start at 1 and have no gap: every one ever given is in the outbox or in the log of what was
sent. Nothing here deletes an operation.
"""

from collections.abc import Iterable, Sequence

import msgspec

from gridworker.domain.operations import Operation
from gridworker.storage import search, view
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.wire import MAX_OPS, MAX_PUSH_BYTES, PushResult

COLUMNS = (
    "seq, op_id, type, kind, entity_id, subject_kind, subject, json, at, state, rev,"
    " verdict_json, attempts, last_error, at_risk, closed_by_user"
)
FRAME = len(b'{"ops":[]}')
_result = msgspec.json.Encoder()


class Waiting(msgspec.Struct, frozen=True):
    """An operation to push; `encoded` is its JSON with `seq`, ready to be joined with others."""

    seq: int
    op_id: str
    encoded: bytes


def subject_of(op: Operation) -> tuple[str, str]:
    """Return (kind, id) of the record that a person sees change."""
    to = op.args.get("to")
    if op.type == "evidence.add@1" and isinstance(to, dict):
        return str(to.get("kind")), str(to.get("id"))
    return op.entity.kind, op.entity.id


def append(db: Statements, op: Operation, *, seq: int, encoded: bytes, at: str) -> None:
    """Add an operation under its number; `encoded` is its canonical form without `seq`."""
    kind, id_ = subject_of(op)
    db.execute(
        "INSERT INTO outbox (seq, op_id, type, kind, entity_id, subject_kind, subject, json, at,"
        " state, attempts, closed_by_user) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, 0)",
        (seq, op.op_id, op.type, op.entity.kind, op.entity.id, kind, id_, encoded.decode(), at),
    )


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
        "SELECT seq, op_id, json FROM outbox WHERE state = 'queued' AND seq > ?"
        " ORDER BY seq LIMIT ?",
        (after, limit),
    )
    for seq, op_id, text in rows:
        encoded = b'{"seq":%d,%b' % (seq, text[1:].encode())
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
        "SELECT o.seq, r.seq FROM outbox o JOIN outbox r ON r.subject = o.subject"
        " AND r.type = 'ticket.retract@1' AND r.state = 'queued' AND r.seq > o.seq"
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

    A verdict on an operation that has one already changes nothing.
    """
    if not results:
        return
    db = Statements(session)
    db.many(
        "UPDATE outbox SET state = ?, rev = ?, verdict_json = ?, at_risk = NULL"
        " WHERE op_id = ? AND state = 'queued'",
        [(r.verdict, r.rev, _result.encode(r).decode(), r.op_id) for r in results],
    )
    db.execute(
        "UPDATE sync_state SET acked_seq = max(acked_seq, ?)", (max(r.seq for r in results),)
    )
    refused = [r.op_id for r in results if r.verdict == "refused"]
    subjects = _subjects(db, "op_id IN (SELECT value FROM json_each(?))", refused)
    view.rebase(session, subjects)
    search.index(session, subjects)  # a search must not name what is shown no more


def settle_late(db: Statements, result: PushResult) -> list[tuple[str, str]]:
    """Store the verdict on what the centre had kept back; returns the records it touches."""
    row = db.one(
        "UPDATE outbox SET state = ?, rev = ?, verdict_json = ?, closed_by_user = 0"
        " WHERE op_id = ? AND state = 'quarantined' RETURNING subject_kind, subject",
        (result.verdict, result.rev, _result.encode(result).decode(), result.op_id),
    )
    return [] if row is None else [(row[0], row[1])]


def rewind(session: Session, seq: int) -> None:
    """Send everything from number `seq` on again: the centre expects it next.

    A store that was made anew begins with a later number than 1. When the centre was set back to
    before that, nobody has what is missing, and what is here takes the numbers that are expected.
    """
    requeue_after(session, seq - 1)
    db = Statements(session)
    (first,) = db.one("SELECT min(seq) FROM outbox WHERE seq >= ?", (seq,))
    if first is not None and first > seq:
        db.execute("UPDATE outbox SET seq = -seq WHERE seq >= ?", (first,))
        db.execute("UPDATE outbox SET seq = -seq - ? WHERE seq < 0", (first - seq,))
        db.execute(
            "UPDATE sync_state SET next_seq = next_seq - ?2, tried_seq ="
            " CASE WHEN tried_seq >= ?1 THEN tried_seq - ?2 ELSE min(tried_seq, ?3) END",
            (first, first - seq, seq - 1),
        )


def requeue_after(session: Session, acked_seq: int) -> None:
    """Send everything after `acked_seq` again, also what was done with; its verdicts are void."""
    db = Statements(session)
    db.execute(
        f"INSERT INTO outbox ({COLUMNS}) SELECT {COLUMNS} FROM sent_log WHERE seq > ?", (acked_seq,)
    )
    db.execute("DELETE FROM sent_log WHERE seq > ?", (acked_seq,))
    db.execute(
        "UPDATE outbox SET state = 'queued', rev = NULL, verdict_json = NULL, closed_by_user = 0"
        " WHERE seq > ?",
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
    db.execute("UPDATE outbox SET seq = -seq")
    db.many(
        "UPDATE outbox SET seq = ? WHERE seq = ?",
        [(number, -row[0]) for number, row in enumerate(rows, acked_seq + 1)],
    )
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
        "UPDATE outbox SET closed_by_user = 1"
        " WHERE op_id = ? AND state IN ('refused', 'quarantined')",
        (op_id,),
    )
    subjects = retire(db, "op_id = ? AND state = 'refused' AND closed_by_user", (op_id,))
    view.rebase(session, subjects)
    search.index(session, subjects)


def retire(db: Statements, which: str, values: Sequence[object] = ()) -> list[tuple[str, str]]:
    """Move operations into the log of what was sent; returns the records they were about."""
    moved = db.execute(
        f"INSERT INTO sent_log ({COLUMNS}) SELECT {COLUMNS} FROM outbox WHERE {which}"
        " RETURNING seq, subject_kind, subject",
        values,
    ).fetchall()
    db.many("DELETE FROM outbox WHERE seq = ?", [(seq,) for seq, _, _ in moved])
    return list(dict.fromkeys((kind, id_) for _, kind, id_ in moved))


def _subjects(db: Statements, which: str, value: object) -> list[tuple[str, str]]:
    bound = msgspec.json.encode(value).decode() if isinstance(value, Iterable) else value
    rows = db.execute(f"SELECT DISTINCT subject_kind, subject FROM outbox WHERE {which}", (bound,))
    return list(map(tuple, rows.fetchall()))
