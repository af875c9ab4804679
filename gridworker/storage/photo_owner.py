"""Which record a photo of this laptop belongs to."""

from typing import Any

import msgspec

from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import TABLE_OF


def body_with(session: Session, op_id: str) -> dict[str, Any]:
    """Return the body of the record that an operation is about; empty when it is not shown."""
    store = Statements(session)
    found = store.one("SELECT subject_kind, subject FROM operation WHERE op_id = ?", (op_id,))
    if found is None or found[0] not in TABLE_OF:
        return {}
    row = store.one(f"SELECT body FROM {TABLE_OF[found[0]]} WHERE id = ?", (found[1],))
    return {} if row is None else msgspec.json.decode(row[0], type=dict[str, Any])
