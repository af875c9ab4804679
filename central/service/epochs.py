"""Epochs: how devices learn that the centre was set back to an earlier state (sync.md 4.1)."""

from collections.abc import Callable
from typing import TypeVar

from central.problem import Refused
from central.service.parts import Call, Parts
from central.store import devices, meta
from central.store.transaction import Tx

T = TypeVar("T")


class EpochLost(Exception):
    """A device holds verdicts of this epoch that the centre has lost."""

    def __init__(self, epoch: str, device_id: str, claimed: int) -> None:
        super().__init__(epoch)
        self.epoch = epoch
        self.device_id = device_id
        self.claimed = claimed


def new_epoch(parts: Parts) -> str:
    """Return an epoch that was never used."""
    return parts.entropy(8).hex()


def at_start(parts: Parts) -> str:
    """Return the epoch; a new one unless database and photo folder agree on it."""
    epoch = parts.store.read(lambda tx: meta.get(tx, "epoch"))
    if epoch is not None and parts.blobs.read_epoch() == epoch:
        return epoch
    return begin(parts)


def begin(parts: Parts) -> str:
    """Begin a new epoch: every device drops what it was told and sends again what it must."""
    epoch = new_epoch(parts)
    parts.store.write(lambda tx: meta.put(tx, "epoch", epoch))
    parts.crash_at("epoch:after_commit")
    parts.blobs.write_epoch(epoch)
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
    """Begin a new epoch, once however many devices report the loss at the same time."""
    fresh = new_epoch(parts)

    def work(tx: Tx) -> str:
        epoch = meta.locked_epoch(tx)
        device = devices.get(tx, lost.device_id)
        if epoch != lost.epoch or device is None or device.acked_seq >= lost.claimed:
            return epoch
        meta.put(tx, "epoch", fresh)
        return fresh

    epoch = parts.store.write(work)
    if epoch == fresh:
        parts.blobs.write_epoch(epoch)
        parts.metrics.add("gridworker_epochs_total")
    return epoch
