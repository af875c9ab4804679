"""Backups of a centre that is serving, and how one becomes a centre again.

A backup folder holds `photos/`, to which each backup adds what is new, and one folder for each
backup with the database and `manifest.json`. The database is copied first: photos are never changed
and never deleted, so every one that it speaks of is there when they are copied. A folder without a
manifest is what a backup left that did not end.

It contains everything, the centre's key included: it belongs on an encrypted disk.
"""

import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy import URL, inspect, make_url
from sqlcipher3 import dbapi2 as sqlcipher

from central import files
from central.blobs import ASIDE, EPOCH, NAME, PARTS
from central.store import migrate
from central.store.engine import Engines, open_engines, plain_connection

MANIFEST, PHOTOS = "manifest.json", "photos"
SQLITE_COPY, POSTGRESQL_COPY = "database.sqlite", "database.dump"
SCHEMA = "--schema=public"
PIECE = 1024 * 1024
ERROR = "error: "  # what went wrong; details and the statement follow it
OWNERS = ("permission denied", "row-level security")
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class BackupFailed(RuntimeError):
    """A backup could not be made or read; the text says why."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds; `photos` is how many lay beside it then, None where a store has them."""

    made_at: str
    schema: str
    database: str
    sha256: str
    photos: int | None


def back_up(database_url: str, photos: Path | None, folder: Path) -> Path:
    """Add a backup to a folder and return where it is; `photos` is None for an object store.

    Raises BackupFailed, UnknownDatabase, OSError.
    """
    engines = open_engines(database_url)
    try:
        here = engines.file is None or engines.file.exists()
        schema = migrate.current(engines) if here else None
        if schema is None:
            raise BackupFailed("there is nothing in this database")
        if photos is not None:
            _check_place(engines, photos)
        now = datetime.now(UTC)
        target = folder / now.strftime("%Y%m%dT%H%M%S.%fZ")
        target.mkdir(parents=True, mode=0o700)
        copy = target / (SQLITE_COPY if engines.is_sqlite else POSTGRESQL_COPY)
        _copy_database(engines, make_url(database_url), copy)
    finally:
        engines.close()
    many = None if photos is None else _add(photos, folder / PHOTOS)
    made = Manifest(now.isoformat(timespec="seconds"), schema, copy.name, _hash(copy), many)
    files.write(target / MANIFEST, msgspec.json.format(msgspec.json.encode(made)) + b"\n")
    return target


