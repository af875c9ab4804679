"""What an operator decides about devices: their states, the order to wipe, the oldest program."""

import re

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from central.service import identity
from central.service.parts import Office, Parts
from central.store import devices, meta
from central.store.transaction import Tx
from gridworker import orders

ORGANISATION_KEY = "organisation_key"
MIN_PULL = "min_pull"
WIPE_ORDER = "wipe_order/"
VERSION = re.compile(r"\d{1,6}(\.\d{1,6}){0,3}")


class NoSuchDevice(LookupError):
    """There is no device of that id."""


class NotAKey(ValueError):
    """The file holds no public X25519 key in PEM."""


class NotAVersion(ValueError):
    """A version is numbers with dots between them."""


def put_state(office: Office, device_id: str, state: str) -> None:
    """Suspend, drain, readmit or wipe a device; it is told when it asks next.

    Each order to wipe has a number of its own, larger than those before. Raises NoSuchDevice.
    """

    def work(tx: Tx) -> None:
        if not devices.set_state(tx, device_id, state):
            raise NoSuchDevice(device_id)
        if state == devices.WIPED:
            before = int(meta.get(tx, WIPE_ORDER + device_id) or 0)
            meta.put(tx, WIPE_ORDER + device_id, str(max(office.clock(), before + 1)))

    office.store.write(work)


def order(tx: Tx, parts: Parts, device_id: str) -> tuple[int, str]:
    """Return the number of the order that a wiped device is answered with, and the signature."""
    number = int(meta.get(tx, WIPE_ORDER + device_id) or 0)
    key = identity.signing_key(parts.settings["server_key"])
    return number, key.sign(orders.wiping(device_id, number)).hex()


def put_organisation_key(office: Office, pem: bytes | None) -> None:
    """Name the key that wiped laptops seal their last parcel to; None: the centre's own again.

    Raises NotAKey.
    """
    office.store.write(lambda tx: meta.put(tx, ORGANISATION_KEY, _public(pem) if pem else ""))


def put_min_pull(office: Office, version: str) -> None:
    """Name the oldest program that may receive; empty lets every one. Raises NotAVersion."""
    if version and not VERSION.fullmatch(version):
        raise NotAVersion(version)
    office.store.write(lambda tx: meta.put(tx, MIN_PULL, version))


def is_too_old(tx: Tx, program: str) -> bool:
    """Say whether a program may send but not receive; one that does not say its version is old."""
    least = meta.get(tx, MIN_PULL)
    return bool(least) and _figures(program) < _figures(str(least))


def _figures(version: str) -> tuple[int, ...]:
    """Return a version for comparing; what follows its numbers (a build, a label) does not count.

    Zeros at the end say nothing: 1.0 is 1.0.0.
    """
    found = VERSION.match(version)
    figures = [int(part) for part in found[0].split(".")] if found else []
    while figures and figures[-1] == 0:
        figures.pop()
    return tuple(figures)


def _public(pem: bytes) -> str:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotAKey from error
    if not isinstance(key, X25519PublicKey):
        raise NotAKey
    return key.public_bytes_raw().hex()
