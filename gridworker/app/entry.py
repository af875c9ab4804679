"""Coming in: what a door says before the password, the owner's lock, and the open vault.

The windows load this much and no more while the key is derived; the rest is loaded beside it.
"""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gridworker.app.paths import PENDING, Paths
from gridworker.app.ports import Desk, ProfileInfo
from gridworker.app.settings import Settings, SettingsFile
from gridworker.storage import header, shredding
from gridworker.storage.failures import DeviceWiped, ProfileInUse
from gridworker.storage.late_keyring import LateKeyring
from gridworker.storage.owner import Owner
from gridworker.storage.vault import Vault, open_vault

SETTINGS = "settings.json"
DEMO = "demo.json"
log = logging.getLogger(__name__)


class Entry:
    """A profile whose owner we are and whose vault is open; whoever takes it over closes it.

    Raises NotEnrolled, VaultMissing, ProfileInUse and what `unlock` raises.
    """

    def __init__(self, paths: Paths, unlock: Callable[[], Vault]) -> None:
        header.check_there(paths.home)
        self.paths, self._owner = paths, Owner(paths.home)
        try:
            self.settings = settings_of(paths.home).read()
            self.vault = unlock()
        except BaseException:
            self._owner.close()
            raise

    def close(self) -> None:
        """Let others own the profile."""
        self._owner.close()


class ProfileDoor:
    """What stands before a desk; fills `app.ports.Door`.

    `furnish` makes a desk of an entry, and closes the entry when it cannot.
    """

    def __init__(self, home: Path, furnish: Callable[[Entry], Desk]) -> None:
        self._home, self._furnish = home, furnish

    def info(self) -> ProfileInfo:
        """Return what can be said without a password."""
        ended = end_wipe(self._home)
        enrolled = (self._home / header.FILE).exists()
        return ProfileInfo(
            enrolled=enrolled and not unfinished(self._home),
            home=str(self._home),
            demo_password=demo_password(self._home) if enrolled else None,
            wiped=None if ended is None else ended.left,
        )

    def unlock(self, password: str) -> Desk:
        """Open the profile; raises the exceptions of `app.startup`."""
        return self._furnish(enter(self._home, password))

    def settings(self) -> Settings:
        """Return the choices of whoever sits here; they need no password."""
        return settings_of(self._home).read()

    def keep_settings(self, **changes: Any) -> None:
        """Remember choices; raises OSError."""
        settings_of(self._home).change(**changes)


def enter(home: Path, password: str) -> Entry:
    """Come in by the password; raises DeviceWiped and what `Entry` and `open_vault` raise."""
    paths = may_open(home)
    return Entry(paths, lambda: opened_vault(paths, password))


def may_open(home: Path) -> Paths:
    """Return the places of a profile that may be opened; raises DeviceWiped."""
    paths, wiped = Paths(home), end_wipe(home)
    if wiped is not None:
        raise DeviceWiped(detail=wiped.left, path=str(home / shredding.PARCEL))
    return paths


def end_wipe(home: Path) -> shredding.Wiped | None:
    """Return whether this profile was wiped by order, after finishing what a kill interrupted.

    While another program has it open that one finishes it; what cannot be removed now is removed
    by a later start. The keys are gone in any case.
    """
    wiped = shredding.told(home)
    if wiped is None or wiped.done:
        return wiped
    try:
        with Owner(home):
            return shredding.finish(home, LateKeyring())
    except (ProfileInUse, OSError) as error:
        log.warning("wiping is not finished yet (%s)", type(error).__name__)
        return wiped


def unfinished(home: Path) -> bool:
    """Say whether an enrolment was begun here and not brought to its end."""
    return (home / PENDING).exists()


def settings_of(home: Path) -> SettingsFile:
    """Return where the choices of whoever sits here lie; they need no password."""
    return SettingsFile(home / SETTINGS)


def demo_password(home: Path) -> str | None:
    """Return the password that the launcher of a demo wrote down for the unlock screen."""
    try:
        found = json.loads((home / DEMO).read_bytes())
    except (OSError, ValueError):
        return None
    password = found.get("password") if isinstance(found, dict) else None
    return password if isinstance(password, str) else None


def opened_vault(paths: Paths, password: str) -> Vault:
    """Open the vault; takes as long as a guess must take. Raises what `open_vault` raises."""
    return open_vault(paths.home, password=password, keystore=LateKeyring())
