"""First contact with a centre, so that a lost answer costs nothing (sync.md 4.3, interfaces.md 5).

A code works once. The key that makes the centre repeat its answer, and the device key that the
answer is about, therefore lie on disk before the first request leaves.
"""

import hashlib
import os
from base64 import urlsafe_b64encode
from pathlib import Path

import msgspec
import uuid_utils
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridworker.app.paths import PENDING
from gridworker.wire import EnrolRequest, EnrolResponse
from sync.exchange import Exchange
from sync.problem import CentreSaid, Kind
from sync.transport import NoConnection, Transport

FILE = PENDING
PURPOSE = b"gw/v1/enrolment"
TRIES = 3


class Attempt(msgspec.Struct, frozen=True):
    """What a repeated enrolment must have in common with the first: its key and the device's."""

    key: str
    seed: bytes

    @property
    def device_key(self) -> Ed25519PrivateKey:
        """Return the private key of the device."""
        return Ed25519PrivateKey.from_private_bytes(self.seed)


class _Sealed(msgspec.Struct, frozen=True):
    salt: bytes
    nonce: bytes
    box: bytes


def begin(folder: Path, code: str, *, name: str = FILE) -> Attempt:
    """Return the attempt that this code began here before, or a new one that is on disk now.

    The file is sealed under the code, which is worth nothing once the enrolment is done; call
    `finish` then. Raises OSError when the folder cannot be written.
    """
    path = folder / name
    if path.exists():
        earlier = _open(path.read_bytes(), code)
        if earlier is not None:
            return earlier
    attempt = Attempt(str(uuid_utils.uuid7()), os.urandom(32))
    folder.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    private = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(private, "wb") as file:
        file.write(_seal(attempt, code))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return attempt


def finish(folder: Path, *, name: str = FILE) -> None:
    """Forget the attempt, once what came of it is on the disk."""
    (folder / name).unlink(missing_ok=True)


def enrol(
    transport: Transport, *, code: str, attempt: Attempt, platform: str, app: str
) -> EnrolResponse:
    """Enrol this device; a lost answer is asked for again at once, up to three times in all.

    Raises CentreSaid (`code-invalid`, `code-used`, `code-expired`), NoConnection.
    """
    request = EnrolRequest(
        code=code.strip(),
        pubkey=encoded_key(attempt.device_key.public_key().public_bytes_raw()),
        platform=platform,
        app=app,
    )
    return ask(transport, request, attempt)


def ask(transport: Transport, request: EnrolRequest, attempt: Attempt) -> EnrolResponse:
    """Show a code; repeats and failures as in `enrol`."""
    exchange, body = Exchange(transport), msgspec.json.encode(request)
    for left in range(TRIES - 1, -1, -1):
        try:
            return exchange.ask(
                "/v1/devices", body, EnrolResponse, headers={"Idempotency-Key": attempt.key}
            )
        except NoConnection as lost:
            if not lost.reached or left == 0:
                raise
        except CentreSaid as said:
            if said.kind is not Kind.TRANSPORT or left == 0:
                raise
    raise NoConnection


def encoded_key(raw: bytes) -> str:
    """Return a public key as requests carry it."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _key(code: str, salt: bytes) -> bytes:
    secret = code.strip().encode()
    return hashlib.scrypt(secret, salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)


def _seal(attempt: Attempt, code: str) -> bytes:
    salt, nonce = os.urandom(16), os.urandom(12)
    box = AESGCM(_key(code, salt)).encrypt(nonce, msgspec.msgpack.encode(attempt), PURPOSE)
    return msgspec.msgpack.encode(_Sealed(salt, nonce, box))


def _open(data: bytes, code: str) -> Attempt | None:
    """Return what this code sealed; None for another code or a file that was cut off."""
    try:
        sealed = msgspec.msgpack.decode(data, type=_Sealed)
        plain = AESGCM(_key(code, sealed.salt)).decrypt(sealed.nonce, sealed.box, PURPOSE)
        return msgspec.msgpack.decode(plain, type=Attempt)
    except (msgspec.DecodeError, InvalidTag):
        return None
