"""A store that was made anew takes up with the centre, before it pushes anything."""

from gridworker.storage import recovery, state
from sync.problem import CentreSaid, Remedy
from sync.pull import pull
from sync.round import Round
from sync.transport import NoConnection


def take_up(now: Round) -> None:
    """Pull what the centre holds, then number what waits after the last one it has a verdict for.

    A device that may only hand in is told that number with the refusal. Does nothing for any other
    store. Raises CentreSaid and NoConnection; the next round then begins here again.
    """
    with now.store.read() as session:
        if not state.get(session).rebuilt:
            return
    try:
        pull(now)
    except CentreSaid as said:
        if said.remedy not in {Remedy.DRAIN, Remedy.HAND_IN}:
            raise
    acked = now.exchange.said_acked
    if acked is None or now.cancelled():
        raise NoConnection(reached=True)
    with now.store.write.begin() as session:
        recovery.take_up(session, acked)
    now.exchange.acked = acked
    now.store.changed(frozenset({"op", "ticket", "patrol_record"}))
