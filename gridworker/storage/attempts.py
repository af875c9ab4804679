"""Waiting after wrong passwords, which neither a restart, a clock nor an edited file shortens.

The state lies in a file with a MAC and, mirrored, in the keyring; the larger count holds. Time is
counted by the uptime of the computer: within one run by difference, after a restart the new uptime
is what has certainly passed. The MAC key comes from the device secret (the vault's own key is not
open yet when a password is wrong); without a keyring it guards against accidents only, and a guess
costs four times the memory instead.

From the tenth failure on each guess costs an hour (at most ten in the first hour, 33 in the first
day: security.md, goal 19). Once there is a login at the centre, that takes the place of the hour
(security.md 4.6).
"""

from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import Final

import msgspec

from gridworker.storage.damage import told_when_full
from gridworker.storage.failures import KeyringMissing, WaitBeforeRetry
from gridworker.storage.files import replace
from gridworker.storage.keys import derive, tag
from gridworker.storage.keystore import KeyStore
from gridworker.storage.uptime import Uptime

WAITS: Final = (0, 0, 0, 0, 60, 120, 300, 900, 1800, 3600)  # seconds after the nth in a row
MAC_BYTES = 32


class Failures(msgspec.Struct, frozen=True):
    """How many in a row, and when the last one was (run of the computer, seconds in it)."""

    count: int = 0
    boot: str = ""
    at: float = 0.0


class Attempts:
    """The count of one vault: `begin` before each password, `clear` when it was right."""

    def __init__(
        self, file: Path, store: KeyStore, account: str, *, secret: bytes, uptime: Uptime
    ) -> None:
        self._file = file
        self._store = store
        self._account = f"{account}.attempts"
        self._key = derive(secret, "lock")
        self._uptime = uptime

    def begin(self) -> int:
        """Count an attempt as failed before it is made, so that a kill in between gains nothing.

        Returns the wait in seconds that follows if it does fail. Raises WaitBeforeRetry (facts:
        `seconds`) while an earlier wait lasts.
        """
        last = self._load()
        if seconds := self._left(last):
            raise WaitBeforeRetry(seconds=seconds)
        now = Failures(last.count + 1, self._uptime.boot, self._uptime.seconds())
        self._save(now)
        return _wanted(now)

    def clear(self) -> None:
        """Forget all failures: the password was right."""
        self._store.delete(self._account)
        self._file.unlink(missing_ok=True)

    def _left(self, last: Failures) -> int:
        """Return the whole seconds that are still to wait."""
        now = self._uptime.seconds()
        same = last.boot == self._uptime.boot and now >= last.at
        passed = now - last.at if same else now
        return max(0, ceil(_wanted(last) - passed))

    def _load(self) -> Failures:
        file = self._file.read_bytes() if self._file.exists() else None
        found = [self._open(raw) for raw in (file, self._store.read(self._account))]
        return max(found, key=lambda failures: (failures.count, failures.at))

    def _save(self, failures: Failures) -> None:
        body = msgspec.json.encode(failures)
        raw = tag(self._key, body) + body
        with told_when_full(self._file):
            replace(self._file, raw)
        with suppress(KeyringMissing):  # without a keyring the file is all there is
            self._store.write(self._account, raw)

    def _open(self, raw: bytes | None) -> Failures:
        if raw is None or tag(self._key, raw[MAC_BYTES:]) != raw[:MAC_BYTES]:
            return Failures()
        return msgspec.json.decode(raw[MAC_BYTES:], type=Failures)


def _wanted(last: Failures) -> int:
    return WAITS[min(last.count, len(WAITS)) - 1] if last.count else 0
