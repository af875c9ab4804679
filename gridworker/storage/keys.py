"""From a password and a device secret to the keys of a profile (security.md 4.1).

Pure functions over bytes; nothing here touches a disk. Every derived key has its own label, so that
none of them says anything about another.
"""

import hmac
import secrets
import unicodedata
from typing import Final

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 12
NO_DEVICE_SECRET: Final = bytes(KEY_BYTES)


class KdfCost(msgspec.Struct, frozen=True):
    """What one guess of a password costs: Argon2id passes, memory in KiB, lanes."""

    passes: int
    memory: int
    lanes: int

    def within(self, floor: "KdfCost", ceiling: "KdfCost") -> bool:
        """Say whether no figure is below `floor` or above `ceiling`."""
        pairs = zip(
            msgspec.structs.astuple(self),
            msgspec.structs.astuple(floor),
            msgspec.structs.astuple(ceiling),
            strict=True,
        )
        return all(least <= value <= most for value, least, most in pairs)


NORMAL: Final = KdfCost(3, 64 * 1024, 4)  # RFC 9106, second recommended option
WITHOUT_KEYRING: Final = KdfCost(3, 256 * 1024, 4)
CEILING: Final = KdfCost(10, 1024 * 1024, 16)


class Sealed(msgspec.Struct, frozen=True):
    """A short secret under AES-256-GCM."""

    nonce: bytes
    body: bytes


def stretch(password: str, salt: bytes, cost: KdfCost) -> bytes:
    """Turn a password into 32 bytes, as slowly as `cost` says.

    The password is taken in its NFKC form, so that full-width letters of an input method are the
    letters they look like.
    """
    return hash_secret_raw(
        normal(password).encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def normal(password: str) -> str:
    """Return the form of a password that counts."""
    return unicodedata.normalize("NFKC", password)


def wrapping_key(master: bytes, device_secret: bytes) -> bytes:
    """Mix what the person knows with what only this computer has."""
    return HKDF(SHA256(), KEY_BYTES, salt=device_secret, info=b"gw/v1/kek").derive(master)


def derive(key: bytes, label: str) -> bytes:
    """Return the key for one use, `label` as in security.md 4.1 (`db`, `idx`, `journal` ...)."""
    return HKDFExpand(SHA256(), KEY_BYTES, info=f"gw/v1/{label}".encode()).derive(key)


def seal(key: bytes, secret: bytes, about: bytes) -> Sealed:
    """Wrap a secret; `about` must be the same when it is opened."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, secret, about))


def unseal(key: bytes, sealed: Sealed, about: bytes) -> bytes:
    """Return the secret; raises cryptography's InvalidTag when anything is not as it was."""
    return AESGCM(key).decrypt(sealed.nonce, sealed.body, about)


def tag(key: bytes, data: bytes) -> bytes:
    """Return the HMAC-SHA256 of `data`."""
    return hmac.digest(key, data, "sha256")


def answer_key(journal_key: bytes, parcel: str) -> X25519PrivateKey:
    """Return the key that opens the answer to a parcel; the same parcel gets the same key."""
    derive = HKDFExpand(
        SHA256(), length=KEY_BYTES, info=b"gw/v1/answer to parcel/" + parcel.encode()
    )
    return X25519PrivateKey.from_private_bytes(derive.derive(journal_key))
