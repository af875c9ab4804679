"""Which photos the centre has, who brought them, and which records name them (sync.md 4.7)."""

from collections.abc import Iterable, Sequence

import msgspec

from central.store.tables import BLOB, BLOB_HOLDER, BLOB_REF
from central.store.transaction import Bulk, Tx

REFER = Bulk(
    BLOB_REF,
    ("sha256", "entity_id", "login", "proven"),
    "ON CONFLICT (sha256, entity_id, login) DO UPDATE SET"
    " proven = blob_ref.proven OR excluded.proven",
)
STORED = Bulk(BLOB, ("sha256", "size", "mime", "stored_at"), "ON CONFLICT (sha256) DO NOTHING")
HELD = Bulk(BLOB_HOLDER, ("sha256", "login"), "ON CONFLICT (sha256, login) DO NOTHING")


class Ref(msgspec.Struct, frozen=True):
    """A record names a photo for a person; `proven` when that person showed to have the bytes.

    Knowing a hash is not having the photo: only proven names let others read the bytes.
    """

    sha256: str
    entity_id: str
    login: str
    proven: bool


class Photo(msgspec.Struct, frozen=True):
    """A photo whose bytes are here and verified."""

    sha256: str
    size: int
    mime: str


def refer(tx: Tx, refs: Iterable[Ref]) -> None:
    """Note which records name which photos."""
    unique = {(ref.sha256, ref.entity_id, ref.login): ref for ref in refs}
    tx.write(REFER, [msgspec.structs.astuple(ref) for ref in unique.values()])


def visible(tx: Tx, hashes: Iterable[str], login: str, scopes: Sequence[str]) -> dict[str, Photo]:
    """Return those photos that a person brought or that lie open to them in a record they read."""
    wanted = sorted(set(hashes))
    if not wanted:
        return {}
    rows = tx.rows(
        "SELECT b.sha256, b.size, b.mime FROM blob b WHERE b.sha256 IN @ AND ("
        " EXISTS (SELECT 1 FROM blob_holder h WHERE h.sha256 = b.sha256 AND h.login = ?)"
        " OR EXISTS (SELECT 1 FROM blob_ref r JOIN entity e ON e.id = r.entity_id"
        " JOIN feed f ON f.entity = e.n JOIN scope_head h ON h.id = f.scope"
        " WHERE r.sha256 = b.sha256 AND r.proven AND f.op = 'put' AND h.scope IN @))",
        wanted,
        login,
        list(scopes),
    )
    return {row[0]: Photo(*row) for row in rows}


def held(tx: Tx, hashes: Iterable[str], login: str) -> dict[str, Photo]:
    """Return those photos that a person brought: every record of theirs that names one says so."""
    rows = tx.rows(
        "SELECT b.sha256, b.size, b.mime FROM blob b JOIN blob_holder h ON h.sha256 = b.sha256"
        " WHERE h.login = ? AND b.sha256 IN @",
        login,
        sorted(set(hashes)),
    )
    return {row[0]: Photo(*row) for row in rows}


def stored(tx: Tx, found: Sequence[Photo], login: str, now: int) -> Sequence[str]:
    """Note that a person's bytes are here; return the records that now have to say so."""
    unique = {photo.sha256: photo for photo in found}
    tx.write(STORED, [(photo.sha256, photo.size, photo.mime, now) for photo in unique.values()])
    tx.write(HELD, [(sha256, login) for sha256 in unique])
    rows = tx.rows(
        "SELECT DISTINCT entity_id FROM blob_ref WHERE sha256 IN @ AND login = ?"
        " AND NOT proven ORDER BY entity_id",
        list(unique),
        login,
    )
    return [str(row[0]) for row in rows]


def after(tx: Tx, sha256: str, most: int) -> list[Photo]:
    """Return the photos of the books behind a hash, in the order of their hashes."""
    rows = tx.rows(
        "SELECT sha256, size, mime FROM blob WHERE sha256 > ? ORDER BY sha256 LIMIT ?", sha256, most
    )
    return [Photo(*row) for row in rows]


def named_in(tx: Tx, hashes: Iterable[str]) -> dict[str, set[str]]:
    """Return the records that name these photos."""
    named: dict[str, set[str]] = {sha256: set() for sha256 in hashes}
    rows = tx.rows("SELECT sha256, entity_id FROM blob_ref WHERE sha256 IN @", sorted(named))
    for sha256, entity_id in rows:
        named[sha256].add(entity_id)
    return named


def forget(tx: Tx, hashes: Iterable[str]) -> None:
    """Strike photos out of the books; whoever names them has to show them again."""
    wanted = sorted(hashes)
    tx.run("UPDATE blob_ref SET proven = ? WHERE sha256 IN @", False, wanted)
    tx.run("DELETE FROM blob_holder WHERE sha256 IN @", wanted)
    tx.run("DELETE FROM blob WHERE sha256 IN @", wanted)
