"""What `gridworker-central` does with devices: their states, limits, and what they have left."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from central import commands
from central.build import open_office
from central.service import escrow, fleet, people, pruning
from central.store import devices, meta

Run = Callable[[argparse.Namespace], None]


class Verb(Protocol):
    """Adds a command that works on a database (`central.main`)."""

    def __call__(
        self,
        verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
        name: str,
        run: Run,
        about: str,
    ) -> argparse.ArgumentParser:
        """Return its parser, for its own arguments."""
        ...


STATES = {
    "suspend": (devices.SUSPENDED, "let a device neither read nor hand in; its user may capture"),
    "drain": (devices.DRAINING, "let a device hand in what it has, and receive nothing"),
    "readmit": (devices.ACTIVE, "let a device work again"),
    "wipe": (devices.WIPED, "order a device to hand in what it has and to destroy itself"),
}


def add_grammar(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", verb: Verb) -> None:
    """Add the commands of this page."""
    own = _group(verbs, "device", "list devices, and say what they may do")
    verb(own, "list", device_list, "print devices as lines of JSON")
    for name, (state, about) in STATES.items():
        verb(own, name, _setting(state), about).add_argument("device")
    own = _group(verbs, "escrow", "what laptops that may not work any more have left, sealed")
    listed = verb(own, "list", escrow_list, "print the sealed parcels as lines of JSON")
    taken = verb(own, "take", escrow_take, "copy a sealed parcel to a file")
    for parser in (listed, taken):
        parser.add_argument("--blobs", required=True, metavar="DIR|s3://BUCKET")
    taken.add_argument("name", help="as `escrow list` prints it")
    taken.add_argument("file", type=Path)
    own = _group(verbs, "organisation-key", "whom wiped laptops seal their last parcel to")
    named = verb(own, "set", organisation_key_set, "a public X25519 key (openssl genpkey)")
    named.add_argument("file", type=Path, metavar="PEM")
    verb(own, "clear", organisation_key_clear, "the centre's own key again")
    verb(verbs, "prune", prune, "forget what went from scopes half a year ago; best once a day")
    most = verb(verbs, "max-entities", max_entities, "limit the records that a device may hold")
    most.add_argument("number", type=int)
    least = verb(verbs, "min-pull", min_pull, "name the oldest program that may still receive")
    least.add_argument("version", nargs="?", default="", help="as 1.2.0; without one every program")


def device_list(options: argparse.Namespace) -> None:
    """Print devices, one line each."""
    with open_office(options.database) as office:
        for device in office.store.read(devices.everyone):
            commands.print_line(msgspec.json.encode(device))


def escrow_list(options: argparse.Namespace) -> None:
    """Print what laptops have left, one line each."""
    with open_office(options.database) as office:
        for left in escrow.kept(office, commands.photos_of(options)):
            commands.print_line(msgspec.json.encode(left))


def escrow_take(options: argparse.Namespace) -> None:
    """Copy what a laptop has left to a file of its own; `parcel --escrow` takes it in."""
    blobs = commands.photos_of(options)
    try:
        target = options.file.open("xb")
        try:
            with target:
                escrow.copy(blobs, options.name, target)
        except BaseException:
            options.file.unlink()
            raise
    except OSError as error:
        raise commands.CannotServe(f"cannot write {options.file}: {error.strerror}") from error


def organisation_key_set(options: argparse.Namespace) -> None:
    """Name the key that the last parcel of a laptop is sealed to."""
    try:
        pem = options.file.read_bytes()
    except OSError as error:
        raise commands.CannotServe(f"there is no file {options.file}") from error
    with open_office(options.database) as office:
        fleet.put_organisation_key(office, pem)


def organisation_key_clear(options: argparse.Namespace) -> None:
    """Let laptops seal their last parcel to the centre itself again."""
    with open_office(options.database) as office:
        fleet.put_organisation_key(office, None)


def min_pull(options: argparse.Namespace) -> None:
    """Name the oldest program that may receive; older ones may hand in what they have."""
    with open_office(options.database) as office:
        fleet.put_min_pull(office, options.version)


def prune(options: argparse.Namespace) -> None:
    """Forget what went from scopes half a year ago; print how many lines."""
    with open_office(options.database) as office:
        commands.print_line(msgspec.json.encode({"pruned": pruning.prune(office)}))


def max_entities(options: argparse.Namespace) -> None:
    """Limit what a person may be assigned; nobody loses what they have."""
    if options.number < 1:
        raise commands.CannotServe("a device must be allowed to hold something")
    with open_office(options.database) as office:
        office.store.write(lambda tx: meta.put(tx, people.MAX_ENTITIES, str(options.number)))


def _setting(state: str) -> Run:
    def run(options: argparse.Namespace) -> None:
        with open_office(options.database) as office:
            fleet.put_state(office, options.device, state)

    return run


def _group(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    parser = verbs.add_parser(name, help=about, description=about)
    return parser.add_subparsers(required=True, metavar="COMMAND")
