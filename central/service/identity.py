"""Ids and secrets that the centre makes, out of given randomness and time."""

from base64 import urlsafe_b64encode
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from gridworker import orders
from gridworker.domain.identity import derived_id
from gridworker.parcel import SEALING

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DEVICE_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CODE_GROUPS, CODE_GROUP = 4, 4
REFERENCE_ORIGIN = "01900000-0000-7000-8000-000000000000"

Entropy = Callable[[int], bytes]


def new_id(now: int, entropy: Entropy) -> str:
    """Return a UUIDv7."""
    random = bytearray(entropy(10))
    random[0] = 0x70 | random[0] & 0x0F
    random[2] = 0x80 | random[2] & 0x3F
    text = now.to_bytes(6, "big").hex() + random.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def reference_id(kind: str, code: str) -> str:
    """Return the id of a piece of reference data, the same in every centre."""
    return derived_id(REFERENCE_ORIGIN, f"{kind}/{code}")


def new_token(entropy: Entropy) -> str:
    """Return a bearer token of 256 bits."""
    return urlsafe_b64encode(entropy(32)).rstrip(b"=").decode()


def new_code(entropy: Entropy) -> str:
    """Return an enrolment code of 80 bits in four groups that can be read out on the telephone."""
    signs = [SIGNS[byte % len(SIGNS)] for byte in entropy(CODE_GROUPS * CODE_GROUP)]
    groups = range(0, len(signs), CODE_GROUP)
    return "-".join("".join(signs[at : at + CODE_GROUP]) for at in groups)


def new_device_code(entropy: Entropy, used: set[str]) -> str:
    """Return four signs that no device has yet; raises RuntimeError when nearly all are taken."""
    for _ in range(10_000):
        code = "".join(DEVICE_SIGNS[byte % len(DEVICE_SIGNS)] for byte in entropy(4))
        if code not in used:
            return code
    raise RuntimeError("no device code is left")


def signing_key(server_key: str) -> Ed25519PrivateKey:
    """Return the key that the centre signs with, of which devices pin the public half."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(server_key))


def opening_key(server_key: str) -> X25519PrivateKey:
    """Return the key that opens parcels; made of the other, so that both are backed up as one."""
    derive = HKDFExpand(SHA256(), length=32, info=b"gw/v1/parcels to the centre")
    return X25519PrivateKey.from_private_bytes(derive.derive(bytes.fromhex(server_key)))


def sealing_key(server_key: str) -> tuple[str, str]:
    """Return the public key that parcels are sealed to, and the centre's signature on it (hex)."""
    public = opening_key(server_key).public_key().public_bytes_raw()
    return public.hex(), signing_key(server_key).sign(SEALING + public).hex()


def escrow_key(server_key: str, named: str | None) -> tuple[str, str]:
    """Return the public key that the last parcel of a laptop is sealed to, and its proof (hex).

    That is the key an operator `named`, else the centre's own.
    """
    public = named or sealing_key(server_key)[0]
    proof = signing_key(server_key).sign(orders.ESCROW_KEY + bytes.fromhex(public))
    return public, proof.hex()
