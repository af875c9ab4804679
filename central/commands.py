"""What each command of `gridworker-central` does; answers go to stdout."""

import argparse
import os
import signal
import ssl
import sys
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from central import logs, serving
from central.blobs import BlobStore, FileBlobs
from central.build import Centre, Steps, never, open_office
from central.demo.district import fill
from central.service import epochs, export, parcels, people, quarantine, refusals
from central.store import migrate
from central.store.engine import open_engines
from gridworker.domain.apply import apply

FAILPOINT = "GRIDWORKER_FAIL"
EPOCH = "GRIDWORKER_EPOCH"
S3 = "s3://"
DAY_MS = 24 * 3600 * 1000


class CannotServe(RuntimeError):
    """The centre cannot serve like this; the text says why."""


def demo(options: argparse.Namespace) -> None:
    """Make a district to try and print who lives there."""
    engines = open_engines(options.database)
    try:
        migrate.bring_up(engines)
    finally:
        engines.close()
    centre = Centre.open(options.database, photos_of(options), demo=True)
    try:
        print_line(msgspec.json.format(msgspec.json.encode({"people": fill(centre)}), indent=1))
    finally:
        centre.close()


def serve(options: argparse.Namespace) -> None:
    """Serve until SIGTERM; print where, once it can be asked."""
    if bool(options.tls_cert) != bool(options.tls_key):
        raise CannotServe("--tls-cert and --tls-key belong together")
    for file in filter(None, (options.tls_cert, options.tls_key)):
        if not Path(file).is_file():
            raise CannotServe(f"there is no file {file}")
    if options.tls_cert:
        _check_certificate(options.tls_cert, options.tls_key)
    with logs.in_json():
        _serve(options)


def _check_certificate(cert: str, key: str) -> None:
    """Raise CannotServe for what nobody could make a secure connection with."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except (OSError, ValueError) as error:
        raise CannotServe(f"{cert} and {key} are no certificate with its open key") from error


def _serve(options: argparse.Namespace) -> None:
    centre = Centre.open(
        options.database, photos_of(options), demo=options.demo, crash_at=_failpoint()
    )
    try:
        serving.run(
            centre.app,
            host=options.host,
            port=options.port,
            tls_cert=options.tls_cert,
            tls_key=options.tls_key,
            on_ready=lambda url: print_line(msgspec.json.encode({"url": url})),
            on_end=centre.app.watch.end,
        )
    except serving.CannotListen as error:
        raise CannotServe(f"cannot listen on {options.host}:{options.port}: {error}") from error
    finally:
        centre.close()


def parcel(options: argparse.Namespace) -> None:
    """Decide what came on a stick, write the answer, and print what it came to."""
    if options.of is not None and not options.escrow:
        raise CannotServe("--of belongs to --escrow")
    if not options.file.is_file():
        raise CannotServe(f"there is no file {options.file}")
    centre = Centre.open(options.database, photos_of(options), demo=options.demo)
    try:
        handed = parcels.take_in(
            centre.parts,
            options.file,
            options.answer,
            key=_opens(options),
            last=options.escrow,
            of=options.of,
        )
        print_line(msgspec.json.encode(handed))
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
        print_line(msgspec.json.encode({"epoch": epochs.in_database(office)}))


def enrol_code(options: argparse.Namespace) -> None:
    """Print a code."""
    with open_office(options.database) as office:
        code = people.enrol_code(office, options.user, valid_hours=options.valid_hours)
        print_line(code.encode())


def user_add(options: argparse.Namespace) -> None:
    """Add an account, or give one other rights."""
    rights = people.rights_of(options.role, options.scope)
    rights = msgspec.structs.replace(rights, grants=frozenset(options.grant))
    with open_office(options.database) as office:
        people.add(office, options.user, rights, name=options.name)


def user_move(options: argparse.Namespace) -> None:
    """Move a person to other places; their devices learn of it with the next pull."""
    with open_office(options.database) as office:
        people.move(office, options.user, options.scope)


def user_disable(options: argparse.Namespace) -> None:
    """Disable an account."""
    with open_office(options.database) as office:
        people.disable(office, options.user)


def quarantine_list(options: argparse.Namespace) -> None:
    """Print what could not be decided, one line each."""
    with open_office(options.database) as office:
        for line in quarantine.listed(office):
            print_line(msgspec.json.encode(line))


def quarantine_replay(options: argparse.Namespace) -> None:
    """Decide by the rules of this version what could not be decided; print each verdict."""
    with open_office(options.database) as office:
        for line in quarantine.replay(office, apply, options.op_id):
            print_line(msgspec.json.encode(line))


def attention(options: argparse.Namespace) -> None:
    """Print how many refusals of which kind stand open on which laptops."""
    with open_office(options.database) as office:
        since = office.clock() - round(options.days * DAY_MS)
        for line in refusals.open_ones(office, since=since):
            print_line(msgspec.json.encode(line))


def export_state(options: argparse.Namespace) -> None:
    """Print everything as lines of JSON."""
    with open_office(options.database) as office:
        for line in export.lines(office.store):
            print_line(line)


def photos_of(options: argparse.Namespace) -> BlobStore:
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


def _opens(options: argparse.Namespace) -> X25519PrivateKey | None:
    """Return the organisation's private key; raises CannotServe."""
    if options.key is None:
        return None
    try:
        key = load_pem_private_key(options.key.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise CannotServe(f"{options.key} holds no private key that is open") from error
    if not isinstance(key, X25519PrivateKey):
        raise CannotServe(f"{options.key} holds no X25519 key")
    return key


def _state() -> Path:
    """Return where this account's programs keep what is theirs (systemd, or the XDG folders)."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(os.environ.get("STATE_DIRECTORY") or Path(home) / "gridworker-central")


def print_line(line: bytes) -> None:
    """Print one line at once."""
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
