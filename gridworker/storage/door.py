"""Ways into the store: a few driver connections, each lent to one transaction at a time."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from typing import Any, Self

from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.storage.damage import Guard
from gridworker.storage.failures import DatabaseBusy

log = logging.getLogger(__name__)

PATIENCE_S = 30.0
AUDITED = "gridworker.transaction"


class Door:
    """Lends connections to sessions; any thread may ask, and waits while all are lent.

    A writer takes the lock of the store when it begins. `connect` opens a driver connection; what
    the driver raises leaves as what `guard` makes of it.
    """

    def __init__(
        self, connect: Callable[[], Any], *, writer: bool, most: int, guard: Guard
    ) -> None:
        self._connect, self._guard = connect, guard
        self._opening = "BEGIN IMMEDIATE" if writer else "BEGIN"
        self._free = BoundedSemaphore(most)
        self._lock = Lock()
        self._idle: list[Any] = []
        self._series = 0
        self._refusal: Exception | None = None

    def __call__(self) -> "Session":
        """Return a session; nothing is lent before its first statement."""
        return Session(self)

    @contextmanager
    def begin(self) -> Iterator["Session"]:
        """Commit at the end of a `with` block, or leave everything as it was when it raises."""
        with self() as session:
            yield session
            session.commit()

    @contextmanager
    def outside(self) -> Iterator[Any]:
        """Lend a driver connection that is in no transaction; raises what `lend` does."""
        connection, series = self._take()
        try:
            yield connection
        except sqlcipher.Error as error:
            raise self.told(error) from error
        finally:
            self.give_back(connection, series)

    def lend(self) -> tuple[Any, int]:
        """Return a driver connection in a new transaction, and the series it is from.

        It must be given back. Raises DatabaseBusy when none becomes free, and what `told` returns.
        """
        sys.audit(AUDITED, self._opening)
        connection, series = self._take()
        try:
            connection.execute(self._opening)
        except BaseException as error:
            self.give_back(connection, series)
            if isinstance(error, sqlcipher.Error):
                raise self.told(error) from error
            raise
        return connection, series

    def give_back(self, connection: Any, series: int) -> None:
        """Take a connection back; what was not committed in it is gone."""
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlcipher.Error as error:
            log.warning("store: a connection is given up (%s)", error)
            series = -1
        with self._lock:
            kept = series == self._series
            if kept:
                self._idle.append(connection)
        if not kept:
            connection.close()
        self._free.release()

    def refuse(self, why: Exception) -> None:
        """Lend nothing from now on: whoever asks, or waits already, gets `why` raised."""
        self._refusal = why

    def told(self, error: BaseException) -> BaseException:
        """Return what a driver error is for people; a mistake of ours stays what it is."""
        return self._guard.told(error) or error

    def close(self) -> None:
        """Close what is here, and what is lent once it comes back; the next one is made anew."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._series += 1
        for connection in idle:
            connection.close()

    def _take(self) -> tuple[Any, int]:
        if not self._free.acquire(timeout=PATIENCE_S):
            raise DatabaseBusy
        if self._refusal is not None:
            self._free.release()
            raise self._refusal
        try:
            with self._lock:
                series = self._series
                connection = self._idle.pop() if self._idle else None
            return connection or self._made(), series
        except BaseException:
            self._free.release()
            raise

    def _made(self) -> Any:
        try:
            return self._connect()
        except sqlcipher.Error as error:
            raise self.told(error) from error


class Session:
    """One transaction at a time; it begins with the first statement and is for one thread."""

    __slots__ = ("_connection", "_door", "_series")

    def __init__(self, door: Door) -> None:
        self._door = door
        self._connection: Any = None
        self._series = 0

    def driver(self) -> Any:
        """Return the driver's connection, in a transaction; raises what `Door.lend` raises."""
        if self._connection is None:
            self._connection, self._series = self._door.lend()
        return self._connection

    def told(self, error: BaseException) -> BaseException:
        """Return what a driver error is for people; see `Door.told`."""
        return self._door.told(error)

    def commit(self) -> None:
        """Keep what was done; a later statement begins a new transaction."""
        if self._connection is not None:
            try:
                self._connection.execute("COMMIT")
            except sqlcipher.Error as error:
                raise self.told(error) from error
            self.rollback()

    def rollback(self) -> None:
        """Undo what was not committed; a later statement begins a new transaction."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._door.give_back(connection, self._series)

    def close(self) -> None:
        """End; what was not committed is undone."""
        self.rollback()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
