"""Database and journal in step again: at every start, after damage, and when work is done."""

from collections.abc import Iterator

import msgspec

from gridworker.domain.operations import Operation
from gridworker.domain.times import local_day
from gridworker.storage import blobs, outbox, state, view
from gridworker.storage.blobs import BlobRow
from gridworker.storage.door import Session
from gridworker.storage.journal import Aborted, Journal, Kept
from gridworker.storage.recorder import write_operation
from gridworker.storage.statements import Statements

_operation = msgspec.json.Decoder(Operation)


class Reconciled(msgspec.Struct, frozen=True):
    """What a start found: lines struck out, operations written again, entries that do not read."""

    aborted: int
    rewritten: int
    damaged: int


def reconcile(session: Session, journal: Journal) -> Reconciled:
    """Make the journal say what a sound database says; call it once at start, before any record.

    What waits and is not there, or is there under an earlier number, is written again; so is what
    is done with and has another number there, for `replay` would take it for a number used again.
    An entry that the database does not know was never acknowledged: a kill came between the two
    copies. It is struck out, so that `replay` never brings it back.
    """
    db = Statements(session)
    known = dict(db.execute("SELECT op_id, seq FROM operation").fetchall())
    held: dict[str, int] = {}
    damaged = aborted = 0
    for name in journal.files():
        reading = journal.read(name)
        damaged += reading.damaged
        here = _standing(reading.entries)
        held |= {op_id: kept.seq for op_id, kept in here.items()}
        for op_id in here.keys() - known.keys():
            journal.append(Aborted(op_id), day=_day(name))
            aborted += 1
    wanted = _waiting(db) | (held.keys() & known.keys())
    lost = {op_id for op_id in wanted if held.get(op_id) != known[op_id]}
    for kept in _kept(db, lost):
        journal.append(kept, day=local_day(_operation.decode(kept.encoded).at.wall))
    return Reconciled(aborted, len(lost), damaged)


def replay(session: Session, journal: Journal) -> list[str]:
    """Bring the journal's operations into a new database; returns their ids in order.

    They get new numbers, since the device may be a new one to the centre, and keep their ids, so
    that what the centre has already is answered and not done twice. Photos keep their keys. Call
    `take_up` after the first pull.
    """
    db = Statements(session)
    by_seq: dict[int, Kept] = {}
    for name in journal.files():
        # A number that comes twice was used again after a failed save: the later one is true.
        by_seq.update({k.seq: k for k in _standing(journal.read(name).entries).values()})
    restored: list[tuple[str, str]] = []
    done: list[str] = []
    known = _all(db)
    seq = state.get(session).next_seq
    for _, kept in sorted(by_seq.items()):
        if kept.op_id in known:
            continue
        op = _operation.decode(kept.encoded)
        write_operation(db, op, msgspec.structs.replace(kept, seq=seq))
        restored.append(outbox.subject_of(op))
        done.append(kept.op_id)
        seq += 1
    view.rebase(session, dict.fromkeys(restored))
    return done


def take_up(session: Session, acked_seq: int) -> None:
    """Continue a store that was made anew, now that it holds what the centre holds.

    `acked_seq` is the highest number of this device that the centre has a verdict for.
    """
    view.rebase(session, outbox.renumber(Statements(session), acked_seq))
    state.put(session, rebuilt=False)


def retire_files(session: Session, journal: Journal) -> list[str]:
    """Shred the journal's files of which every operation and photo has arrived; returns them."""
    db = Statements(session)
    needed = _waiting(db) | {
        op_id
        for (op_id,) in db.execute("SELECT op_id FROM blob WHERE state IN ('local', 'uploading')")
    }
    gone: list[str] = []
    for name in journal.files():
        if needed.isdisjoint(_standing(journal.read(name).entries)):
            journal.shred(name)
            gone.append(name)
    return gone


def _standing(entries: tuple[Kept | Aborted, ...]) -> dict[str, Kept]:
    """Return the operations of a file that were not struck out, as they were written last."""
    found: dict[str, Kept] = {}
    for entry in entries:
        found.pop(entry.op_id, None)
        if isinstance(entry, Kept):
            found[entry.op_id] = entry
    return found


def _all(db: Statements) -> set[str]:
    return {op_id for (op_id,) in db.execute("SELECT op_id FROM operation")}


def _waiting(db: Statements) -> set[str]:
    return {op_id for (op_id,) in db.execute("SELECT op_id FROM outbox")}


def _kept(db: Statements, op_ids: set[str]) -> Iterator[Kept]:
    for op_id in sorted(op_ids):
        seq, text = db.one("SELECT seq, json FROM operation WHERE op_id = ?", (op_id,))
        rows = db.execute(f"SELECT {blobs.COLUMNS} FROM blob WHERE op_id = ?", (op_id,))
        photos = tuple(BlobRow(*row) for row in rows)
        yield Kept(op_id, seq, text.encode(), photos)


def _day(name: str) -> str:
    return name.removeprefix("outbox-").removesuffix(".log")
