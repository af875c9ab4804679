"""What this laptop knows of itself: who works here, for which centre, and how far they agree."""

from typing import Any

import msgspec

from gridworker.domain.identity import UserId
from gridworker.domain.number import local_no
from gridworker.domain.organisation import Actor, Role
from gridworker.domain.times import local_day
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.wire import FIRST_LINK, Fork

COLUMNS = ("epoch", "acked_seq", "next_seq", "reference_version")


class DeviceState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The one row about this device.

    `next_seq` is the number of the next operation, `acked_seq` the highest one with a verdict.
    `generation` counts starts. `grids`, `orgs` and `units` are those of the person's own worker
    record, as pulled. `last_sync` is RFC 3339 UTC, as is `token_at`, since when the token is in
    use; `last_server_ms` is unix milliseconds, `skew_ms` centre minus device, and `boot_ms` the
    centre's time when the computer's run `boot` began. `sealing_key` is what parcels to the centre
    are sealed to. `former_tokens`, the last one first, are of use at a centre that was set back to
    when one of them was good. `reference_version` grows whenever a pull changed reference data.
    `rebuilt` says that the operations here came out of the journal: they get their numbers when the
    centre says which one it had last. `shown_schema` is the newest form of bodies that the view has
    been made of. `suspended` is true from the centre's word that this device may not read for the
    time being until a pull goes through again. `compared_at` is when digests agreed last, by the
    centre's time; `doubted` says that they have yet to be compared after an unclean end or a scope
    that had to be read anew. `forks` is how this device came of others, whose copy it was, and
    `fork_token` its first token: with them a centre that was set back to before can make it anew.
    `moved` says that the places of the person have changed and they have not read so yet.
    `leaving` names the start that heard that this is a copy, until it is a device of its own.
    """

    device_id: str = ""
    device_code: str = ""
    region: str = ""
    user_id: UserId = UserId("")
    user_name: str = ""
    roles: tuple[Role, ...] = ()
    grants: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    grids: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    epoch: str = ""
    acked_seq: int = 0
    next_seq: int = 1
    reference_version: int = 0
    generation: int = 0
    server_url: str = ""
    server_id: str = ""
    server_key: str = ""
    sealing_key: str = ""
    ca_pem: str | None = None
    token: str = ""
    token_at: str | None = None
    former_tokens: tuple[str, ...] = ()
    last_sync: str | None = None
    last_server_ms: int | None = None
    skew_ms: int | None = None
    boot: str = ""
    boot_ms: int | None = None
    demo: bool = False
    reference_stale: bool = False
    rebuilt: bool = False
    shown_schema: int = 1
    suspended: bool = False
    moved: bool = False
    compared_at: str | None = None
    doubted: bool = False
    forks: tuple[Fork, ...] = ()
    fork_token: str = ""
    leaving: str = ""


_read = msgspec.json.Decoder(DeviceState)
_write = msgspec.json.Encoder()


def get(session: Session) -> DeviceState:
    """Return the state; a store that is not enrolled yet answers with the defaults."""
    columns = ", ".join(COLUMNS)
    row = Statements(session).one(f"SELECT body, {columns} FROM sync_state")
    if row is None:
        return DeviceState()
    known = _read.decode(row[0])
    return msgspec.structs.replace(known, **dict(zip(COLUMNS, row[1:], strict=True)))


def put(session: Session, **changes: Any) -> DeviceState:
    """Change named fields and return the state as it is now; raises TypeError for unknown names."""
    state = msgspec.structs.replace(get(session), **changes)
    body = {k: v for k, v in msgspec.to_builtins(state).items() if k not in COLUMNS}
    values = [getattr(state, name) for name in COLUMNS]
    Statements(session).execute(
        "INSERT INTO sync_state (n, chain_head, body, epoch, acked_seq, next_seq,"
        " reference_version) VALUES (1, ?, ?, ?, ?, ?, ?) ON CONFLICT (n) DO UPDATE SET"
        " body = excluded.body, epoch = excluded.epoch, acked_seq = excluded.acked_seq,"
        " next_seq = excluded.next_seq, reference_version = excluded.reference_version",
        (FIRST_LINK, _write.encode(body).decode(), *values),
    )
    return state


def actor(session: Session) -> Actor:
    """Return who acts on this laptop, as the enrolment and the pulled worker record say."""
    return acting(get(session))


def acting(state: DeviceState) -> Actor:
    """Return who acts, from a state that was read already."""
    return Actor(
        user=state.user_id,
        name=state.user_name,
        roles=state.roles,
        grids=frozenset(state.grids),
        orgs=frozenset(state.orgs),
        units=frozenset(state.units),
        grants=frozenset(state.grants),
        device_code=state.device_code,
    )


def next_local_no(session: Session, known: DeviceState, wall: str) -> str:
    """Return a new ticket number of this laptop for the local day of `wall`.

    Call it inside `Recorder.record`: when the transaction fails the number is given again.
    """
    day = local_day(wall)
    (sequence,) = Statements(session).one(
        "INSERT INTO counter (name, value) VALUES (?, 1)"
        " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
        (f"local_no/{day}",),
    )
    return local_no(
        region=known.region, device_code=known.device_code, day=day, sequence=int(sequence)
    )
