"""`gridworker-central`: the centre's command line.

Exit codes: 0 done · 1 a bug · 2 wrong usage, an unknown person, place or device, a database that is
not empty (`demo`), is damaged or has an old schema, a bucket that is not ours, a file or folder
that the system refuses · 3 the database or the place of photos does not answer.
"""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from central import (
    backup_commands,
    commands,
    fleet_commands,
    photo_commands,
    reference_commands,
)
from central.backup import BackupFailed
from central.blobs import PhotosAway, PhotosRefused
from central.demo.district import NotEmpty
from central.problem import Refused
from central.service.escrow import NoSuchParcel
from central.service.fleet import NoSuchDevice, NotAKey, NotAVersion
from central.service.parcels import NoAnswer, UnknownDevice
from central.service.people import NoName, NoSuchPerson, NoSuchPlace, RolesDoNotMix, TooMuch
from central.service.photo_check import NotThisPlace
from central.service.quarantine import NotHeld
from central.service.reference_intake import BadReference
from central.service.vouching import NotTheirs
from central.store.engine import UnknownDatabase
from central.store.migrate import SchemaTooNew, SchemaTooOld
from gridworker.domain.organisation import Role
from gridworker.parcel import InTheWay, NoParcel, NotForUs

DONE, USAGE, UNREACHABLE = 0, 2, 3
STOPPED = 128 + signal.SIGINT  # as shells say it
MOST_DAYS, MOST_HOURS = 1_000_000, 876_000
AWAY = (OperationalError, InterfaceError, PhotosAway)
NOT_THEIRS = "42501"  # of PostgreSQL: what only the owner of a table may do
SENTENCES: dict[type[Exception], str] = {
    NoSuchPerson: "there is no account {0}",
    NoName: "{0!r} is no account name: it is one word of at most 64 characters",
    NoSuchDevice: "there is no device {0}",
    NoSuchParcel: "there is no sealed parcel {0}",
    NotAKey: "the file holds no X25519 key in PEM",
    NotAVersion: "{0} is no version; versions are as 1.2.0",
    NotHeld: "operation {0} is not in quarantine",
    NoSuchPlace: "there is no place {0} in this centre; scopes are grid:CODE, org:CODE, unit:CODE",
    TooMuch: "the devices of {0} would have to hold {1} records, more than {2} (max-entities)",
    RolesDoNotMix: "{0} cannot hold two of the administrators' roles",
    NotEmpty: "the database is not empty; a demo needs one of its own",
    NoParcel: "this is not a parcel of one of this centre's laptops, or it was changed: {0}",
    NotForUs: "this parcel is for another centre, or sealed to another key than the one that was "
    "tried (--key)",
    InTheWay: "{0} is another kind of file and stays as it is; name another one",
    NoAnswer: "the parcel is decided, but the answer could not be written to {0}: {1}; "
    "give the command again with another place, which does no harm",
    UnknownDevice: "the parcel is of device {0}, which is not enrolled here. If the centre was set "
    "back to before it was: its laptop enrols again and writes another; what a wiped one has left "
    "is taken with --escrow --of USER by who knows where the file comes from",
    NotTheirs: "this parcel holds work of {0} as well: --of names whose all of it is",
    Refused: "the parcel is not taken: {0}, {1}",
    UnknownDatabase: "{0} is no database; use sqlite:///FILE or postgresql+psycopg://...",
    PhotosAway: "the place of photos does not answer: {0}",
    PhotosRefused: "{0}",
    commands.CannotServe: "{0}",
    NotThisPlace: "this is not the place of photos that the database goes with: its epoch is "
    "another, or none",
    BackupFailed: "{0}",
    BadReference: "{0}; nothing was taken in",
    SchemaTooNew: "the database belongs to a newer program (schema {0})",
}
ABOUT = "The centre that laptops sync with: serve it, and look after its people, devices and data."
NOT_TAKEN = {
    "device-suspended": "its laptop is suspended (device readmit), or its person may not work "
    "here; accounts of a demo need --demo",
    "device-wiped": "its laptop was wiped; what that has left is taken with --escrow",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(message)s")
    try:
        run: Callable[[argparse.Namespace], None] = options.run
        run(options)
    except BrokenPipeError:
        # Whoever reads our output has seen enough; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.stderr.write(
            "stopped; what was done before is kept, and the command may be given again\n"
        )
        return STOPPED
    except Exception as error:
        said = _said(error, options.database)
        if said is None:
            raise
        sys.stderr.write(said + "\n")
        return UNREACHABLE if isinstance(error, AWAY) else USAGE
    return DONE


def _said(error: Exception, database: str) -> str | None:
    """Return the sentence about what went wrong, None for a bug."""
    if isinstance(error, SchemaTooOld):
        old = error.args != ("none",)
        what = "the database has an old schema" if old else "there is no database"
        return f"{what}; run: gridworker-central migrate --database {_shown(database)}"
    if type(error) in SENTENCES:
        return _sentence(error)
    if isinstance(error, DatabaseError | InterfaceError):
        return _of_database(error, database)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return None


