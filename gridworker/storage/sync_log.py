"""Writing the list of attempts to sync that people read; `status_queries.attempts` reads it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

KEPT = 500


def append(session: Session, *, at: str, ok: bool, code: str, facts: Mapping[str, Any]) -> None:
    """Keep one line; the oldest go when there are more than 500.

    `code` has its words in `resources/words`; `facts` are numbers and hashes, never names.
    """
    statements = Statements(session)
    statements.execute(
        "INSERT INTO sync_log (at, ok, code, facts) VALUES (?, ?, ?, ?)",
        (at, ok, code, msgspec.json.encode(dict(facts)).decode()),
    )
    statements.execute("DELETE FROM sync_log WHERE n <= (SELECT max(n) FROM sync_log) - ?", (KEPT,))
