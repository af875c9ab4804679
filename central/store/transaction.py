"""One transaction, and the few words of SQL in which the two databases differ.

Statements are written once: `?` is a value, `IN @` a list of values, `FOR UPDATE ...` a row lock
that SQLite does not need because it has one writer.
"""

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Boolean, Connection, Engine, Integer, LargeBinary, Table
from sqlalchemy.exc import DBAPIError

from central.store.checkpoints import Checkpoints
from central.store.engine import Engines

T = TypeVar("T")
TRIES = 6
SCOPES, WHOLE = "gridworker.scopes", "gridworker.whole"  # migrations/m0003
LOCK = re.compile(r" FOR UPDATE( OF [\w, ]+)?")
# Serialization failure, deadlock, and two devices that bring the same new record at once.
TRANSIENT = frozenset({"40001", "40P01", "23505"})


class Bulk:
    """Writes many rows of one table with one statement; `conflict` is the text after the values."""

    def __init__(self, table: Table, columns: Sequence[str], conflict: str = "") -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        marks = ", ".join("?" for _ in columns)
        arrays = ", ".join(f"%s::{_array(table, name)}" for name in columns)
        into = f"INSERT INTO {table.name} ({names})"
        self.sqlite = f"{into} VALUES ({marks}) {conflict}"
        self.postgresql = f"{into} SELECT * FROM unnest({arrays}) {conflict}"


def json_text(value: object) -> str:
    """Return what SQL takes apart as JSON."""
    return msgspec.json.encode(value).decode()


def _array(table: Table, name: str) -> str:
    kind = table.c[name].type
    if isinstance(kind, Boolean):
        return "boolean[]"
    if isinstance(kind, LargeBinary):
        return "bytea[]"
    return "bigint[]" if isinstance(kind, Integer) else "text[]"


class Tx:
    """A transaction in progress.

    Statements go to the driver's own cursor: a request has a dozen small ones, and what the library
    learns of each took a third of its time and more (ADR 16). Errors are those of the library.
    """

    def __init__(self, connection: Connection, *, sqlite: bool) -> None:
        self.sqlite = sqlite
        self._connection = connection
        self._cursor = connection.connection.cursor()
        self._errors = connection.dialect.loaded_dbapi.Error

    def rows(self, sql: str, *values: Any) -> Sequence[Any]:
        """Return the rows of a statement."""
        found: Sequence[Any] = self._run(sql, values).fetchall()
        return found

    def row(self, sql: str, *values: Any) -> Any:
        """Return the first row, or None."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement; return how many rows it changed."""
        count: int = self._run(sql, values).rowcount
        return count

    def show(self, scopes: Iterable[str]) -> None:
        """Let this transaction read the records of these scopes, beneath every filter of ours."""
        if not self.sqlite:
            self.run("SELECT set_config(?, ?, true)", SCOPES, json_text(list(scopes)))

    def exact(self, sql: str, *values: Any) -> None:
        """Run a statement written for this database, its values as the driver takes them."""
        self._ask(sql, values)

    def write(self, bulk: Bulk, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows; none is nothing."""
        if not rows:
            return
        if self.sqlite:
            self._ask(bulk.sqlite, rows, many=True)
        else:
            columns = tuple(list(column) for column in zip(*rows, strict=True))
            self._ask(bulk.postgresql, columns)

    def _run(self, sql: str, values: tuple[Any, ...]) -> Any:
        if self.sqlite:
            sql = LOCK.sub("", sql).replace("IN @", "IN (SELECT value FROM json_each(?))")
            values = tuple(json_text(v) if isinstance(v, list) else v for v in values)
        else:
            sql = sql.replace("IN @", "= ANY(%s)").replace("?", "%s")
        return self._ask(sql, values)

    def _ask(self, sql: str, values: Sequence[Any], *, many: bool = False) -> Any:
        cursor = self._cursor
        try:
            (cursor.executemany if many else cursor.execute)(sql, values)
        except self._errors as error:
            raise self._of_library(sql, error) from error
        return cursor

    def _of_library(self, sql: str, error: Any) -> Exception:
        """Return what the library would raise; a connection that is lost leaves its pool."""
        connection, dialect = self._connection, self._connection.dialect
        lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, self._cursor)
        if lost:
            connection.invalidate(error)
        told: Exception = DBAPIError.instance(
            sql,
            None,
            error,
            self._errors,
            hide_parameters=True,
            connection_invalidated=lost,
            dialect=dialect,
        )
        return told


class Store:
    """Runs work in transactions; with `checkpoints`, no commit on SQLite waits for the journal.

    On SQLite the database works in our own process: two threads would take Python's lock from each
    other at every row, and both be slower for it (ADR 25). So one works at a time, and waits for
    the file (to begin, to commit) are not part of its turn.
    """

    def __init__(self, engines: Engines, checkpoints: Checkpoints | None = None) -> None:
        self.engines = engines
        self._checkpoints = checkpoints
        self._turn: AbstractContextManager[object] = (
            threading.RLock() if engines.is_sqlite else nullcontext()
        )

    def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction that may be run again: it must have no other effects."""
        done = self._run(self.engines.write, work)
        if self._checkpoints is not None:
            self._checkpoints.committed()
        return done

    def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` over one snapshot, in which it sees no record before it calls `show`.

        It may be run again as well: a reader and the upgrade of a serving centre may meet.
        """
        return self._run(self.engines.read, work)

    def survey(self, work: Callable[[Tx], T]) -> T:
        """Run `work` over one snapshot of everything; for operators.

        Nothing of it goes to a device but the digest of its own verdicts.
        """

        def whole(tx: Tx) -> T:
            if not tx.sqlite:
                tx.run("SELECT set_config(?, 'on', true)", WHOLE)
            return work(tx)

        return self.read(whole)

    def close(self) -> None:
        """Close every connection."""
        if self._checkpoints is not None:
            self._checkpoints.close()
        self.engines.close()

    def _run(self, engine: Engine, work: Callable[[Tx], T]) -> T:
        for attempt in range(1, TRIES + 1):
            try:
                with engine.begin() as connection, self._turn:
                    return work(Tx(connection, sqlite=self.engines.is_sqlite))
            except DBAPIError as error:
                if attempt == TRIES or getattr(error.orig, "sqlstate", None) not in TRANSIENT:
                    raise
        raise AssertionError("unreachable")
