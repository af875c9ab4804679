"""What each command of `gridworker-central` does; answers go to stdout."""

import argparse
import os
import signal
import sys
from pathlib import Path

import msgspec

from central import serving
from central.blobs import BlobStore, FileBlobs
from central.build import Centre, Steps, never, open_office
from central.demo.district import fill
from central.service import epochs, export, parcels, people
from central.store import devices, migrate
from central.store.accounts import Account
from central.store.engine import open_engines

FAILPOINT = "GRIDWORKER_FAIL"
EPOCH = "GRIDWORKER_EPOCH"
S3 = "s3://"


class NoSuchDevice(LookupError):
    """There is no device of that id."""


class CannotServe(RuntimeError):
    """The centre cannot serve like this; the text says why."""


def demo(options: argparse.Namespace) -> None:
    """Make a district to try and print who lives there."""
    engines = open_engines(options.database)
    try:
        migrate.bring_up(engines)
    finally:
        engines.close()
    centre = Centre.open(options.database, _photos(options), demo=True)
    try:
        _print(msgspec.json.format(msgspec.json.encode({"people": fill(centre)}), indent=1))
    finally:
        centre.close()


def serve(options: argparse.Namespace) -> None:
    """Serve until SIGTERM; print where, once it can be asked."""
    if bool(options.tls_cert) != bool(options.tls_key):
        raise CannotServe("--tls-cert and --tls-key belong together")
    for file in filter(None, (options.tls_cert, options.tls_key)):
        if not Path(file).is_file():
            raise CannotServe(f"there is no file {file}")
    centre = Centre.open(
        options.database, _photos(options), demo=options.demo, crash_at=_failpoint()
    )
    try:
        serving.run(
            centre.app,
            host=options.host,
            port=options.port,
            tls_cert=options.tls_cert,
            tls_key=options.tls_key,
            on_ready=lambda url: _print(msgspec.json.encode({"url": url})),
            on_end=centre.app.watch.end,
        )
    except serving.CannotListen as error:
        raise CannotServe(f"cannot listen on {options.host}:{options.port}: {error}") from error
    finally:
        centre.close()


def parcel(options: argparse.Namespace) -> None:
    """Decide what came on a stick, write the answer, and print what it came to."""
    if not options.file.is_file():
        raise CannotServe(f"there is no file {options.file}")
    centre = Centre.open(options.database, _photos(options), demo=options.demo)
    try:
        _print(msgspec.json.encode(parcels.take_in(centre.parts, options.file, options.answer)))
    finally:
        centre.close()


def migrate_database(options: argparse.Namespace) -> None:
    """Make or upgrade the schema."""
    engines = open_engines(options.database)
    try:
        migrate.bring_up(engines)
    finally:
        engines.close()


def restored(options: argparse.Namespace) -> None:
    """Begin a new epoch and print it."""
    with open_office(options.database) as office:
        _print(msgspec.json.encode({"epoch": epochs.in_database(office)}))


def enrol_code(options: argparse.Namespace) -> None:
    """Print a code."""
    with open_office(options.database) as office:
        code = people.enrol_code(office, options.user, valid_hours=options.valid_hours)
        _print(code.encode())


def user_add(options: argparse.Namespace) -> None:
    """Add an account, or give one other rights."""
    rights = people.rights_of(options.role, options.scope)
    rights = msgspec.structs.replace(rights, grants=frozenset(options.grant))
    with open_office(options.database) as office:
        people.put(office, Account(options.user, options.name or options.user, rights))


def user_disable(options: argparse.Namespace) -> None:
    """Disable an account."""
    with open_office(options.database) as office:
        people.disable(office, options.user)


def device_list(options: argparse.Namespace) -> None:
    """Print devices, one line each."""
    with open_office(options.database) as office:
        for device in office.store.read(devices.everyone):
            _print(msgspec.json.encode(device))


def device_suspend(options: argparse.Namespace) -> None:
    """Suspend a device: it may capture, but neither read nor hand in."""
    _set_state(options, devices.SUSPENDED)


def device_wipe(options: argparse.Namespace) -> None:
    """Mark a device to be wiped: it is told so when it asks next."""
    _set_state(options, devices.WIPED)


def export_state(options: argparse.Namespace) -> None:
    """Print everything as lines of JSON."""
    with open_office(options.database) as office:
        for line in export.lines(office.store):
            _print(line)


def _set_state(options: argparse.Namespace, state: str) -> None:
    with open_office(options.database) as office:
        if not office.store.write(lambda tx: devices.set_state(tx, options.device, state)):
            raise NoSuchDevice(options.device)


def _photos(options: argparse.Namespace) -> BlobStore:
    """Open the place of photos; raises CannotServe, PhotosRefused and PhotosAway."""
    if not options.blobs.startswith(S3):
        return FileBlobs(Path(options.blobs))
    bucket = options.blobs.removeprefix(S3).rstrip("/")
    try:
        from central.s3_blobs import S3Blobs  # noqa: PLC0415  (an extra, and slow to load)
    except ImportError as error:
        raise CannotServe("s3:// needs the extra s3: pip install 'gridworker[s3]'") from error
    spool = Path(options.spool) if options.spool else _state() / "spool" / bucket
    return S3Blobs(bucket, spool, epoch=os.environ.get(EPOCH))


def _state() -> Path:
    """Return where this account's programs keep what is theirs (systemd, or the XDG folders)."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(os.environ.get("STATE_DIRECTORY") or Path(home) / "gridworker-central")


def _print(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


def _failpoint() -> Steps:
    """Return what kills this process at a step of a push, for tests with real processes."""
    wanted = os.environ.get(FAILPOINT)
    if not wanted:
        return never
    name = wanted if ":" in wanted else f"push:{wanted}"

    def die_at(step: str) -> None:
        if step == name:
            os.kill(os.getpid(), signal.SIGKILL)

    return die_at
