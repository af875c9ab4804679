"""What the centre confirmed: each page with its cursors in one transaction (sync.md 4.5, 5.3)."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from gridworker.domain.organisation import Role
from gridworker.storage import blobs, membership, outbox, search, state, view, view_rows
from gridworker.storage.door import Session
from gridworker.storage.membership import Key, digests, removals_wait
from gridworker.storage.reference import CODE_KEY
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import BODY, PARTS, RECORDS, Shown
from gridworker.wire import SCHEMA, Change, Decided, PullResponse, PushResult

__all__ = [
    "OtherEpoch", "accept_removals", "apply_page", "begin_epoch", "cursors", "digests",
    "forget_all", "read_anew", "removals_wait", "reset",
]  # fmt: skip

_BASE = (
    f"INSERT INTO base (kind, id, rev, schema, body, digest) VALUES (?, ?, ?, ?, {BODY}, ?)"
    " ON CONFLICT (id, kind) DO UPDATE SET rev = excluded.rev, schema = excluded.schema,"
    " body = excluded.body, digest = excluded.digest"
)
HOLDS_BODIES = RECORDS | PARTS
_SEEN = "state IN ('applied', 'noop')"


class OtherEpoch(Exception):
    """A page of another epoch than the store's: it would mix two centres' truths."""


def apply_page(session: Session, page: PullResponse, *, epoch: str) -> frozenset[str]:
    """Take in one page; returns the kinds of records that may look different now.

    With `more` false the base is what the centre held, so that verdicts on records this person does
    not see are done with, resets end, and detached records go. Raises OtherEpoch.
    """
    db = Statements(session)
    known = state.get(session)
    if known.epoch not in {"", epoch}:
        raise OtherEpoch(epoch)
    if known.epoch != epoch:
        state.put(session, epoch=epoch)
    membership.follow(db, page.scopes)
    if set(page.scopes) != set(known.scopes):
        state.put(session, scopes=tuple(page.scopes))
    if page.reset:
        membership.reset(db, page.reset)
        state.put(session, doubted=True)  # digests tell whether it went well (sync.md 4.11)
    puts = _newest(db, page.changes)
    texts = _store(db, puts)
    membership.join(db, (c for c in page.changes if c.op == "put"))
    membership.part(db, [c for c in page.changes if c.op == "gone"])
    _move_cursors(db, page)
    work_waits = db.one("SELECT 1 FROM outbox_state LIMIT 1") is not None
    touched: set[Key] = set(puts)
    touched.update(_learn(session, db, known, puts))
    if work_waits:
        outbox.retire_confirmed(db, puts)  # evidence for a ticket waits for the checkpoint
    removed: list[Key] = []
    if not page.more:
        membership.sweep(db)
        _checkpoint(session, db, known)
        if work_waits:
            touched.update(_retire_all(db))
        removed, detached = membership.evict(db)
        touched.update(detached)
        if removed and work_waits:
            touched.update(_retire_all(db))  # nothing more is to come of what is not here
    busy = outbox.busy(db, (id_ for _, id_ in puts)) if work_waits else frozenset()
    touched.difference_update(removed)
    same = _show(session, db, puts, texts, touched, busy)
    touched.update(removed)
    search.later(session, touched.difference(same))
    return frozenset(kind for kind, _ in touched)


def cursors(session: Session) -> dict[str, int]:
    """Return how far each scope was read."""
    rows = Statements(session).execute("SELECT scope, seq FROM cursor ORDER BY scope")
    return dict(rows.fetchall())


def read_anew(session: Session) -> frozenset[str]:
    """Return the scopes that are being read from the start and whose end was not reached yet."""
    return frozenset(membership.read_anew(Statements(session)))


def reset(session: Session, scopes: Iterable[str]) -> None:
    """Read scopes from the start again, because their digests differ from the centre's."""
    db = Statements(session)
    wanted = list(scopes)
    membership.reset(db, wanted)
    db.many("DELETE FROM staging WHERE scope = ?", [(scope,) for scope in wanted])


def accept_removals(session: Session) -> None:
    """Carry out the removals that were set aside: the centre's digests agree with them."""
    db = Statements(session)
    membership.accept_staged(db)
    removed, detached = membership.evict(db)
    view.rebase(session, _records(detached))
    search.later(session, removed)


