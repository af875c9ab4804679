"""How far each record has come, in the one vocabulary of sync.md 6."""

from collections.abc import Iterable, Sequence

import msgspec

from gridworker.domain.lines import SyncWord
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

_OPERATIONS = (
    "SELECT subject, state, seq <= (SELECT tried_seq FROM sync_state) FROM outbox"
    " WHERE subject IN (SELECT value FROM json_each(?))"
    " AND NOT (state IN ('refused', 'quarantined') AND closed_by_user)"
)


class Step(msgspec.Struct, frozen=True):
    """Where one operation of this device stands: its outbox state, and whether it was ever sent."""

    state: str
    tried: bool


def steps(session: Session, subjects: Sequence[str]) -> dict[str, list[Step]]:
    """Return the operations that still say something about the records."""
    found: dict[str, list[Step]] = {}
    wanted = msgspec.json.encode(subjects).decode()
    for subject, state, tried in Statements(session).execute(_OPERATIONS, (wanted,)):
        found.setdefault(subject, []).append(Step(state, bool(tried)))
    return found


def word(mine: Iterable[Step], *, photos: int, stored: int) -> SyncWord:
    """Return the word for a record from its operations here and the photos it names.

    What a person must see comes first. An operation that was never tried is `saved`; a verdict that
    was not pulled back yet counts as under way.
    """
    ways = list(mine)
    states = {step.state for step in ways}
    for bad in (SyncWord.REFUSED, SyncWord.QUARANTINED):
        if bad in states:
            return bad
    if "queued" in states:
        tried = any(step.tried for step in ways if step.state == "queued")
        return SyncWord.QUEUED if tried else SyncWord.SAVED
    if stored < photos:
        return SyncWord.WAITING_PHOTO
    return SyncWord.QUEUED if states else SyncWord.DELIVERED
