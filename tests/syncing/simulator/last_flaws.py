"""Deliberate faults of how laptops end, and of two that are one; histories of `endings.py` find."""

from contextlib import suppress

import msgspec

from gridworker.storage import shredding
from sync.parcels import Courier, ParcelRefused
from sync.transport import Reply
from sync.wiping import Wiping
from tests.syncing.simulator.flaw import Flaw
from tests.syncing.simulator.flaws import Tampering, rewritten
from tests.syncing.simulator.history import History
from tests.syncing.simulator.laptop import Laptop

GONE = 410


class LeaveNothing(Flaw):
    """A laptop obeys at once: what it had not sent is destroyed with it."""

    class courier(Courier):  # noqa: N801  (stands where the base class names a class)
        def write(self, path, *, to=None, **how):
            if to is not None:
                raise ParcelRefused("parcel_no_key")
            return super().write(path, **how)


class LeavePhotos(Flaw):
    """Only words are sealed; the photos of a wiped laptop are not."""

    class courier(Courier):  # noqa: N801  (stands where the base class names a class)
        def _waiting(self):
            return super()._waiting()._replace(photos=[])


class SealOnce(Flaw):
    """What is recorded while the last parcel is on its way is destroyed."""

    class wiping(Wiping):  # noqa: N801  (stands where the base class names a class)
        def _destroyed(self, now, number, left, sealed):
            del sealed
            return super()._destroyed(now, number, left, None)


class GivenAway(Flaw):
    """What a laptop once delivered is not sealed, whatever the centre has forgotten since."""

    class Line(Tampering):
        def inward(self, path, reply):
            del path
            if reply.status != GONE:
                return reply
            headers = {k: v for k, v in reply.headers.items() if k != "sync-acked-seq"}
            return Reply(reply.status, headers, reply.body)

    def line(self, line, history):
        return self.Line(line, history)


class NumbersProve(Flaw):
    """A wiped laptop takes a number that the centre knows for its own operation's."""

    class Line(Tampering):
        def inward(self, path, reply):
            del path
            if reply.status != GONE:
                return reply
            with suppress(msgspec.DecodeError):
                said = msgspec.json.decode(reply.body)
                said.pop("decided", None)
                return rewritten(reply, said)
            return reply

    def line(self, line, history):
        return self.Line(line, history)


class OpensAgain(Flaw):
    """That a laptop was wiped is forgotten before its files are gone."""

    def after_wipe(self, laptop: Laptop) -> None:
        (laptop.folder / shredding.FILE).unlink()


class LoseParcels(Flaw):
    """The centre does not keep what wiped laptops hand in."""

    def after_delivery(self, history: History) -> None:
        for path in (history.host.blobs / ".escrow").glob("*"):
            path.unlink()


LAST_FLAWS = (
    LeaveNothing,
    LeavePhotos,
    SealOnce,
    GivenAway,
    NumbersProve,
    OpensAgain,
    LoseParcels,
)
