"""`gridworker-central backup` and `restore`; also what they print."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from central import backup, commands
from central.build import open_office
from central.fleet_commands import Verb
from central.service import epochs


def add_grammar(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", verb: Verb) -> None:
    """Add the commands of this page."""
    made = verb(verbs, "backup", back_up, "add a backup to a folder, also while serving")
    made.add_argument("folder", type=Path)
    back = verb(verbs, "restore", restore, "make an empty database what a backup says")
    back.add_argument("backup", type=Path, help="as `backup` printed it")
    for parser in (made, back):
        parser.add_argument("--blobs", required=True, metavar="DIR|s3://BUCKET")


def back_up(options: argparse.Namespace) -> None:
    """Add a backup to a folder; print where it is. An object store keeps its photos itself."""
    with _told():
        made = backup.back_up(options.database, _folder(options), options.folder)
    commands.print_line(msgspec.json.encode({"backup": str(made)}))


def restore(options: argparse.Namespace) -> None:
    """Bring back a backup and begin a new epoch; print both.

    Laptops learn by it that the centre was set back, and hand in again what it has lost.
    """
    with _told():
        made = backup.bring_back(options.backup, options.database, _folder(options))
    with open_office(options.database) as office:
        epoch = epochs.in_database(office)
    commands.print_line(msgspec.json.encode({"made_at": made.made_at, "epoch": epoch}))


def _folder(options: argparse.Namespace) -> Path | None:
    return None if options.blobs.startswith(commands.S3) else Path(options.blobs)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the file system refuses into a sentence."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise backup.BackupFailed(f"{where}{error.strerror}") from error
