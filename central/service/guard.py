"""Who asks, and whether they may: the token alone says it, never the body (security.md T9)."""

from central.problem import Refused
from central.service import epochs, fleet
from central.service.parts import Call, Parts
from central.store import accounts, devices, meta
from central.store.accounts import Account
from central.store.devices import Known
from central.store.transaction import Tx
from gridworker.wire import Decided

OVERLAP_MS = 10 * 60 * 1000


def admit(tx: Tx, parts: Parts, call: Call, *, lock: bool = False, pulls: bool = False) -> Known:
    """Return whose token or parcel it is; `lock` makes those that write wait for each other.

    A fresh token that is shown by a request that writes takes the place of the older ones: these
    are good for ten minutes more, for requests that are under way.

    Raises Refused: `token-expired`, `device-suspended`, `device-wiped` with its order,
    `scope-denied`, `client-too-old`.
    """
    known = recognise(tx, parts, call, lock=lock)
    call.acked = known.device.acked_seq
    state, account = known.device.state, known.account
    if state == devices.WIPED and not call.last:
        number, signature = fleet.order(tx, parts, known.device.id)
        decided = _decided(tx, call, known)
        raise Refused("device-wiped", number=number, order=signature, decided=decided)
    if (is_disabled(parts, account) or state == devices.SUSPENDED) and not call.last:
        raise Refused("device-suspended", headers={"WWW-Authenticate": "Bearer"})
    if lock and known.fresh:
        devices.take_up_token(tx, call.token, known.device.id, end=parts.clock() + OVERLAP_MS)
    if pulls:
        may_receive(tx, call, known)
    return known


def _decided(tx: Tx, call: Call, known: Known) -> Decided | None:
    """Return what a device is told with its last order of what was decided, as with a new epoch.

    It hears nothing else any more, and is to hand in what it believes to have delivered: the centre
    may have been set back, and a copy of the device have used its numbers since.
    """
    if call.claimed is None:
        return None
    return epochs.compared(tx, known.device.id, known.device.acked_seq, call.claimed)


def may_receive(tx: Tx, call: Call, known: Known) -> None:
    """Raise Refused(`scope-denied`, `client-too-old`) where a device may only hand in."""
    if known.device.state == devices.DRAINING:
        raise Refused("scope-denied", "this device may only hand in what it has")
    if not call.device and fleet.is_too_old(tx, call.program):
        raise Refused("client-too-old", "this version may send but not receive")


def is_disabled(parts: Parts, account: Account) -> bool:
    """Say whether a person may not work here at all."""
    return account.status != accounts.ACTIVE or (account.demo and not parts.demo)


def recognise(tx: Tx, parts: Parts, call: Call, *, lock: bool = False) -> Known:
    """Return whose token or parcel it is, whatever that device may do; raises `token-expired`."""
    known = _known(tx, parts, call, lock=lock)
    if known is None:
        raise Refused("token-expired", headers={"WWW-Authenticate": "Bearer"})
    return known


def _known(tx: Tx, parts: Parts, call: Call, *, lock: bool) -> Known | None:
    if call.device:
        return devices.by_id(tx, call.device, lock=lock)
    return devices.by_token(tx, call.token, now=parts.clock(), lock=lock) if call.token else None


def same_epoch(tx: Tx, call: Call, known: Known) -> str:
    """Return the epoch after checking that the device speaks of the same one.

    Raises Refused(`malformed`) without an epoch, OtherEpoch, and EpochLost when the device holds
    verdicts that the centre does not know of: the centre was set back without saying so. What is
    answered to them is made by `epochs.watched`.
    """
    epoch = meta.get(tx, "epoch") or ""
    call.now_epoch = epoch
    if call.epoch is None:
        raise Refused("malformed", "Sync-Epoch is missing")
    if call.epoch != epoch:
        raise epochs.OtherEpoch(known.device.id, call.claimed)
    if call.claimed is not None and call.claimed > known.device.acked_seq:
        raise epochs.EpochLost(epoch, known.device.id, call.claimed)
    return epoch


def same_device(known: Known, named: str | None) -> None:
    """Raise Refused(`device-mismatch`) when the body names another device than the token."""
    if named is not None and named != known.device.id:
        raise Refused("device-mismatch")
