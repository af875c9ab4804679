"""Plain SQL in the transaction of a session; failures leave it as what they are for people."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.storage.door import Session

Values = Sequence[object] | Mapping[str, object]


class Answer:
    """Rows as the driver gives them; damage met on the way leaves as what it is."""

    __slots__ = ("_cursor", "_told")

    def __init__(self, cursor: Any, told: Callable[[BaseException], BaseException]) -> None:
        self._cursor = cursor
        self._told = told

    @property
    def rowcount(self) -> int:
        """Return how many rows the statement changed."""
        return int(self._cursor.rowcount)

    def fetchone(self) -> Any:
        """Return the next row or None."""
        try:
            return self._cursor.fetchone()
        except sqlcipher.Error as error:
            raise self._told(error) from error

    def fetchall(self) -> list[Any]:
        """Return the rows that are left."""
        try:
            return list(self._cursor.fetchall())
        except sqlcipher.Error as error:
            raise self._told(error) from error

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._cursor
        except sqlcipher.Error as error:
            raise self._told(error) from error


class Statements:
    """Runs statements with values by place or by name; the driver keeps the prepared ones."""

    __slots__ = ("_driver", "_told")

    def __init__(self, session: Session) -> None:
        self._driver = session.driver()
        self._told = session.told

    def execute(self, sql: str, values: Values = ()) -> Answer:
        """Run one statement."""
        try:
            return Answer(self._driver.execute(sql, values), self._told)
        except sqlcipher.Error as error:
            raise self._told(error) from error

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> int:
        """Run one statement for each row; returns how many rows it changed."""
        if isinstance(rows, Sized) and not rows:
            return 0
        try:
            return int(self._driver.executemany(sql, rows).rowcount)
        except sqlcipher.Error as error:
            raise self._told(error) from error

    def one(self, sql: str, values: Values = ()) -> Any:
        """Run one statement and return its first row or None."""
        return self.execute(sql, values).fetchone()