def forget_all(session: Session) -> None:
    """Forget what was confirmed: a new epoch has begun (sync.md 5.5).

    Operations and photos stay, and so does the reference data that is shown until the centre's own
    has come, because work goes on without a network.
    """
    db = Statements(session)
    for table in ("base", "member", "cursor", "staging", "detached"):
        db.execute(f"DELETE FROM {table}")
    for table in ("view_ticket", "view_patrol_record"):
        db.execute(f"DELETE FROM {table} WHERE id NOT IN (SELECT subject FROM outbox)")
    db.execute("DELETE FROM view_part WHERE NOT waiting")
    blobs.doubt_all(db)
    db.execute("UPDATE sync_state SET removed_in_round = 0")
    state.put(session, epoch="", reference_stale=True)
    rows = db.execute("SELECT DISTINCT subject_kind, subject FROM outbox").fetchall()
    view.rebase(session, [(kind, id_) for kind, id_ in rows])
    gone = db.execute(
        "SELECT kind, id FROM search_row s WHERE NOT EXISTS (SELECT 1 FROM outbox o"
        " WHERE o.subject = s.id)"
    ).fetchall()
    search.later(session, [(kind, id_) for kind, id_ in gone])


def begin_epoch(
    session: Session, epoch: str, acked_seq: int, decided: Decided | None = None
) -> int:
    """Begin a new epoch: forget what was confirmed, send again what the centre has not got.

    Returns the last number up to which both have the same verdicts.
    """
    common = in_common(session, acked_seq, decided)
    forget_all(session)
    outbox.requeue_after(session, common)
    state.put(session, epoch=epoch, acked_seq=common)
    return common


def in_common(session: Session, acked_seq: int, decided: Decided | None) -> int:
    """Return the last number up to which the centre has the verdicts that are here.

    The centre may know more than this store: of answers that were lost, or of the laptop that this
    one is an old copy of. Where `decided` tells that it has said anything else, nothing holds; an
    older centre does not tell.
    """
    common = min(acked_seq, state.get(session).acked_seq)
    if decided is None:
        return common
    common = min(common, decided.seq)
    if outbox.agrees(session, decided):
        return common
    first = outbox.before_first(session)
    return common if first is None else min(common, first)


def _newest(db: Statements, changes: Iterable[Change]) -> dict[Key, Change]:
    """Return one change for each record: the latest of the page, unless the base is newer.

    In a scope that is read anew the centre is right whatever the base says: it may have been set
    back without saying so.
    """
    found: dict[Key, Change] = {}
    for change in changes:
        key = (change.kind, change.id)
        before = found.get(key)
        if change.op == "put" and (before is None or (change.rev or 0) >= (before.rev or 0)):
            found[key] = change
    rows = db.execute(
        "SELECT kind, id, rev FROM base WHERE id IN (SELECT value FROM json_each(?))",
        (_ids(found),),
    )
    known = {(kind, id_): rev for kind, id_, rev in rows}
    older = [key for key, rev in known.items() if key in found and (found[key].rev or 0) < rev]
    if older:
        anew = membership.read_anew(db)
        for key in older:
            if found[key].scope not in anew:
                del found[key]
    return found


def _store(db: Statements, puts: Mapping[Key, Change]) -> dict[Key, bytes]:
    """Take records into the base and return their bodies.

    Those that can be shown are written by `_show`: as they are, or here if work waits.
    """
    texts = {key: view.encoded(change.body or {}) for key, change in puts.items()}
    db.many(_BASE, (_base_row(change, texts[key]) for key, change in puts.items()))
    return texts


def _base_row(c: Change, text: bytes) -> tuple[object, ...]:
    schema = c.schema or SCHEMA
    body = None if c.kind in HOLDS_BODIES and schema <= SCHEMA else text
    return c.kind, c.id, c.rev or 0, schema, body, c.digest or ""


def _move_cursors(db: Statements, page: PullResponse) -> None:
    """Move forward; within an epoch a cursor never goes back but by a reset.

    A scope that is new is read from the start, as after a reset.
    """
    db.many(
        "INSERT INTO cursor (scope, seq, sweeping) VALUES (?, ?, 1)"
        " ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq",
        [(scope, seq) for scope, seq in page.cursors.items() if scope in page.scopes],
    )


