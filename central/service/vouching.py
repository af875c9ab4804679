"""What a wiped laptop has left for a centre that was set back to before that laptop (sync.md 4.12).

The key that it signed with is known nowhere any more: not here, and not on the laptop, which has
destroyed itself. So an operator who knows where the file came from names whose it was. Only what
that person recorded is taken so, and nobody ever works as the device that is put down for it.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from central.service import enrolment
from central.service.parts import Parts
from central.service.people import NoSuchPerson
from central.store import accounts, devices
from central.store.devices import Device
from central.store.transaction import Tx
from gridworker.parcel import TO_CENTRE, Label, NoParcel, opened
from gridworker.parcel_contents import OPERATIONS
from gridworker.wire import MAX_PUSH_BYTES, PushRequest

UNPROVEN = ""  # the key of such a device: no signature fits it
LOG = logging.getLogger(__name__)


class NotTheirs(LookupError):
    """The parcel holds work of somebody else than the person that an operator named."""


def know(parts: Parts, source: Path, key: X25519PrivateKey, login: str) -> None:
    """Put down the device of a parcel as a wiped one of that person, unless it is known.

    Raises NoSuchPerson, NotTheirs, and what opening a parcel raises; then nothing is put down.
    """
    with opened(source, lambda _: None) as parcel:
        label = parcel.label
        if label.way != TO_CENTRE:
            raise NoParcel("an answer, not a parcel to the centre")
        if parts.store.read(lambda tx: devices.get(tx, label.device)) is not None:
            return
        for entry, inside in parcel.contents(key):
            if entry.startswith(OPERATIONS) and (others := set(_actors(inside)) - {login}):
                raise NotTheirs(min(others))
    parts.store.write(lambda tx: _put(tx, parts, label, login))


def _actors(file: BinaryIO) -> Iterator[str]:
    try:
        request = msgspec.json.decode(file.read(MAX_PUSH_BYTES), type=PushRequest)
        for op in request.ops:
            said: dict[str, Any] = msgspec.json.decode(op, type=dict[str, Any])
            yield str(said.get("actor"))
    except msgspec.DecodeError as error:
        raise NoParcel(str(error)) from error


def _put(tx: Tx, parts: Parts, label: Label, login: str) -> None:
    if accounts.get(tx, login, lock=True) is None:
        raise NoSuchPerson(login)
    if devices.get(tx, label.device) is not None:
        return
    now = parts.clock()
    device = Device(
        id=label.device,
        code=enrolment.new_code(tx, parts),
        login=login,
        pubkey=UNPROVEN,
        platform="",
        app="",
        state=devices.WIPED,
        generation=0,
        acked_seq=0,
        created_at=now,
        last_seen=now,
    )
    devices.put(tx, device)
    LOG.warning("device %s is put down as %s's by an operator", label.device, login)
