"""Why confirmed records are here, and when they leave (sync.md 4.8).

A record leaves when no scope shows it any more. One with something still to be delivered stays,
detached, until that is done. Removals that look like an accident wait until digests agree.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from gridworker.storage import view_rows
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.wire import Change, ScopeDigest, row_mark

Key = tuple[str, str]
MOST_REMOVED = 100
LARGE_PART = 5  # more than a fifth of what is here


def join(db: Statements, puts: Iterable[Change]) -> None:
    """Note that the scopes of these changes show their records."""
    generations = dict(db.execute("SELECT scope, generation FROM cursor").fetchall())
    db.many(
        "INSERT INTO member (entity_id, kind, scope, generation) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET generation = excluded.generation",
        [(c.id, c.kind, c.scope, generations.get(c.scope, 0)) for c in puts],
    )


def part(db: Statements, gone: Sequence[Change]) -> None:
    """Take records out of scopes.

    Removals beyond a hundred and a fifth of all in one round are set aside instead.
    """
    if not gone:
        return
    db.execute("UPDATE sync_state SET removed_in_round = removed_in_round + ?", (len(gone),))
    (removed,) = db.one("SELECT removed_in_round FROM sync_state") or (len(gone),)
    keys = [(c.id, c.kind, c.scope) for c in gone]
    if removed > MOST_REMOVED and removed * LARGE_PART > _count(db):
        db.many("INSERT OR IGNORE INTO staging (id, kind, scope) VALUES (?, ?, ?)", keys)
        return
    db.many("DELETE FROM member WHERE entity_id = ? AND kind = ? AND scope = ?", keys)
    _leave(db, [(kind, id_) for id_, kind, _ in keys])


def follow(db: Statements, scopes: Collection[str]) -> None:
    """Forget the scopes that are not the device's any more, with what only they showed."""
    left = [s for (s,) in db.execute("SELECT scope FROM cursor") if s not in scopes]
    for scope in left:
        db.execute("DELETE FROM cursor WHERE scope = ?", (scope,))
        db.execute("DELETE FROM staging WHERE scope = ?", (scope,))
        _drop(db, "scope = ?", (scope,))


def reset(db: Statements, scopes: Iterable[str]) -> None:
    """Read these scopes from the start again; what is not seen by its end leaves then (`sweep`)."""
    db.many(
        "INSERT INTO cursor (scope, seq, generation, sweeping) VALUES (?, 0, 1, 1)"
        " ON CONFLICT DO UPDATE SET seq = 0, generation = generation + 1, sweeping = 1",
        [(scope,) for scope in scopes],
    )


def read_anew(db: Statements) -> set[str]:
    """Return the scopes that are read from the start: by a reset, or because they are new."""
    return {scope for (scope,) in db.execute("SELECT scope FROM cursor WHERE sweeping")}


def sweep(db: Statements) -> None:
    """End the resets: the device has seen all that the centre holds in its scopes."""
    rows = db.execute("SELECT scope, generation FROM cursor WHERE sweeping").fetchall()
    for scope, generation in rows:
        _drop(db, "scope = ? AND generation < ?", (scope, generation))
        db.execute("UPDATE cursor SET sweeping = 0 WHERE scope = ?", (scope,))
        db.execute("DELETE FROM staging WHERE scope = ?", (scope,))


def evict(db: Statements) -> tuple[list[Key], list[Key]]:
    """Remove the records that no scope shows, but for those with something still to deliver.

    Returns (removed, detached). Only at a checkpoint: within a pull a record may leave one scope in
    a page and enter another in the next.
    """
    db.execute(
        "DELETE FROM detached WHERE EXISTS (SELECT 1 FROM member m"
        " WHERE m.entity_id = detached.id AND m.kind = detached.kind)"
    )
    leaving = [(kind, id_) for kind, id_ in db.execute("SELECT kind, id FROM detached")]
    if not leaving:
        return [], []
    busy = _still_to_deliver(db)
    removed = [key for key in leaving if key not in busy]
    db.many("DELETE FROM base WHERE kind = ? AND id = ?", removed)
    db.many("DELETE FROM detached WHERE kind = ? AND id = ?", removed)
    view_rows.erase(db, removed)
    return removed, [key for key in leaving if key in busy]


def removals_wait(session: Session) -> bool:
    """Say whether removals were set aside until `digests` were compared with the centre's."""
    return Statements(session).one("SELECT 1 FROM staging LIMIT 1") is not None


def accept_staged(db: Statements) -> None:
    """Carry out the removals that were set aside."""
    rows = db.execute("SELECT DISTINCT kind, id FROM staging").fetchall()
    db.execute(
        "DELETE FROM member WHERE (entity_id, kind, scope) IN (SELECT id, kind, scope FROM staging)"
    )
    db.execute("DELETE FROM staging")
    _leave(db, [(kind, id_) for kind, id_ in rows])


def digests(session: Session) -> Mapping[str, ScopeDigest]:
    """Return count and XOR of each scope's rows at its cursor; set-aside removals count as done."""
    db = Statements(session)
    sums = {scope: [0, 0, seq] for scope, seq in db.execute("SELECT scope, seq FROM cursor")}
    rows = db.execute(
        "SELECT m.scope, b.kind, b.id, b.rev, b.digest FROM member m"
        " JOIN base b ON b.id = m.entity_id AND b.kind = m.kind"
        " WHERE (m.scope, m.kind, m.entity_id) NOT IN (SELECT scope, kind, id FROM staging)"
    )
    for scope, kind, id_, rev, digest in rows:
        total = sums.setdefault(scope, [0, 0, 0])
        total[0] += 1
        total[1] ^= row_mark(kind, id_, rev, digest)
    return {s: ScopeDigest(count, f"{xor:032x}", seq) for s, (count, xor, seq) in sums.items()}


def _count(db: Statements) -> int:
    return int(db.one("SELECT count(*) FROM base")[0])


def _drop(db: Statements, which: str, values: Sequence[object]) -> None:
    rows = db.execute(f"DELETE FROM member WHERE {which} RETURNING kind, entity_id", values)
    _leave(db, [(kind, id_) for kind, id_ in rows.fetchall()])


def _leave(db: Statements, keys: Sequence[Key]) -> None:
    """Note which of these records no scope shows now; `evict` decides about them.

    Also one that the base has lost: the view may show it still.
    """
    db.many(
        "INSERT OR IGNORE INTO detached (kind, id) SELECT ?1, ?2 WHERE NOT EXISTS"
        " (SELECT 1 FROM member m WHERE m.entity_id = ?2 AND m.kind = ?1)",
        keys,
    )


def _still_to_deliver(db: Statements) -> set[Key]:
    """Return the records with an operation that has no verdict or a photo that is not sent."""
    rows = db.execute(
        "SELECT subject_kind, subject FROM outbox WHERE state IN ('queued', 'quarantined')"
        " UNION SELECT o.subject_kind, o.subject FROM blob b"
        " JOIN outbox o ON o.op_id = b.op_id WHERE b.state IN ('local', 'uploading')"
        " UNION SELECT s.subject_kind, s.subject FROM blob b"
        " JOIN sent_log s ON s.op_id = b.op_id WHERE b.state IN ('local', 'uploading')"
    )
    return {(kind, id_) for kind, id_ in rows}
