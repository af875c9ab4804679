"""Two laptops that say they are one: a cloned machine, or a profile put back from an old copy.

Each start of a device has a number that only grows and a random mark. A start that was passed
already, or the same number under another mark, shows that there are two; whoever comes second goes
on as a device of its own, under the same numbers, and what both hold is known by its id
(sync.md 4.12).
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode

import msgspec

from central.problem import Refused
from central.service import enrolment, guard
from central.service.incoming import MOST_SEQ
from central.service.parts import Call, Parts
from central.store import devices
from central.store.devices import Device, Known
from central.store.transaction import Tx
from gridworker.domain.identity import derived_id
from gridworker.wire import AgainRequest, EnrolResponse

MARK_BITS = 32
START = re.compile(r"([0-9]{1,9})-([0-9a-f]{8})\Z")


def started(header: str) -> int | None:
    """Return the start that a request names, `NUMBER-8 HEX`, as one integer; None for none.

    Raises Refused(`malformed`).
    """
    if not header:
        return None
    found = START.match(header)
    if found is None:
        raise Refused("malformed", "Sync-Start is NUMBER-HEX")
    return int(found[1]) << MARK_BITS | int(found[2], 16)


def follow(tx: Tx, call: Call, known: Known) -> None:
    """Keep the start that pushes; raises Refused(`device-forked`) for one that was passed."""
    now, before = started(call.start), known.device.generation
    if now is None or now == before:
        return
    if now >> MARK_BITS <= before >> MARK_BITS:
        raise Refused("device-forked", "this start of the device was passed already")
    devices.set_generation(tx, known.device.id, now)


def again(parts: Parts, call: Call, request: AgainRequest, *, key: str) -> bytes:
    """Make another device of the same person and key; the same `key` answers the same.

    It begins where the request says that its verdicts end. Raises Refused: `malformed` for an end
    that is none, and whatever `guard.admit` raises.
    """
    if not 0 <= request.acked < MOST_SEQ:
        raise Refused("malformed", "acked is not the number of an operation")

    def work(tx: Tx) -> EnrolResponse:
        known = guard.admit(tx, parts, call, lock=True)
        old = known.device
        token = _token(parts, old.id, key)
        id_ = derived_id(old.id, "again", int(hashlib.sha256(key.encode()).hexdigest()[:8], 16))
        device = devices.get(tx, id_)
        if device is None:
            device = _another(tx, parts, old, id_, request.acked)
            devices.put(tx, device)
            devices.put_token(tx, token, device.id)
        parts.crash_at("again:before_commit")
        return enrolment.answer(tx, parts, call, known.account, device, token)

    made = parts.store.write(work)
    parts.crash_at("again:after_commit")
    return msgspec.json.encode(made)


def _another(tx: Tx, parts: Parts, old: Device, id_: str, acked: int) -> Device:
    now = parts.clock()
    return msgspec.structs.replace(
        old,
        id=id_,
        code=enrolment.new_code(tx, parts),
        generation=0,
        acked_seq=acked,
        created_at=now,
        last_seen=now,
    )


def _token(parts: Parts, device_id: str, key: str) -> str:
    secret = bytes.fromhex(parts.settings["server_key"])
    mac = hmac.new(secret, f"gw/again-token/{device_id}/{key}".encode(), hashlib.sha256)
    return urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()
