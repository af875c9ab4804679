"""Obeying an order to wipe: hand in what the centre has not got, then destroy it here.

The order counts when the key that was pinned at enrolment has signed it for this device; whatever
else says 410 changes nothing. There is one attempt to hand in. When it fails the sealed parcel
stays beside the profile, for a stick: nobody but its receiver can open it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gridworker import orders
from gridworker.storage import blobs, confirmed, outbox, recovery, state
from gridworker.storage.failures import DeviceWiped
from gridworker.storage.shredding import Left
from gridworker.wire import Decided, EscrowResponse
from sync.exchange import NotTheCentre
from sync.parcels import Courier, ParcelRefused
from sync.problem import CentreSaid, Failure
from sync.round import Round
from sync.transport import NoConnection

PIECE = 1024 * 1024
PATIENCE = 8
SEALINGS = 4


@dataclass(frozen=True, slots=True)
class Wiping:
    """How this laptop ends: `parcel` is where its last one lies.

    `destroy` is told the number of the order and what became of the parcel; when it returns, the
    profile cannot be opened any more.
    """

    courier: Courier
    parcel: Path
    destroy: Callable[[int, Left], None]

    def obey(self, now: Round, said: CentreSaid) -> Failure:
        """Carry out an order, if it is one; return what the round came to.

        That is `said` when the profile is destroyed. Anything else left it whole: the order comes
        again with the next round.
        """
        with now.store.read() as session:
            known = state.get(session)
        number, order = said.problem.number, said.problem.order
        if number is None or order is None or not _ordered(known, number, order):
            now.note("sync_order_not_genuine")
            return NotTheCentre()
        _gather(now, known, said.problem.decided)
        try:
            to = _receiver(now, known)
        except NoConnection as lost:
            return lost
        except CentreSaid as other:
            return other
        for _ in range(SEALINGS - 1):
            sealed = _recorded(now)
            if self._destroyed(now, number, self._hand_in(now, to), sealed):
                return said
        self._destroyed(now, number, self._hand_in(now, to), None)
        return said

    def _destroyed(self, now: Round, number: int, left: Left, sealed: int | None) -> bool:
        """Destroy the profile unless something was recorded after the sealing; None: anyway.

        Whoever records meanwhile waits for the writer, and then hears that nothing is kept here.
        """
        with now.store.write.begin() as session:
            if sealed is not None and state.get(session).next_seq != sealed:
                return False
            self.destroy(number, left)
            now.store.write.refuse(DeviceWiped(detail=left))
        return True

    def _hand_in(self, now: Round, to: str) -> Left:
        """Seal what has not been sent and try to send it, once."""
        try:
            written = self.courier.write(self.parcel, to=to)
        except ParcelRefused as refused:
            now.note(refused.code)
            return "nothing"
        if not written.operations and not written.photos:
            self.parcel.unlink()
            return "nothing"
        try:
            with now.exchange.of_no_epoch():
                arrived = self._sent(now)
        except (NoConnection, CentreSaid):
            arrived = False
        if arrived:
            self.parcel.unlink()
        return "delivered" if arrived else "kept"

    def _sent(self, now: Round) -> bool:
        """Send the parcel piece by piece, from where the centre says; raises as `Exchange.ask`."""
        length, offset = self.parcel.stat().st_size, 0
        with self.parcel.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            for _ in range(length // PIECE + PATIENCE):
                file.seek(offset)
                headers = {
                    "Escrow-Hash": sha256,
                    "Upload-Offset": str(offset),
                    "Upload-Length": str(length),
                }
                path = "/v1/devices/self/escrow"
                answer = now.exchange.ask(path, file.read(PIECE), EscrowResponse, headers=headers)
                if answer.kept:
                    return True
                offset = min(answer.offset, length)
        return False


def _gather(now: Round, known: state.DeviceState, decided: Decided | None) -> None:
    """Let all go along that the centre has no verdict for, as it says with the order.

    It may have been set back, and then has lost what was put away here, whatever it has `decided`
    since under the same numbers. A store that was made anew has no numbers for its operations
    before it hears where the centre stands.
    """
    said = now.exchange.said_acked
    if said is None:
        return
    with now.store.write.begin() as session:
        if known.rebuilt:
            recovery.take_up(session, said)
            return
        common = confirmed.in_common(session, said, decided)
        if common < known.acked_seq:
            outbox.requeue_after(session, common)
            blobs.offer_after(session, common)


def _recorded(now: Round) -> int:
    """Return the number that the next operation gets."""
    with now.store.read() as session:
        return state.get(session).next_seq


def _ordered(known: state.DeviceState, number: int, order: str) -> bool:
    return orders.says(known.server_key, orders.wiping(known.device_id, number), order)


def _receiver(now: Round, known: state.DeviceState) -> str:
    """Return the key (hex) to seal to: the organisation's, else the centre's that is known here.

    Raises NoConnection, CentreSaid.
    """
    meta = now.exchange.meta()
    try:
        said = orders.ESCROW_KEY + bytes.fromhex(meta.escrow_key)
    except ValueError:
        said = b""
    if meta.escrow_key and orders.says(known.server_key, said, meta.escrow_proof):
        return meta.escrow_key
    if not known.sealing_key:
        raise NotTheCentre
    return known.sealing_key
