"""Epochs: how devices learn that the centre was set back to an earlier state (sync.md 4.1)."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from central.problem import Refused
from central.service.parts import Call, Office, Parts
from central.store import devices, meta, op_log
from central.store.transaction import Tx
from gridworker.wire import Decided, digest_of

T = TypeVar("T")
LOG = logging.getLogger(__name__)
BELIEVED: Final = "epoch_claim/"  # with the id of a device: when it was believed last
BELIEVED_EVERY_MS: Final = 60 * 60 * 1000
ANSWERED = "epoch_answered"


class OtherEpoch(Exception):
    """A device speaks of another epoch than the centre; `claimed` is its last verdict."""

    def __init__(self, device_id: str, claimed: int | None) -> None:
        super().__init__(device_id)
        self.device_id = device_id
        self.claimed = claimed


class EpochLost(OtherEpoch):
    """A device holds verdicts of this epoch that the centre has lost."""

    def __init__(self, epoch: str, device_id: str, claimed: int) -> None:
        super().__init__(device_id, claimed)
        self.epoch = epoch
        self.lost = claimed


def current(parts: Parts) -> str:
    """Return the epoch that holds now."""
    return parts.store.read(lambda tx: meta.get(tx, "epoch")) or ""


def at_start(parts: Parts) -> str:
    """Return the epoch; a new one unless database and photo folder agree on it.

    Where only the operator can change what is said outside, one disagreement makes one epoch,
    however often the centre starts until he has.
    """
    outside = parts.blobs.read_epoch()
    epoch, answered = parts.store.read(lambda tx: (meta.get(tx, "epoch"), meta.get(tx, ANSWERED)))
    if epoch is not None and outside == epoch:
        return epoch
    if epoch is not None and outside is not None and outside == answered:
        parts.blobs.write_epoch(epoch)
        return epoch
    if epoch is not None:
        LOG.warning("the place of photos has %s epoch: new one", "another" if outside else "no")
    return begin(parts, outside)


def in_database(office: Office) -> str:
    """Begin a new epoch in the database alone; return it.

    The centre sees at its next start that the photo folder speaks of another, and begins one more.
    """
    epoch = office.entropy(8).hex()
    office.store.write(lambda tx: meta.put(tx, "epoch", epoch))
    return epoch


def begin(parts: Parts, outside: str | None = None) -> str:
    """Begin a new epoch: every device drops what it was told and sends again what it must.

    `outside` is what was said outside the database, and why.
    """
    epoch = in_database(parts)
    parts.crash_at("epoch:after_commit")
    if not parts.blobs.write_epoch(epoch) and outside is not None:
        parts.store.write(lambda tx: meta.put(tx, ANSWERED, outside))
    parts.metrics.add("gridworker_epochs_total")
    return epoch


def watched(parts: Parts, call: Call, work: Callable[[], T]) -> T:
    """Run a request; say so if its device knows another epoch, or verdicts that are lost.

    Lost ones begin a new epoch. Raises Refused(`epoch-changed`).
    """
    try:
        return work()
    except OtherEpoch as other:
        if isinstance(other, EpochLost):
            _renew(parts, other)
        device_id, claimed = other.device_id, other.claimed
        told = parts.store.survey(lambda tx: _changed(tx, device_id, claimed))
        call.now_epoch, changed = told
        raise changed from other


def _changed(tx: Tx, device_id: str, claimed: int | None) -> tuple[str, Refused]:
    """Return the epoch and what a device needs to find out which of its verdicts hold in it.

    That a number was decided here does not say that it was decided as the device was told: it may
    have come anew, on a stick or from a copy, after the centre was set back.
    """
    epoch, device = meta.get(tx, "epoch") or "", devices.get(tx, device_id)
    acked = 0 if device is None else device.acked_seq
    decided = None if claimed is None else compared(tx, device_id, acked, claimed)
    return epoch, Refused("epoch-changed", epoch=epoch, acked_seq=acked, decided=decided)


def compared(tx: Tx, device_id: str, acked: int, claimed: int) -> Decided:
    """Return what was decided of a device up to the last verdict that both sides may have."""
    both = min(acked, claimed)
    return Decided(both, digest_of(op_log.decided(tx, device_id, both)))


def _renew(parts: Parts, lost: EpochLost) -> None:
    """Begin a new epoch, once however many devices report the loss at the same time.

    One device is believed once an hour: a new epoch makes everybody compare everything. Raises
    Refused(`overloaded`) until then; that a restored centre is noticed does not hang on one device.
    """
    fresh = parts.entropy(8).hex()
    now = parts.clock()

    def work(tx: Tx) -> tuple[str, int]:
        epoch = meta.locked_epoch(tx)
        device = devices.get(tx, lost.device_id)
        if epoch != lost.epoch or device is None or device.acked_seq >= lost.lost:
            return epoch, 0
        believed = meta.get(tx, BELIEVED + device.id)
        if believed is not None and abs(now - int(believed)) < BELIEVED_EVERY_MS:
            return epoch, BELIEVED_EVERY_MS - abs(now - int(believed))
        meta.put(tx, BELIEVED + device.id, str(now))
        meta.put(tx, "epoch", fresh)
        return fresh, 0

    epoch, wait = parts.store.write(work)
    if wait:
        LOG.warning("device %s claims lost verdicts again, up to %d", lost.device_id, lost.lost)
        parts.metrics.add("gridworker_epoch_claims_refused_total")
        raise Refused("overloaded", headers={"Retry-After": str(wait // 1000 + 1)})
    if epoch == fresh:
        LOG.warning("device %s knew of verdicts up to %d: new epoch", lost.device_id, lost.lost)
        parts.blobs.write_epoch(epoch)
        parts.metrics.add("gridworker_epochs_total")
