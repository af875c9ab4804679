"""Destroying a profile for good, so that a kill at any moment leaves it whole or ends destroyed.

One file says that it is decided; from then on there is no way back, and whoever opens the folder
next finishes what a kill interrupted, before any password is asked for. The keys go first: without
them store, journal, photos and logs are noise, whether or not a disk keeps what was deleted.
Only names that this program gives are touched; how the windows look is kept, to say it in.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec

from gridworker.storage import header
from gridworker.storage.failures import KeyringLocked, KeyringMissing
from gridworker.storage.files import replace, sync_folder
from gridworker.storage.keystore import KeyStore

FILE: Final = "wiped.json"
PARCEL: Final = "left-behind.gwp"
FILES: Final = (
    "main.db*",
    "outbox-*.log",
    "attempts*",
    "device.sealed*",
    "enrolment*",
    "rebuilt.json",
    "demo.json",
    "network-cut",
    "vault.json.*",
)
FOLDERS: Final = ("blobs", "logs")
Left = Literal["nothing", "delivered", "kept"]
log = logging.getLogger(__name__)


class Wiped(msgspec.Struct, frozen=True):
    """That it is decided: when, by which order, and what became of what had not been sent.

    `left` is `delivered` when the centre has it, `kept` when it lies sealed beside this.
    """

    at: str
    number: int
    left: Left
    vault: str
    keyring: bool
    done: bool = False


def decide(home: Path, *, at: str, number: int, left: Left) -> None:
    """Decide it for good and destroy the keys; the rest is for `finish`, once nothing is open.

    Raises NotEnrolled, HeaderDamaged, OSError; then nothing was destroyed.
    """
    known, _ = header.load(home)
    wiped = Wiped(at, number, left, vault=known.vault, keyring=bool(known.keystore))
    replace(home / FILE, msgspec.json.encode(wiped))
    _destroy_header(home)


def told(home: Path) -> Wiped | None:
    """Return what was decided in this folder; None when it was not."""
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=Wiped)
    except FileNotFoundError:
        return None


def finish(home: Path, keystore: KeyStore) -> Wiped | None:
    """Destroy what is left; only for the owner of a folder in which nothing is open.

    Does nothing where it was not decided. Raises OSError; the next start then goes on.
    """
    wiped = told(home)
    if wiped is None or wiped.done:
        return wiped
    _destroy_header(home)
    if wiped.keyring:
        _forget_secrets(keystore, wiped.vault)
    for path in _files(home):
        path.unlink(missing_ok=True)
    for name in FOLDERS:
        if (home / name).exists():
            shutil.rmtree(home / name)
    sync_folder(home)
    wiped = msgspec.structs.replace(wiped, done=True)
    replace(home / FILE, msgspec.json.encode(wiped))
    return wiped


def forget(home: Path) -> None:
    """Tell it no more: the folder becomes another device's. What was kept sealed stays."""
    (home / FILE).unlink(missing_ok=True)


def _destroy_header(home: Path) -> None:
    """Write over the slots before their file goes: a disk may keep what is only unlinked."""
    path = home / header.FILE
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(os.urandom(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    sync_folder(home)


def _forget_secrets(keystore: KeyStore, vault: str) -> None:
    """Take the secrets out of the keyring; one that is closed keeps what opens nothing any more."""
    try:
        keystore.delete(vault)
        keystore.delete(f"{vault}.attempts")
    except (KeyringLocked, KeyringMissing) as error:
        log.warning("the keyring could not be cleared (%s)", type(error).__name__)


def _files(home: Path) -> Iterator[Path]:
    for pattern in FILES:
        yield from home.glob(pattern)
