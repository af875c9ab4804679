"""`vault.json`: everything about a vault that is not secret, and its secrets under wraps.

The check sum finds an accident, the MAC (keyed by the device secret) finds an edit, and both before
a password is asked for; the seals of each slot are bound to every figure once more.
"""

import hmac
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from gridworker.storage.damage import told_when_full
from gridworker.storage.failures import FileTooNew, HeaderDamaged, NotEnrolled, VaultMissing
from gridworker.storage.files import replace
from gridworker.storage.keys import KdfCost, Sealed, derive, tag

FILE: Final = "vault.json"
RECORDS: Final = ("main.db", "outbox-*.log")  # what only the header opens
VERSION: Final = 1
SUITE: Final = 1  # AES-256-GCM, SHA-256, Ed25519 (security.md 3.4)


class Slot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to the vault's key; `device` says whether the keyring's secret is part of it."""

    kind: str
    device: bool
    cost: KdfCost
    salt: bytes
    key: Sealed


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vault as it lies on disk; `secret_check` recognises the keyring's secret, no more."""

    v: int
    suite: int
    vault: str
    user: str
    device: str
    epoch: int
    keystore: str
    secret_check: bytes
    public_key: bytes
    signing: Sealed
    slots: tuple[Slot, ...]


class _File(msgspec.Struct, frozen=True):
    header: Header
    check: bytes
    mac: bytes


class _Version(msgspec.Struct, frozen=True):
    v: int = 0


class _Peek(msgspec.Struct, frozen=True):
    header: _Version


def about_slot(header: Header, kind: str, cost: KdfCost, salt: bytes, *, device: bool) -> bytes:
    """Return what a slot's seal is bound to."""
    whose = (header.v, header.suite, header.vault, header.user, header.device, header.epoch)
    return msgspec.json.encode(("slot", *whose, kind, device, cost, salt))


def about_signing(header: Header) -> bytes:
    """Return what the seal of the signing key is bound to."""
    whose = (header.v, header.suite, header.vault, header.user, header.device)
    return msgspec.json.encode(("sign", *whose, header.public_key))


def save(home: Path, header: Header, device_secret: bytes) -> None:
    """Write the header; afterwards it is there whole, or the old one still is."""
    body = msgspec.json.encode(header)
    file = _File(header, sha256(body).digest(), tag(derive(device_secret, "header"), body))
    with told_when_full(home):
        replace(home / FILE, msgspec.json.format(msgspec.json.encode(file)) + b"\n")


def orphaned(home: Path) -> bool:
    """Say whether records lie in a folder without the header that opens them."""
    left = any(True for pattern in RECORDS for _ in home.glob(pattern))
    return left and not (home / FILE).exists()


def check_there(home: Path) -> None:
    """Raise NotEnrolled or VaultMissing unless a header lies in a folder."""
    if orphaned(home):
        raise VaultMissing
    if not (home / FILE).exists():
        raise NotEnrolled


def load(home: Path) -> tuple[Header, bytes]:
    """Return the header and its MAC, which `check_edit` wants when the device secret is known.

    Raises NotEnrolled, VaultMissing, FileTooNew, HeaderDamaged.
    """
    check_there(home)
    raw = (home / FILE).read_bytes()
    try:
        if msgspec.json.decode(raw, type=_Peek).header.v > VERSION:
            raise FileTooNew
        file = msgspec.json.decode(raw, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise HeaderDamaged from error
    if sha256(msgspec.json.encode(file.header)).digest() != file.check:
        raise HeaderDamaged
    return file.header, file.mac


def check_edit(header: Header, mac: bytes, device_secret: bytes) -> None:
    """Raise HeaderDamaged when somebody without the device secret changed the header."""
    wanted = tag(derive(device_secret, "header"), msgspec.json.encode(header))
    if not hmac.compare_digest(wanted, mac):
        raise HeaderDamaged
