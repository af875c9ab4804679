"""First contact: a code becomes a device; and later, fresh tokens (sync.md 4.3).

A laptop whose tokens are all unknown is enrolled anew by a code of the same person: it goes on as
another device under the same numbers, and the device that it was only hands in from then on
(ADR 22).
"""

import hashlib
import hmac
import logging
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.problem import Refused
from central.service import access, guard, identity
from central.service.incoming import MOST_SEQ
from central.service.parts import Call, Parts
from central.store import accounts, devices, meta
from central.store.accounts import ACTIVE, Account
from central.store.devices import Device
from central.store.transaction import Tx
from gridworker.wire import EnrolledUser, EnrolRequest, EnrolResponse, TokenResponse

LOG = logging.getLogger(__name__)
KEY_BYTES = 32
MOST_TEXT = 200


def enrol(parts: Parts, call: Call, request: EnrolRequest, *, key: str) -> bytes:
    """Make a device of the code's person; the same code, `key` and public key answer the same.

    Raises Refused: `code-invalid`, `code-used`, `code-expired`, `malformed`.
    """
    _check(request)
    hashed = accounts.code_hash(request.code)
    seal = hashlib.sha256(f"{key}\0{request.pubkey}".encode()).hexdigest()
    now = parts.clock()

    def work(tx: Tx) -> EnrolResponse:
        code = accounts.code(tx, hashed)
        account = accounts.get(tx, code.login) if code else None
        if code is None or account is None or not _may_enrol(account, parts):
            raise Refused("code-invalid")
        if request.user not in {"", account.login}:
            raise Refused("code-invalid", "the code is another person's")
        token = _token(parts, hashed, seal)
        if code.used_by is not None:
            device = devices.get(tx, code.used_by)
            if code.used_key != seal or device is None:
                raise Refused("code-used")
            return answer(tx, parts, call, account, device, token)
        if code.expires_at <= now:
            raise Refused("code-expired")
        device = _device(tx, parts, account, request, now)
        devices.put(tx, device)
        devices.put_token(tx, token, device.id)
        accounts.use_code(tx, hashed, device_id=device.id, key=seal)
        _relieve(tx, device, request.former)
        made = answer(tx, parts, call, account, device, token)
        parts.crash_at("enrol:before_commit")
        return made

    made = parts.store.write(work)
    parts.crash_at("enrol:after_commit")
    return msgspec.json.encode(made)


def rotate(parts: Parts, call: Call) -> bytes:
    """Offer a device a fresh token; those it has stay good until it shows the new one (ADR 0010).

    So an answer that is lost costs nothing, however long the device is away afterwards.
    """

    def work(tx: Tx) -> TokenResponse:
        known = guard.admit(tx, parts, call, lock=True)
        token = identity.new_token(parts.entropy)
        devices.offer_token(tx, token, known.device.id, now=parts.clock())
        call.now_epoch = meta.get(tx, "epoch")
        parts.crash_at("token:before_commit")
        return TokenResponse(token)

    return msgspec.json.encode(parts.store.write(work))


def server_public_key(settings_key: str) -> str:
    """Return the centre's public key, raw and base64url, from its private one."""
    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings_key))
    return urlsafe_b64encode(private.public_key().public_bytes_raw()).rstrip(b"=").decode()


def _check(request: EnrolRequest) -> None:
    try:
        raw = urlsafe_b64decode(request.pubkey + "=" * (-len(request.pubkey) % 4))
    except ValueError as error:
        raise Refused("malformed", "pubkey is not base64url") from error
    if len(raw) != KEY_BYTES:
        raise Refused("malformed", "pubkey is not an Ed25519 key")
    texts = (request.platform, request.app, request.former)
    if any(len(text) > MOST_TEXT or not text.isprintable() for text in texts):
        raise Refused("malformed", "platform, app or former is not a short text")
    if not 0 <= request.acked < MOST_SEQ:
        raise Refused("malformed", "acked is not the number of an operation")


def _relieve(tx: Tx, device: Device, former: str) -> None:
    """Let the device that this one was only hand in: if somebody works as it, nothing is lost.

    It has to be of the same person and key. A state that is stricter stays.
    """
    known = devices.get(tx, former) if former else None
    same = known and (known.login, known.pubkey) == (device.login, device.pubkey)
    if known and same and known.state == devices.ACTIVE:
        devices.set_state(tx, former, devices.DRAINING)
        LOG.info("device %s was enrolled anew as %s", former, device.id)


def _may_enrol(account: Account, parts: Parts) -> bool:
    return account.status == ACTIVE and (parts.demo or not account.demo)


def _token(parts: Parts, hashed: str, seal: str) -> str:
    """Return the first token: made of a secret, so that it can be told again and is not kept."""
    secret = bytes.fromhex(parts.settings["server_key"])
    mac = hmac.new(secret, f"gw/first-token/{hashed}/{seal}".encode(), hashlib.sha256)
    return urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def _device(tx: Tx, parts: Parts, account: Account, request: EnrolRequest, now: int) -> Device:
    return Device(
        id=identity.new_id(now, parts.entropy),
        code=new_code(tx, parts),
        login=account.login,
        pubkey=request.pubkey,
        platform=request.platform,
        app=request.app,
        state=devices.ACTIVE,
        generation=0,
        acked_seq=request.acked,
        created_at=now,
        last_seen=now,
    )


def new_code(tx: Tx, parts: Parts) -> str:
    """Return four signs for the local numbers of one more device."""
    return identity.new_device_code(parts.entropy, devices.codes(tx))


def answer(
    tx: Tx, parts: Parts, call: Call, account: Account, device: Device, token: str
) -> EnrolResponse:
    """Return what a device needs to work alone."""
    settings, rights = parts.settings, account.rights
    epoch = meta.get(tx, "epoch") or ""
    call.acked, call.now_epoch = device.acked_seq, epoch
    return EnrolResponse(
        device_id=device.id,
        device_code=device.code,
        region=settings["region"],
        user=EnrolledUser(account.login, account.name, str(rights.roles[0])),
        token=token,
        scopes=access.scopes_for(account),
        epoch=epoch,
        server_id=settings["server_id"],
        server_key=server_public_key(settings["server_key"]),
        roles=[str(role) for role in rights.roles],
        grants=sorted(rights.grants),
    )
