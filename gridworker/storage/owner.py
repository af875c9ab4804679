"""One owner per profile: a lock of the operating system, gone with the process that holds it.

Whoever writes (windows, writing commands, sync) is the owner; reading needs no lock.
"""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gridworker.storage.damage import told_when_full
from gridworker.storage.failures import ProfileInUse

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FILE: Final = "owner.lock"


class Owner:
    """The lock of one profile, held from construction to `close`; raises ProfileInUse."""

    def __init__(self, home: Path) -> None:
        with told_when_full(home):
            self._handle = os.open(home / FILE, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._handle)
        except OSError as error:
            os.close(self._handle)
            raise ProfileInUse from error

    def close(self) -> None:
        """Let others in; a second time does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _lock(handle: int) -> None:
    """Take the lock or raise OSError; the handle is not inherited by child processes."""
    if sys.platform == "win32":
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
