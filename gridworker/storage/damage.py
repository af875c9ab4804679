"""What a disk or driver error means, and what is done before anybody says "damaged".

One failed read leaves an encrypted connection answering "malformed" for ever although the file is
whole (security.md, finding 8). Therefore: close the pools, open the file anew, check every page,
and only then speak of damage. A damaged file is set aside under another name, never deleted.
"""

import errno
import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage.failures import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseReadOnly,
    StoreInterrupted,
)

log = logging.getLogger(__name__)

BUSY, LOCKED, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
PROTOCOL = 15  # no turn at the journal came, however often it was tried
UNCLEAR = frozenset({IOERR, CORRUPT, CANTOPEN, NOTADB})
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NOT_OURS = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
LEAST_ROOM = 256 * 1024  # bytes; with less, an unclear error is the full disk
COMPANIONS = ("", "-wal", "-shm")
SUSPECT = ".suspect"


class Closes(Protocol):
    """What has connections to the store."""

    def close(self) -> None:
        """Close them; the next one is made anew."""
        ...


class Guard:
    """Turns the errors of one database's connections into what people can act on."""

    def __init__(self, path: Path, connect: Callable[[], Any]) -> None:
        self._path = path
        self._connect = connect
        self._doors: tuple[Closes, ...] = ()

    def watch(self, *doors: Closes) -> None:
        """Name the doors whose connections are closed when one of them is of no use any more."""
        self._doors = doors

    def told(self, error: BaseException) -> Exception | None:
        """Return what a driver error is for people; None leaves a bug of ours."""
        plain = plain_failure(error, self._path)
        if isinstance(plain, DatabaseReadOnly):
            self._close()  # what could not be opened for writing once stays so until it is closed
        if plain is not None or not is_unclear(error):
            return plain
        self._close()
        found = findings(self._connect)
        log.error("store: unclear error, %d findings", len(found))
        if found:
            suspect(self._path)
        return DatabaseDamaged(findings=len(found)) if found else StoreInterrupted()

    def _close(self) -> None:
        for door in self._doors:
            door.close()


def plain_failure(error: BaseException, path: Path) -> Exception | None:
    """Return the failure that a driver error clearly is, or None."""
    match _primary(error):
        case 13:
            return disk_full(path)
        case 5 | 6 | 15:
            return DatabaseBusy()
        case 8:
            return DatabaseReadOnly()
        case 10 | 14 if _free(path) < LEAST_ROOM:
            return disk_full(path)
    return None


def is_unclear(error: BaseException) -> bool:
    """Say whether an error may be damage or only a connection gone bad."""
    return _primary(error) in UNCLEAR or str(error) == "SQL logic error"


def findings(connect: Callable[[], Any]) -> list[str]:
    """Open the file anew and check every page; return what is wrong, nothing when it is whole.

    The authentication code of each page is checked first, then the structure as SQLite sees it.
    """
    try:
        connection = connect()
        try:
            found = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            found += connection.execute("PRAGMA quick_check(1)").fetchall()
        finally:
            connection.close()
    except sqlcipher.DatabaseError as error:
        if _primary(error) in (BUSY, LOCKED, PROTOCOL):
            raise DatabaseBusy from error
        return [str(error)]
    return [str(row[0]) for row in found if row[0] != "ok"]


def ended_badly(path: Path) -> bool:
    """Say whether the last owner died with the store open; ask before any connection is made.

    The last connection that closes removes the journal, so one that is left tells of a kill or a
    power cut. True only has meaning for the owner of the profile.
    """
    journal = path.with_name(path.name + "-wal")
    return journal.exists() and journal.stat().st_size > 0


def suspect(path: Path) -> None:
    """Remember that damage was met, so that the next owner looks at every page and mends it."""
    with suppress(OSError):  # a disk that takes no file; the next start meets the damage again
        path.with_name(path.name + SUSPECT).touch()


def suspected(path: Path) -> bool:
    """Say whether damage was met since the store was last looked at."""
    return path.with_name(path.name + SUSPECT).exists()


def clear(path: Path) -> None:
    """Forget the suspicion: every page reads, or another store stands in this place."""
    path.with_name(path.name + SUSPECT).unlink(missing_ok=True)


def set_aside(path: Path) -> Path:
    """Rename a damaged store with its journal, to make room for a new one; returns where."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    for end in reversed(COMPANIONS):  # the journal first: it must never meet another main file
        part = path.with_name(path.name + end)
        if part.exists():
            part.rename(aside.with_name(aside.name + end))
    return aside


def disk_full(path: Path) -> RuleBroken:
    """Return the refusal that says how many bytes are free."""
    return RuleBroken(Code.DISK_FULL, free=_free(path))


@contextmanager
def told_when_full(path: Path) -> Iterator[None]:
    """Let file errors leave as what they mean.

    Without room RuleBroken(E_DISK_FULL), without the right to write DatabaseReadOnly, when the disk
    failed StoreInterrupted: the next time may go well.
    """
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise disk_full(path) from error
        if error.errno in NOT_OURS:
            raise DatabaseReadOnly from error
        if error.errno == errno.EIO:
            raise StoreInterrupted from error
        raise


def _primary(error: BaseException) -> int:
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _free(path: Path) -> int:
    there = next(place for place in (path, *path.absolute().parents) if place.is_dir())
    return shutil.disk_usage(there).free
