"""A profile's keys behind a password and a device secret (security.md 4.1 to 4.4, first version).

One random key (VMK) per person and device; every other key comes from it. It lies in `vault.json`
wrapped by what Argon2id makes of the password, mixed with a secret that only this computer's
keyring has. Without a keyring the password stands alone: it must be longer, a guess costs more, and
a lease of the centre, when there are leases, lasts no more than a day.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from gridworker.storage import header as headers
from gridworker.storage.attempts import Attempts
from gridworker.storage.failures import HeaderDamaged, KeyringMissing, WrongSecret
from gridworker.storage.header import Header, Slot
from gridworker.storage.keys import (
    CEILING,
    KEY_BYTES,
    NO_DEVICE_SECRET,
    NORMAL,
    SALT_BYTES,
    WITHOUT_KEYRING,
    KdfCost,
    answer_key,
    derive,
    seal,
    stretch,
    unseal,
    wrapping_key,
)
from gridworker.storage.keystore import KeyStore, NoKeyring
from gridworker.storage.password import check_password
from gridworker.storage.uptime import Uptime, system_uptime

ATTEMPTS: Final = "attempts"
PASSWORD_SLOT: Final = "pw"  # noqa: S105  (the name of a kind of slot)


@dataclass(frozen=True, slots=True)
class Vault:
    """An open vault. Keys show in no repr; drop the object, or better the process, to lock it."""

    id: str
    user: str
    device: str
    degraded: bool
    public_key: bytes
    db_key: bytes = field(repr=False)
    index_key: bytes = field(repr=False)
    journal_key: bytes = field(repr=False)
    _signing: Ed25519PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Sign as this device (Ed25519)."""
        return self._signing.sign(data)

    def answer_key(self, parcel: str) -> X25519PrivateKey:
        """Return the key that opens the answer to a parcel; it is kept nowhere."""
        return answer_key(self.journal_key, parcel)


def create_vault(
    home: Path,
    *,
    user: str,
    device: str,
    password: str,
    device_key: Ed25519PrivateKey,
    keystore: KeyStore,
    cost: KdfCost | None = None,
) -> Vault:
    """Make a vault in an existing folder without one, and open it.

    `cost` is for tests. Raises PasswordTooWeak, KeyringLocked, KeyringMissing when the keyring does
    not keep what it is given, RuleBroken(E_DISK_FULL), FileExistsError.
    """
    if (home / headers.FILE).exists():
        raise FileExistsError(home / headers.FILE)
    with_keyring = bool(keystore.name)
    check_password(password, keyring=with_keyring)
    vault, vmk = secrets.token_hex(16), secrets.token_bytes(KEY_BYTES)
    device_secret = _new_device_secret(keystore, vault) if with_keyring else NO_DEVICE_SECRET
    draft = Header(
        v=headers.VERSION,
        suite=headers.SUITE,
        vault=vault,
        user=user,
        device=device,
        epoch=1,
        keystore=keystore.name,
        secret_check=derive(device_secret, "ds-check"),
        public_key=device_key.public_key().public_bytes_raw(),
        signing=seal(vmk, b"", b""),
        slots=(),
    )
    wanted = cost or (NORMAL if with_keyring else WITHOUT_KEYRING)
    header = _filled(draft, vmk, device_key, _slot(draft, password, device_secret, vmk, wanted))
    headers.save(home, header, device_secret)
    return _opened(header, vmk)


def open_vault(
    home: Path,
    *,
    password: str,
    keystore: KeyStore,
    floor: KdfCost | None = None,
    uptime: Uptime | None = None,
) -> Vault:
    """Open the vault of a folder; takes as long as one guess must take.

    `floor` is for tests: a header that asks for less than the normal cost is refused.
    Raises NotEnrolled, HeaderDamaged, FileTooNew, KeyringMissing, KeyringLocked, WaitBeforeRetry,
    WrongSecret (facts: `wait`, seconds until the next try).
    """
    header, mac = headers.load(home)
    device_secret = _device_secret(header, keystore)
    headers.check_edit(header, mac, device_secret)
    with_keyring = bool(header.keystore)
    least = floor or (NORMAL if with_keyring else WITHOUT_KEYRING)
    slots = [slot for slot in header.slots if slot.kind == PASSWORD_SLOT]
    if not slots or any(
        slot.device != with_keyring or not slot.cost.within(least, CEILING) for slot in slots
    ):
        raise HeaderDamaged
    attempts = Attempts(
        home / ATTEMPTS,
        # A vault made without a keyring never asks one: it may be closed with nobody to open it.
        keystore if with_keyring else NoKeyring(),
        header.vault,
        secret=device_secret,
        uptime=uptime or system_uptime(),
    )
    wait = attempts.begin()
    for slot in slots:
        vmk = _try(header, slot, password, device_secret)
        if vmk is not None:
            attempts.clear()
            return _opened(header, vmk)
    raise WrongSecret(wait=wait)


def _new_device_secret(keystore: KeyStore, vault: str) -> bytes:
    made = secrets.token_bytes(KEY_BYTES)
    keystore.write(vault, made)
    if keystore.read(vault) != made:
        raise KeyringMissing
    return made


def _device_secret(header: Header, keystore: KeyStore) -> bytes:
    """Return the keyring's part; raises KeyringMissing when it has none or another."""
    if not header.keystore:
        return NO_DEVICE_SECRET
    found = keystore.read(header.vault)
    if found is None or not hmac.compare_digest(derive(found, "ds-check"), header.secret_check):
        raise KeyringMissing
    return found


def _slot(header: Header, password: str, device_secret: bytes, vmk: bytes, cost: KdfCost) -> Slot:
    salt, device = secrets.token_bytes(SALT_BYTES), bool(header.keystore)
    about = headers.about_slot(header, PASSWORD_SLOT, cost, salt, device=device)
    key = wrapping_key(stretch(password, salt, cost), device_secret)
    return Slot(PASSWORD_SLOT, device, cost, salt, seal(key, vmk, about))


def _try(header: Header, slot: Slot, password: str, device_secret: bytes) -> bytes | None:
    about = headers.about_slot(header, slot.kind, slot.cost, slot.salt, device=slot.device)
    key = wrapping_key(stretch(password, slot.salt, slot.cost), device_secret)
    try:
        return unseal(key, slot.key, about)
    except InvalidTag:
        return None


def _filled(draft: Header, vmk: bytes, device_key: Ed25519PrivateKey, slot: Slot) -> Header:
    raw = device_key.private_bytes_raw()
    signing = seal(derive(vmk, "wrap-sign"), raw, headers.about_signing(draft))
    return msgspec.structs.replace(draft, signing=signing, slots=(slot,))


def _opened(header: Header, vmk: bytes) -> Vault:
    """Open what the key wraps; the public key must belong to what was unwrapped."""
    try:
        raw = unseal(derive(vmk, "wrap-sign"), header.signing, headers.about_signing(header))
    except InvalidTag as error:
        raise HeaderDamaged from error
    return Vault(
        id=header.vault,
        user=header.user,
        device=header.device,
        degraded=not header.keystore,
        public_key=header.public_key,
        db_key=derive(vmk, "db"),
        index_key=derive(vmk, "idx"),
        journal_key=derive(vmk, "journal"),
        _signing=Ed25519PrivateKey.from_private_bytes(raw),
    )
