"""A laptop that finds out that it is a copy goes on as a device of its own (sync.md 4.12).

Nothing changes its number. All that is here is asked about again: the centre knows by their ids the
operations that both copies hold, and may have decided them anew since the copy was made, after it
had been set back.

A centre that is set back to before that does not know the device. How it came to be and its first
token are kept, so that the centre can make it anew (ADR 13).
"""

from collections.abc import Callable

import msgspec

from gridworker.storage import outbox, state
from gridworker.storage.door import Session
from gridworker.wire import AgainRequest, EnrolResponse, Fork
from sync.round import Round


def enrol_again(now: Round, *, key: str, changed: Callable[[state.DeviceState], object]) -> None:
    """Become another device of the same person; repeated with the same `key` it is the same one.

    `changed` is told its state before it is used, so that a store that is made anew is that device,
    too. Raises CentreSaid and NoConnection; then the laptop is the device that it was.
    """
    with now.store.read() as session:
        known, begins = state.get(session), begins_at(session)
    fork = Fork(known.device_id, f"{known.device_id}-{key}", begins)
    answer = _ask(now, AgainRequest(fork.acked), {"Idempotency-Key": fork.key})
    with now.store.write.begin() as session:
        changed(become(session, answer, fork))
    now.exchange.token, now.exchange.acked = answer.token, begins
    now.store.changed(frozenset({"op"}))


def begins_at(session: Session) -> int:
    """Return where this laptop would begin as another device: all that is here is asked again."""
    before, acked = outbox.before_first(session), state.get(session).acked_seq
    return acked if before is None else min(before, acked)


def become(session: Session, answer: EnrolResponse, fork: Fork) -> state.DeviceState:
    """Be the device that the centre has made of this copy; return its state."""
    outbox.requeue_after(session, fork.acked)
    return state.put(
        session,
        acked_seq=fork.acked,
        device_id=answer.device_id,
        device_code=answer.device_code,
        token=answer.token,
        former_tokens=(),  # those of the former device, which somebody else works as
        forks=(*state.get(session).forks, fork),
        fork_token=answer.token,
        leaving="",
    )


def come_back(now: Round, *, changed: Callable[[state.DeviceState], object]) -> bool:
    """Be made anew by a centre that was set back to before this device; False if it is no copy.

    `changed` as above. Raises CentreSaid and NoConnection; then everything is as it was.
    """
    with now.store.read() as session:
        known = state.get(session)
    if not known.forks:
        return False
    exchange, shown = now.exchange, now.exchange.token
    exchange.token = known.fork_token
    try:
        answer = _ask(now, AgainRequest(known.forks[-1].acked, list(known.forks)), {})
    finally:
        exchange.token = shown
    with now.store.write.begin() as session:
        code, token = answer.device_code, answer.token
        changed(state.put(session, device_code=code, token=token, former_tokens=(), token_at=None))
    exchange.token = token
    return True


def _ask(now: Round, body: AgainRequest, headers: dict[str, str]) -> EnrolResponse:
    """Ask as of no epoch: the answer holds no verdict, and the next request learns of a new one."""
    encoded = msgspec.json.encode(body)
    with now.exchange.of_no_epoch():
        return now.exchange.ask("/v1/devices/self/again", encoded, EnrolResponse, headers=headers)
