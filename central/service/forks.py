"""Two laptops that say they are one: a cloned machine, or a profile put back from an old copy.

Each start of a device has a number that only grows and a random mark. A start that was passed
already, or the same number under another mark, shows that there are two; whoever comes second goes
on as a device of its own, under the same numbers, and what both hold is known by its id
(sync.md 4.12).

Such a device may be younger than the backup that a centre is set back to. Its id and its first
token follow from the device that it came of, a key and the centre's secret, so that the centre can
tell that it had made it, and makes it anew (ADR 13).
"""

import hashlib
import hmac
import logging
import re
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from central.problem import Refused
from central.service import enrolment, guard
from central.service.incoming import MOST_SEQ, Incoming
from central.service.parts import Call, Parts
from central.store import devices, op_log
from central.store.devices import Device, Known
from central.store.transaction import Tx
from gridworker.domain.identity import derived_id
from gridworker.wire import AgainRequest, EnrolResponse, Fork

LOG = logging.getLogger(__name__)
MARK_BITS = 32
MOST_FORKS = 100
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


def check(call: Call, known: Known) -> int | None:
    """Return the start that a request names; raises Refused(`device-forked`) if it was passed.

    A copy that has nothing to push hears it as well: what it holds may have been decided anew. It
    hears it before anything of a new epoch, in which it would go on with the verdicts of the old.
    """
    now, before = started(call.start), known.device.generation
    if now is not None and now != before and now >> MARK_BITS <= before >> MARK_BITS:
        raise Refused("device-forked", "this start of the device was passed already")
    return now


def follow(tx: Tx, call: Call, known: Known) -> None:
    """Keep the start that pushes; raises as `check`."""
    now = check(call, known)
    if now is not None and now != known.device.generation:
        devices.set_generation(tx, known.device.id, now)


def same_numbers(tx: Tx, known: Known, batch: Sequence[Incoming]) -> None:
    """Raise Refused(`device-forked`) when this device had a verdict under a number for another one.

    Also where both are known: a copy's operation may have come by way of the device that another
    copy became. After a restore its number would say that it has arrived.
    """
    acked = known.device.acked_seq
    if batch and batch[0].seq <= acked:
        said = op_log.numbered(tx, known.device.id, batch[0].seq, min(acked, batch[-1].seq))
        if any(said.get(op.seq, op.op_id) != op.op_id for op in batch):
            raise Refused("device-forked", "a number of this device is another operation's")


def again(parts: Parts, call: Call, request: AgainRequest, *, key: str) -> bytes:
    """Make another device of the same person and key; the same `key` answers the same.

    It begins where the request says that its verdicts end. With `forks` it is a device that this
    centre had made already, see `_come_back`. Raises Refused: `malformed` for an end that is none,
    and whatever `guard.admit` raises.
    """
    ends = [request.acked, *(fork.acked for fork in request.forks)]
    if not all(0 <= end < MOST_SEQ for end in ends) or len(request.forks) > MOST_FORKS:
        raise Refused("malformed", "acked is not the number of an operation")

    def work(tx: Tx) -> EnrolResponse:
        if request.forks:
            made = _come_back(tx, parts, call, request.forks)
        else:
            known = guard.admit(tx, parts, call, lock=True)
            made = _made(tx, parts, call, known, Fork(known.device.id, key, request.acked))
        parts.crash_at("again:before_commit")
        return made

    made = parts.store.write(work)
    parts.crash_at("again:after_commit")
    return msgspec.json.encode(made)


def _come_back(tx: Tx, parts: Parts, call: Call, forks: list[Fork]) -> EnrolResponse:
    """Make a device anew that came of another after the backup this centre was set back to.

    Whoever shows its first token, which nobody else can make, had it from this centre. It comes of
    the nearest of its forerunners that is known, which goes on undisturbed, and begins at the last
    verdict that the two have in common here. Raises Refused(`token-expired`) when anything of that
    is not so, and when the forerunner may not work: then a person has to decide.
    """
    expired = Refused("token-expired", headers={"WWW-Authenticate": "Bearer"})
    token = _token(parts, forks[-1].former, forks[-1].key)
    linked = all(_id(fork) == after.former for fork, after in pairwise(forks))
    if not linked or not hmac.compare_digest(token.encode(), call.token.encode()):
        raise expired
    if devices.get(tx, _id(forks[-1])) is not None:
        known = guard.admit(tx, parts, call, lock=True)  # a token that has ended stays ended
        return enrolment.answer(tx, parts, call, known.account, known.device, token)
    ends: list[int] = []
    for fork in reversed(forks):
        ends.append(fork.acked)
        origin = devices.by_id(tx, fork.former, lock=True)
        if origin is None:
            continue
        may_work = origin.device.state in {devices.ACTIVE, devices.DRAINING}
        if not may_work or guard.is_disabled(parts, origin.account):
            break
        end = min(origin.device.acked_seq, *ends)
        LOG.warning("device %s was made anew: it is younger than the backup", _id(forks[-1]))
        return _made(tx, parts, call, origin, msgspec.structs.replace(forks[-1], acked=end))
    raise expired


def _made(tx: Tx, parts: Parts, call: Call, origin: Known, fork: Fork) -> EnrolResponse:
    token, device = _token(parts, fork.former, fork.key), devices.get(tx, _id(fork))
    if device is None:
        device = _another(tx, parts, origin.device, _id(fork), fork.acked)
        devices.put(tx, device)
        devices.put_token(tx, token, device.id)
    return enrolment.answer(tx, parts, call, origin.account, device, token)


def _id(fork: Fork) -> str:
    number = int(hashlib.sha256(fork.key.encode()).hexdigest()[:8], 16)
    return derived_id(fork.former, "again", number)


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
