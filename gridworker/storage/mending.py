"""A store that does not read any more is replaced by one that the journal and the centre refill.

Nothing acknowledged is lost by it (sync.md 5.4): operations and photo keys that only this device
has come out of the journal, everything else out of the next pull. The damaged file stays beside the
new one. Drafts are lost: they were never acknowledged as records.
"""

import logging
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gridworker.domain.operations import Operation
from gridworker.domain.times import local_day, utc_text
from gridworker.storage import damage, device_copy, recovery, state, sync_log
from gridworker.storage.door import Session
from gridworker.storage.engine import connect, open_engines
from gridworker.storage.failures import DatabaseDamaged
from gridworker.storage.files import replace
from gridworker.storage.journal import Journal
from gridworker.storage.migrate import bring_up
from gridworker.storage.state import DeviceState
from gridworker.storage.statements import Statements
from gridworker.storage.vault import Vault

log = logging.getLogger(__name__)

CODE = "store_rebuilt"
REMEMBERED = "rebuilt.json"
NUMBERS_LEFT_OUT = 1000
_operation = msgspec.json.Decoder(Operation)


class Rebuilt(msgspec.Struct, frozen=True):
    """What was done: how many operations came out of the journal, and what did not read in it."""

    operations: int
    damaged: int
    code: str = CODE


def make_sound(path: Path, vault: Vault, journal: Journal) -> Rebuilt | None:
    """Make sure that the store of a profile opens; only its owner may call this.

    Call it again when what is read next raises DatabaseDamaged: damage that was met is remembered.
    Returns None when nothing had to be done. Raises DatabaseDamaged when there is no copy of what
    the device is, and what `bring_up` raises; a damaged file is then as it was.
    """
    known = device_copy.read(path.parent, vault.journal_key)
    try:
        if known is None or path.exists():
            _look_if_suspected(path, vault.db_key)
            bring_up(path, vault.db_key)
            return None
    except DatabaseDamaged:
        if known is None:
            raise
    return _rebuild(path, vault.db_key, journal, known)


def remembered(home: Path) -> Rebuilt | None:
    """Return what was done to the store of a profile and nobody has closed the notice of yet."""
    try:
        return msgspec.json.decode((home / REMEMBERED).read_bytes(), type=Rebuilt)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError:
        return Rebuilt(0, 0)  # that it was done is certain


def forget(home: Path) -> None:
    """Remember it no more: the person knows."""
    (home / REMEMBERED).unlink(missing_ok=True)


def _look_if_suspected(path: Path, key: bytes) -> None:
    if damage.suspected(path):
        if found := damage.findings(lambda: connect(path, key)):
            raise DatabaseDamaged(findings=len(found))
        damage.clear(path)


def _rebuild(path: Path, key: bytes, journal: Journal, known: DeviceState) -> Rebuilt:
    """Fill a new file and put it in place; a kill before the end leaves the damaged one there."""
    new = path.with_name(path.name + ".rebuilt")
    for end in damage.COMPANIONS:
        new.with_name(new.name + end).unlink(missing_ok=True)
    bring_up(new, key)
    unread = sum(journal.read(name).damaged for name in journal.files())
    with (
        closing(open_engines(new, key)) as engines,
        engines.write.begin() as session,
    ):
        state.put(session, **{**_fields(known), "rebuilt": True})
        restored = recovery.replay(session, journal)
        _leave_out_numbers(session)
        done = Rebuilt(len(restored), unread)
        facts = {"operations": done.operations, "damaged": done.damaged}
        at = utc_text(datetime.now(UTC))
        sync_log.append(session, at=at, ok=False, code=CODE, facts=facts)
    replace(path.parent / REMEMBERED, msgspec.json.encode(done))
    if path.exists():
        damage.set_aside(path)
    new.replace(path)
    damage.clear(path)
    log.error("store: rebuilt with %d operations of the journal", done.operations)
    return done


def _fields(known: DeviceState) -> dict[str, object]:
    return {name: getattr(known, name) for name in known.__struct_fields__}


def _leave_out_numbers(session: Session) -> None:
    """Go on with today's ticket numbers where nobody can have come today.

    Numbers that were given today are known in part only: the journal keeps what has not arrived.
    """
    days: dict[str, int] = {local_day(utc_text(datetime.now(UTC))): 0}
    db = Statements(session)
    for (text,) in db.execute("SELECT json FROM outbox").fetchall():
        number = _operation.decode(text).entity.local_no
        if number:
            _, _, day, sequence = number.split("-")
            days[day] = max(days.get(day, 0), int(sequence[:-1]))
    db.many(
        "INSERT INTO counter (name, value) VALUES (?, ?)",
        [(f"local_no/{day}", used + NUMBERS_LEFT_OUT) for day, used in days.items()],
    )
