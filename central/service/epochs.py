"""Epochs: how devices learn that the centre was set back to an earlier state (sync.md 4.1)."""

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from central.problem import Refused
from central.service.parts import Call, Office, Parts
from central.store import devices, meta
from central.store.transaction import Tx

T = TypeVar("T")
LOG = logging.getLogger(__name__)
BELIEVED: Final = "epoch_claim/"  # with the id of a device: when it was believed last
BELIEVED_EVERY_MS: Final = 60 * 60 * 1000
ANSWERED = "epoch_answered"


class EpochLost(Exception):
    """A device holds verdicts of this epoch that the centre has lost."""

    def __init__(self, epoch: str, device_id: str, claimed: int) -> None:
        super().__init__(epoch)
        self.epoch = epoch
        self.device_id = device_id
        self.claimed = claimed


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
    """Run a request; if it shows that verdicts were lost, begin a new epoch and say so."""
    try:
        return work()
    except EpochLost as lost:
        epoch = _renew(parts, lost)
        call.now_epoch = epoch
        raise Refused("epoch-changed", epoch=epoch, acked_seq=call.acked) from lost


def _renew(parts: Parts, lost: EpochLost) -> str:
    """Begin a new epoch, once however many devices report the loss at the same time.

    One device is believed once an hour: a new epoch makes everybody compare everything. Raises
    Refused(`overloaded`) until then; that a restored centre is noticed does not hang on one device.
    """
    fresh = parts.entropy(8).hex()
    now = parts.clock()

    def work(tx: Tx) -> tuple[str, int]:
        epoch = meta.locked_epoch(tx)
        device = devices.get(tx, lost.device_id)
        if epoch != lost.epoch or device is None or device.acked_seq >= lost.claimed:
            return epoch, 0
        believed = meta.get(tx, BELIEVED + device.id)
        if believed is not None and abs(now - int(believed)) < BELIEVED_EVERY_MS:
            return epoch, BELIEVED_EVERY_MS - abs(now - int(believed))
        meta.put(tx, BELIEVED + device.id, str(now))
        meta.put(tx, "epoch", fresh)
        return fresh, 0

    epoch, wait = parts.store.write(work)
    if wait:
        LOG.warning("device %s claims lost verdicts again, up to %d", lost.device_id, lost.claimed)
        parts.metrics.add("gridworker_epoch_claims_refused_total")
        raise Refused("overloaded", headers={"Retry-After": str(wait // 1000 + 1)})
    if epoch == fresh:
        LOG.warning("device %s knew of verdicts up to %d: new epoch", lost.device_id, lost.claimed)
        parts.blobs.write_epoch(epoch)
        parts.metrics.add("gridworker_epochs_total")
    return epoch