def _shown(database: str) -> str:
    """Return a database's URL as it may be logged."""
    url = make_url(database)
    return url.render_as_string(hide_password=True) if url.password else database


def _of_database(error: DatabaseError | InterfaceError, database: str) -> str | None:
    said = next(iter(str(error.orig).splitlines()), "")
    if isinstance(error, AWAY):
        return f"the database does not answer: {said}"
    if getattr(error.orig, "sqlstate", None) == NOT_THEIRS:
        return f"this role may not do that, the owner of the database may: {said}"
    if type(error) is DatabaseError:  # its kinds are bugs
        return f"{database} is not a centre's database, or is damaged: {said}"
    return None


def _sentence(error: Exception) -> str:
    facts = error.args or ("",)
    if isinstance(error, Refused):
        facts = (error.name, NOT_TAKEN.get(error.name) or f"{error.title}. {error.detail}")
    return SENTENCES[type(error)].format(*facts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gridworker-central", description=ABOUT)
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = _verb(verbs, "demo", commands.demo, "fill an empty database with a district to try")
    demo.add_argument("--blobs", required=True, metavar="DIR|s3://BUCKET")

    serve = _verb(verbs, "serve", commands.serve, "serve until SIGTERM")
    serve.add_argument("--blobs", required=True, metavar="DIR|s3://BUCKET")
    serve.add_argument("--spool", metavar="DIR", help="unfinished uploads, with s3:// only")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=0, help="0 takes a free one")
    serve.add_argument("--tls-cert", metavar="FILE")
    serve.add_argument("--tls-key", metavar="FILE")
    serve.add_argument("--demo", action="store_true", help="let demo accounts in")

    parcel = _verb(verbs, "parcel", commands.parcel, "decide what came on a stick")
    parcel.add_argument("--blobs", required=True, metavar="DIR")
    parcel.add_argument("file", type=Path, help="what the laptop wrote")
    parcel.add_argument("answer", type=Path, help="what the laptop is to read")
    parcel.add_argument("--demo", action="store_true", help="let demo accounts in")
    parcel.add_argument("--escrow", action="store_true", help="what a wiped laptop has left")
    parcel.add_argument("--of", metavar="USER", help="whose it was, if no device says it any more")
    parcel.add_argument("--key", type=Path, metavar="PEM", help="the organisation's private key")

    _verb(verbs, "migrate", commands.migrate_database, "bring a database to this schema")
    _verb(verbs, "restored", commands.restored, "begin a new epoch after a restore")
    code = _verb(verbs, "enrol-code", commands.enrol_code, "print a code for a person's device")
    code.add_argument("user")
    code.add_argument("--valid-hours", type=_hours, default=72, help="0 is over already")
    _verb(verbs, "export-state", commands.export_state, "print everything as lines of JSON")

    about = "count the refusals that were not redone, by device and code"
    attention = _verb(verbs, "attention", commands.attention, about)
    attention.add_argument("--days", type=_days, default=90, help="how far back; default 90")

    _quarantine(verbs.add_parser("quarantine", help="what no rule could decide"))
    _user(verbs.add_parser("user", help="add or disable accounts"))
    fleet_commands.add_grammar(verbs, _verb)
    backup_commands.add_grammar(verbs, _verb)
    photo_commands.add_grammar(verbs, _verb)
    reference_commands.add_grammar(verbs, _verb)
    return parser


def _hours(text: str) -> float:
    return _at_most(MOST_HOURS, text)


def _days(text: str) -> float:
    return _at_most(MOST_DAYS, text)


def _at_most(most: float, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= most:  # nan is in no range
        raise argparse.ArgumentTypeError(f"{text} is no number between 0 and {most}")
    return number


def _quarantine(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    _verb(verbs, "list", commands.quarantine_list, "print it as lines of JSON")
    about = "decide it by the rules of this version; the verdicts reach the laptops"
    replay = _verb(verbs, "replay", commands.quarantine_replay, about)
    replay.add_argument("op_id", nargs="*", help="which; without one all of it")


def _user(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    add = _verb(verbs, "add", commands.user_add, "add an account, or change what it may do")
    add.add_argument("user")
    add.add_argument("--role", action="append", required=True, choices=list(Role), type=Role)
    add.add_argument("--scope", action="append", default=[], help="grid:CODE, org:CODE, unit:CODE")
    add.add_argument("--name", help="what others see; default the account's name")
    add.add_argument("--grant", action="append", default=[], choices=["lead"])
    move = _verb(verbs, "move", commands.user_move, "give a person other places, the same roles")
    move.add_argument("user")
    move.add_argument("--scope", action="append", required=True, help="as for add; all of them")
    disable = _verb(verbs, "disable", commands.user_disable, "let a person in no more")
    disable.add_argument("user")


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace], None],
    about: str,
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=about, description=about)
    parser.add_argument("--database", required=True, metavar="URL")
    parser.set_defaults(run=run, spool=None)
    return parser
