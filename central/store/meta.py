"""What there is one of: epoch, identity and keys of the centre, settings of its region."""

from central.store.transaction import Tx


def get(tx: Tx, key: str) -> str | None:
    """Return a setting, or None."""
    row = tx.row("SELECT value FROM meta WHERE key = ?", key)
    return None if row is None else str(row[0])


def put(tx: Tx, key: str, value: str) -> None:
    """Set a setting."""
    tx.run(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key,
        value,
    )


def everything(tx: Tx) -> dict[str, str]:
    """Return all settings."""
    return {str(key): str(value) for key, value in tx.rows("SELECT key, value FROM meta")}


def locked_epoch(tx: Tx) -> str:
    """Return the epoch, and keep others from changing it until this transaction ends."""
    row = tx.row("SELECT value FROM meta WHERE key = 'epoch' FOR UPDATE")
    return str(row[0])


def marks(tx: Tx, name: str) -> list[tuple[str, int]]:
    """Return day (YYYY-MM-DD) and number of the marks of a name, oldest first."""
    rows = tx.rows("SELECT day, last FROM counter WHERE name = ? ORDER BY day", name)
    return [(str(day), int(last)) for day, last in rows]


def put_mark(tx: Tx, name: str, day: str, number: int) -> None:
    """Note where something stands on a day."""
    tx.run("INSERT INTO counter (name, day, last) VALUES (?, ?, ?)", name, day, number)


def drop_marks(tx: Tx, name: str, before: str) -> None:
    """Forget the marks of the days before one."""
    tx.run("DELETE FROM counter WHERE name = ? AND day < ?", name, before)


def next_number(tx: Tx, name: str, day: str, count: int) -> int:
    """Take `count` numbers of a day's series at once; return the first. The row stays locked."""
    row = tx.row(
        "INSERT INTO counter (name, day, last) VALUES (?, ?, ?)"
        " ON CONFLICT (name, day) DO UPDATE SET last = counter.last + excluded.last RETURNING last",
        name,
        day,
        count,
    )
    return int(row[0]) - count + 1
