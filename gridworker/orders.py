"""What only the centre may say, and what a laptop checks with the key it pinned at enrolment.

An order to wipe destroys what nobody else has, so the connection over which it comes is not enough:
it is signed over the device it is for and over a number that tells one order from the next.
"""

from base64 import urlsafe_b64decode
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WIPE: Final = b"gw/wipe/v1\0"
ESCROW_KEY: Final = b"gw/escrow-key/v1\0"


def wiping(device: str, number: int) -> bytes:
    """Return what is signed when a device is ordered to wipe itself."""
    return WIPE + f"{device}\0{number}".encode()


def says(server_key: str, said: bytes, signature: str) -> bool:
    """Tell whether the holder of `server_key` (raw Ed25519, base64url) signed this (hex)."""
    try:
        raw = urlsafe_b64decode(server_key + "=" * (-len(server_key) % 4))
        Ed25519PublicKey.from_public_bytes(raw).verify(bytes.fromhex(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True
