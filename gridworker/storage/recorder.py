"""Saving: one transaction that a kill, a full disk or a failing disk leaves whole or undone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from gridworker.domain.apply import apply
from gridworker.domain.operations import Operation
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.times import local_day, to_utc_text
from gridworker.domain.world import Outcome
from gridworker.storage import blobs, chain, outbox, search, state, view, view_rows
from gridworker.storage.blobs import BlobRow
from gridworker.storage.door import Door, Session
from gridworker.storage.failures import CannotStart
from gridworker.storage.journal import Aborted, Journal, Kept
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import PARTS, RECORDS, Shown
from gridworker.wire import MAX_OP_BYTES, NotCanonical, canonical

_DRAFT_PHOTO = (
    "id", "draft", "sha256", "name", "dek", "record", "size", "mime",
    "source", "taken_at", "lon", "lat", "note", "created_at",
)  # fmt: skip


class Recorded(msgspec.Struct, frozen=True):
    """What was saved; `seq` is 0 when it was so already: then nothing was saved."""

    op_id: str
    seq: int
    entity_id: str
    local_no: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records operations; call it from the write lane.

    When `record` returns, the operation, its photos' keys and what people see of it are on the disk
    twice (sync.md 5.4). When it raises, nothing has changed.
    """

    write: Door
    journal: Journal

    def record(
        self,
        make: Callable[[Session], Operation],
        *,
        photos: Sequence[str] = (),
        draft: str | None = None,
    ) -> Recorded:
        """Apply and keep the operation that `make` returns from inside the transaction.

        `photos` are ids of taken photos that the operation names; they become the record's, and the
        draft ends. Raises RuleBroken: the rule's own codes, E_INVALID for unknown photos and for
        more than 64 KiB, E_DISK_FULL.
        """
        with self.write() as session:
            op = make(session)
            db = Statements(session)
            known = state.get(session)
            outcome = apply(op, state.acting(known), view.LaptopWorld(session))
            seq = 0 if outcome.noop else known.next_seq
            done = Recorded(op.op_id, seq, op.entity.id, op.entity.local_no or "", outcome)
            if outcome.noop:
                return done
            encoded = canonical_of(op)
            taken = _taken(db, photos)
            kept = Kept(op.op_id, seq, encoded, _blobs(op, taken), tuple(taken))
            day = local_day(op.at.wall)
            with self._struck_out_unless_saved(kept.op_id, day=day):
                # The disk takes the second copy while the first one is written; the commit waits.
                with self.journal.appending(kept, day=day):
                    write_operation(db, op, kept)
                    _show(session, db, outcome)
                    _end_draft(db, photos, draft)
                session.commit()
        return done

    @contextmanager
    def _struck_out_unless_saved(self, op_id: str, *, day: str) -> Iterator[None]:
        """Strike a second copy out of which there will be no first one."""
        try:
            yield
        except BaseException:
            # What cannot be struck out now is struck out at the next start (recovery.py).
            with suppress(OSError, RuleBroken, CannotStart):
                self.journal.append(Aborted(op_id), day=day)
            raise


def write_operation(db: Statements, op: Operation, kept: Kept) -> None:
    """Write an operation's rows: outbox, chain, photos, and the number of the next one."""
    at = to_utc_text(op.at.wall)
    outbox.append(db, op, seq=kept.seq, encoded=kept.encoded, at=at)
    chain.append(db, op_id=op.op_id, encoded=kept.encoded)
    blobs.keep(db, kept.photos)
    db.execute("UPDATE sync_state SET next_seq = ?", (kept.seq + 1,))


def canonical_of(op: Operation) -> bytes:
    """Return the bytes of an operation that are hashed and kept.

    Raises RuleBroken(E_INVALID) when it is larger than the centre takes or holds a fraction.
    """
    try:
        encoded = canonical(msgspec.to_builtins(op))
    except NotCanonical as error:
        raise RuleBroken(Code.INVALID, detail="a fraction") from error
    if len(encoded) > MAX_OP_BYTES:
        raise RuleBroken(Code.INVALID, detail="too large", most=MAX_OP_BYTES)
    return encoded


def _show(session: Session, db: Statements, outcome: Outcome) -> None:
    records: list[tuple[str, str]] = []
    for put in outcome.puts:
        shown = Shown(
            kind=put.kind,
            id=put.id,
            body=put.body,
            text=view.encoded(put.body),
            pending=1,
            waiting=put.kind in PARTS,
            parent=put.parent,
        )
        view_rows.write_operation(db, shown)
        if put.kind in RECORDS:
            records.append((put.kind, put.id))
    search.index(session, records)


def _taken(db: Statements, photos: Sequence[str]) -> list[dict[str, Any]]:
    if not photos:
        return []
    columns = ", ".join(_DRAFT_PHOTO)
    wanted = msgspec.json.encode(photos).decode()
    rows = db.execute(
        f"SELECT {columns} FROM draft_photo WHERE id IN (SELECT value FROM json_each(?))", (wanted,)
    ).fetchall()
    if len(rows) != len(set(photos)):
        raise RuleBroken(Code.INVALID, field="photos", detail="unknown photo")
    return [dict(zip(_DRAFT_PHOTO, row, strict=True)) for row in rows]


def _blobs(op: Operation, taken: Sequence[dict[str, Any]]) -> tuple[BlobRow, ...]:
    return tuple(
        BlobRow(p["sha256"], p["name"], p["dek"], p["record"], p["size"], p["mime"], op.op_id)
        for p in taken
    )


def _end_draft(db: Statements, photos: Sequence[str], draft: str | None) -> None:
    if photos:
        db.many("DELETE FROM draft_photo WHERE id = ?", [(photo,) for photo in photos])
    if draft is not None:
        db.execute("DELETE FROM draft_photo WHERE draft = ?", (draft,))
        db.execute("DELETE FROM draft WHERE id = ?", (draft,))
