"""A laptop that finds out that it is a copy goes on as a device of its own (sync.md 4.12).

Nothing is sent again and nothing changes its number: the new device begins where this laptop's
verdicts end, and the centre knows by their ids the operations that both copies hold.
"""

from collections.abc import Callable

import msgspec

from gridworker.storage import state
from gridworker.wire import AgainRequest, EnrolResponse
from sync.round import Round


def enrol_again(now: Round, *, key: str, changed: Callable[[state.DeviceState], object]) -> None:
    """Become another device of the same person; repeated with the same `key` it is the same one.

    `changed` is told its state before it is used, so that a store that is made anew is that device,
    too. Raises CentreSaid and NoConnection; then the laptop is the device that it was.
    """
    with now.store.read() as session:
        known = state.get(session)
    body = msgspec.json.encode(AgainRequest(known.acked_seq))
    answer = now.exchange.ask(
        "/v1/devices/self/again",
        body,
        EnrolResponse,
        headers={"Idempotency-Key": f"{known.device_id}-{key}"},
    )
    with now.store.write.begin() as session:
        another = state.put(
            session,
            device_id=answer.device_id,
            device_code=answer.device_code,
            token=answer.token,
        )
        changed(another)
    now.exchange.token = answer.token
    now.store.changed(frozenset({"op"}))
