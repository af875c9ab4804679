"""Showing what an earlier program received, kept whole, and could not read (sync.md 4.10)."""

import msgspec

from gridworker.storage import state, view, view_rows
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import RECORDS, Shown
from gridworker.wire import SCHEMA


def catch_up(session: Session) -> int:
    """Bring into view the bodies that this program reads and the last one here did not.

    Nothing is asked of the centre. Returns how many; 0 at every start but the first after an
    update.
    """
    before = state.get(session).shown_schema
    if before >= SCHEMA:
        return 0
    db = Statements(session)
    rows = db.execute(
        "SELECT kind, id, rev, body FROM confirmed WHERE schema > ? AND schema <= ?",
        (before, SCHEMA),
    ).fetchall()
    plain = [
        Shown(kind=kind, id=id_, body=msgspec.json.decode(body), text=body, rev=rev)
        for kind, id_, rev, body in rows
        if kind not in RECORDS
    ]
    view_rows.write(db, plain)
    view.rebase(session, [(kind, id_) for kind, id_, _, _ in rows if kind in RECORDS])
    db.execute("UPDATE sync_state SET reference_version = reference_version + 1")
    state.put(session, shown_schema=SCHEMA)
    return len(rows)
