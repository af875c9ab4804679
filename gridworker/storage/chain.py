"""The hash chain over this device's commands (sync.md 4.1): nothing in it can be changed unseen."""

from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.wire import FIRST_LINK, hashed_payload, next_link


def append(db: Statements, *, op_id: str, encoded: bytes) -> tuple[str, str]:
    """Add an operation in canonical form (without `seq`); returns (previous link, its own)."""
    row = db.one("SELECT n, hash FROM chain ORDER BY n DESC LIMIT 1")
    n, previous = row or (0, FIRST_LINK)
    link = next_link(previous, hashed_payload(encoded))
    db.execute(
        "INSERT INTO chain (n, op_id, prev, hash) VALUES (?, ?, ?, ?)",
        (n + 1, op_id, previous, link),
    )
    return previous, link


def broken_links(session: Session) -> list[int]:
    """Return the numbers of links that do not follow from what came before; none when it is sound.

    Operations that were forgotten long ago are trusted by their link alone.
    """
    rows = Statements(session).execute(
        "SELECT c.n, c.prev, c.hash, o.json FROM chain c"
        " LEFT JOIN operation o ON o.op_id = c.op_id ORDER BY c.n"
    )
    found: list[int] = []
    expected, number = FIRST_LINK, 1
    for n, previous, link, encoded in rows:
        known = encoded is None or link == next_link(
            previous, hashed_payload(encoded.encode())
        )  # fmt: skip
        if n != number or previous != expected or not known:
            found.append(n)
        expected, number = link, n + 1
    return found