def _learn(
    session: Session, db: Statements, known: state.DeviceState, puts: Mapping[Key, Change]
) -> list[Key]:
    """Take in what concerns this device itself; returns records that are to be folded again."""
    changed = False
    touched: list[Key] = []
    for (kind, _), change in puts.items():
        body = change.body or {}
        if kind == "worker" and body.get("user") == known.user_id:
            _learn_own_place(session, known, body)
        elif kind == "op_result":
            touched += _late_verdict(db, body)
        changed = changed or kind in CODE_KEY
    if changed:
        db.execute("UPDATE sync_state SET reference_version = reference_version + 1")
    bodies = [c.body for (kind, _), c in puts.items() if kind not in CODE_KEY and c.body]
    blobs.mark_stored(db, bodies)
    blobs.doubt_named(db, bodies, known.user_id)
    return touched


def _learn_own_place(
    session: Session, known: state.DeviceState, body: Mapping[str, object]
) -> None:
    names = {str(role) for role in Role}
    roles = [Role(r) for r in _texts(body.get("roles")) if r in names]
    before = known.grids, known.orgs, known.units
    now = tuple(_texts(body.get(places)) for places in ("grids", "orgs", "units"))
    state.put(
        session,
        user_name=str(body.get("name") or ""),
        roles=tuple(roles),
        moved=known.moved or (any(before) and before != now),
        grids=now[0],
        orgs=now[1],
        units=now[2],
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, (list, tuple)) else ()


def _late_verdict(db: Statements, body: Mapping[str, object]) -> list[Key]:
    try:
        result = msgspec.convert(body, PushResult)
    except msgspec.ValidationError:
        return []  # a newer centre's; the record itself is kept
    return outbox.settle_late(db, result)


def _checkpoint(session: Session, db: Statements, known: state.DeviceState) -> None:
    """Draw what follows from a base that is whole."""
    db.execute("UPDATE sync_state SET removed_in_round = 0")
    blobs.doubt_lost(db)
    if known.reference_stale:
        db.execute(
            "DELETE FROM view_reference WHERE NOT EXISTS (SELECT 1 FROM base b"
            " WHERE b.id = view_reference.id AND b.kind = view_reference.kind)"
        )
        db.execute("UPDATE sync_state SET reference_version = reference_version + 1")
        state.put(session, reference_stale=False)


def _retire_all(db: Statements) -> list[Key]:
    """Be done with every verdict: the base is whole, and what it lacks is not for this person."""
    return outbox.retire(
        db,
        f"{_SEEN} AND NOT EXISTS (SELECT 1 FROM base b WHERE b.id = entity_id"
        " AND b.kind = outbox.kind AND b.rev < coalesce(outbox.rev, 0))",
    )


def _show(
    session: Session,
    db: Statements,
    puts: Mapping[Key, Change],
    texts: Mapping[Key, bytes],
    touched: Collection[Key],
    busy: Collection[str],
) -> set[Key]:
    """Bring the view up to date: plain rows for what is confirmed, a fold where work waits.

    Returns the records that are found by the same words as before.
    """
    plain: dict[Key, Shown] = {}
    apart: list[tuple[bytes, str, str]] = []
    for key, change in puts.items():
        kind, id_ = key
        if (change.schema or SCHEMA) > SCHEMA:
            view_rows.erase(db, [key])  # kept in the base until a newer program reads it
        elif key in touched and (kind not in RECORDS or id_ not in busy):
            body, rev = change.body or {}, change.rev or 0
            plain[key] = Shown(kind=kind, id=id_, body=body, text=texts[key], rev=rev)
        elif kind in RECORDS:
            apart.append((texts[key], id_, kind))
    db.many(f"UPDATE base SET body = {BODY} WHERE id = ? AND kind = ?", apart)
    same = search.unchanged(db, plain.values())
    view_rows.write(db, plain.values())
    view.rebase(session, [key for key in _records(touched) if key not in plain])
    return same


def _ids(keys: Iterable[Key]) -> str:
    return msgspec.json.encode([id_ for _, id_ in keys]).decode()


def _records(keys: Iterable[Key]) -> list[Key]:
    return [key for key in keys if key[0] in RECORDS]