def bring_back(backup: Path, database_url: str, photos: Path | None) -> Manifest:
    """Make a database that does not exist, or is empty, what it was at a backup; photos come first.

    The schema is brought to this program's. What fails on the way leaves no SQLite file behind, so
    that the command can be given again.

    Raises BackupFailed, UnknownDatabase, SchemaTooNew, OSError.
    """
    try:
        made = msgspec.json.decode((backup / MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, msgspec.MsgspecError) as error:
        raise BackupFailed(f"{backup} is not a whole backup") from error
    copy = backup / Path(made.database).name
    if not copy.is_file() or _hash(copy) != made.sha256:
        raise BackupFailed(f"{copy} is not what was backed up")
    if made.schema > migrate.newest():
        raise migrate.SchemaTooNew(made.schema)
    kept = backup.parent / PHOTOS
    if photos is not None and made.photos is not None and not kept.is_dir():
        raise BackupFailed(f"{kept} is missing: the photos of every backup lie there, beside it")
    engines = open_engines(database_url)
    try:
        if engines.is_sqlite is not (copy.name == SQLITE_COPY):
            raise BackupFailed("the backup is of the other kind of database")
        _check_empty(engines)
        if photos is not None:
            _add(kept, photos)
        _bring_database(engines, make_url(database_url), copy)
    finally:
        engines.close()
    return made


def _copy_database(engines: Engines, url: URL, copy: Path) -> None:
    if engines.file is None:
        command = ("pg_dump", "--format=custom", SCHEMA, "--no-owner", "--no-privileges")
        _run((*command, f"--file={copy}"), url)
    else:
        with closing(plain_connection(str(engines.file))) as source:
            try:
                source.execute("VACUUM INTO ?", (str(copy),))
            except sqlcipher.Error as error:
                raise BackupFailed(f"the database cannot be copied to {copy}: {error}") from error
    copy.chmod(0o600)
    files.sync(copy)


def _check_place(engines: Engines, photos: Path) -> None:
    """Raise BackupFailed in a folder that no centre has served from, or that is not mounted.

    Otherwise a backup without photos would count as one.
    """
    with engines.read.connect() as connection:
        served = connection.exec_driver_sql("SELECT 1 FROM meta WHERE key = 'epoch'").first()
    if served is not None and not (photos / EPOCH).is_file():
        raise BackupFailed(f"{photos} is not the place of photos of a centre: it has no {EPOCH}")


def _check_empty(engines: Engines) -> None:
    """Raise BackupFailed where something lies that a restore would mix with the backup."""
    if engines.file is None:
        with engines.read.connect() as connection:
            if inspect(connection).get_table_names():
                raise BackupFailed("the database is not empty")
        return
    for file in _sqlite_files(engines.file):
        if file.exists():
            raise BackupFailed(f"{file} is there already: move it away, or restore elsewhere")


def _sqlite_files(file: Path) -> Iterator[Path]:
    """Yield the files of an SQLite database: SQLite replays a journal whosever it was."""
    return (file.with_name(file.name + ending) for ending in ("", "-wal", "-shm", "-journal"))


def _bring_database(engines: Engines, url: URL, copy: Path) -> None:
    if engines.file is None:
        command = ("pg_restore", "--single-transaction", "--exit-on-error", SCHEMA)
        options = ("--no-owner", "--no-privileges", f"--dbname={url.database}")
        _run((*command, *options, copy), url)
        migrate.bring_up(engines)
        return
    part = engines.file.with_name(f"{engines.file.name}.part")
    try:
        with copy.open("rb") as source, part.open("wb") as sink:
            part.chmod(0o600)
            _copied(source, sink)
        part.replace(engines.file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BackupFailed(f"{engines.file} cannot be written: {error.strerror}") from error
    try:
        files.sync(engines.file.parent)
        migrate.bring_up(engines)
    except BaseException:
        engines.close()
        for file in _sqlite_files(engines.file):
            file.unlink(missing_ok=True)
        raise


def _run(command: tuple[str | Path, ...], url: URL) -> None:
    """Run a program of PostgreSQL's; what it needs to know goes by environment, seen by nobody."""
    _, known = url.get_dialect()().create_connect_args(url)
    own = {VARIABLES[name]: str(known[name]) for name in VARIABLES if known.get(name)}
    try:
        done = subprocess.run(  # noqa: S603  (a program of PostgreSQL's with our own arguments)
            command, env={**os.environ, **own}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise BackupFailed(f"{command[0]} is not installed (postgresql-client)") from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or [""]
        why = next((line for line in said if ERROR in line), said[-1])
        why = why.partition(ERROR)[2] or why
        hint = " (the owner of the database may)" if any(word in why for word in OWNERS) else ""
        raise BackupFailed(f"{command[0]} failed: {why}{hint}")


def _add(source: Path, target: Path) -> int:
    """Copy the photos, and what laptops left sealed, that the target lacks; return how many.

    Raises BackupFailed for a photo that is not what its name says.
    """
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    (target / ASIDE).mkdir(exist_ok=True, mode=0o700)
    added = sum(_added(file, target) for file in _photos(source))
    aside = source / ASIDE
    for file in aside.iterdir() if aside.is_dir() else ():
        _added(file, target / ASIDE)
    for folder in (target / ASIDE, target):
        files.sync(folder)
    return added


def _photos(folder: Path) -> Iterator[Path]:
    known = {PARTS, ASIDE, EPOCH}
    if folder.is_dir():
        for file in folder.iterdir():
            if file.name not in known and NAME.match(file.name):
                yield file


def _added(file: Path, target: Path) -> bool:
    """Copy a file whole or not at all; its name ends with its hash."""
    place = target / file.name
    if place.exists():
        return False
    part = target / f".{file.name}.part"
    try:
        with file.open("rb") as source, part.open("wb") as sink:
            found = _copied(source, sink)
        if not file.name.endswith(found):
            raise BackupFailed(f"{file} is damaged")
        part.replace(place)
    except OSError as error:
        raise BackupFailed(f"{file.name} cannot be copied to {target}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return True


def _copied(source: IO[bytes], sink: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
        sink.write(piece)
    sink.flush()
    os.fsync(sink.fileno())
    return digest.hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
