"""Making the store, and bringing it to the schema of this program.

The file in use is never changed: a copy is upgraded, checked page by page and renamed over it, and
the old file is kept beside it as `<name>.before-<revision>`. A kill at any moment therefore leaves
the old file whole, and the next start begins again. There is no way back: a file of a newer program
is refused.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage import damage, migrations
from gridworker.storage.engine import connect, connect_alike
from gridworker.storage.failures import (
    DatabaseDamaged,
    DiskFull,
    FileTooNew,
    StoreInterrupted,
)
from gridworker.storage.files import sync_file, sync_folder

SCRIPTS = Path(migrations.__file__).parent


def bring_up(path: Path, key: bytes, *, scripts: Path = SCRIPTS) -> None:
    """Make the store in `path`, or bring it to the newest schema; only its owner may call this.

    Raises FileTooNew, DatabaseBusy while another program reads an old store, DiskFull,
    StoreInterrupted, and DatabaseDamaged; the file is then as it was.
    """
    revisions = known_revisions(scripts)
    copy = path.with_name(path.name + ".new")
    try:
        with damage.told_when_full(path), _driver_errors(path, key):
            _remove(copy)
            if not path.exists():
                damage.set_aside(path)  # a journal without its store would be read into the new one
                _finish(copy, key, scripts)
                copy.replace(path)
                sync_folder(path.parent)
                return
            with closing(connect(path, key)) as store:
                before = _revision(store)
                if before == revisions[-1]:
                    return
                if before is not None and before not in revisions:
                    raise FileTooNew(found=before, known=revisions[-1])
                _copy(store, copy, key)
                _finish(copy, key, scripts)  # the old store stays locked meanwhile
            _swap(path, copy, path.with_name(f"{path.name}.before-{revisions[-1]}"))
    except RuleBroken as broken:
        if broken.code is Code.DISK_FULL:
            _remove(copy)
            raise DiskFull(**broken.facts) from broken
        raise


def known_revisions(scripts: Path = SCRIPTS) -> list[str]:
    """Return the revisions of this program, oldest first; a script is `m<revision>_<what>.py`."""
    return sorted(script.name[1:5] for script in scripts.glob("m[0-9][0-9][0-9][0-9]_*.py"))


def _copy(store: Any, copy: Path, key: bytes) -> None:
    """Copy page by page while nobody else has the file open, so that what is copied is all."""
    store.isolation_level = None
    store.execute("PRAGMA locking_mode = EXCLUSIVE")
    store.execute("PRAGMA journal_mode = DELETE")  # takes the journal in; fails while others read
    store.execute("BEGIN EXCLUSIVE")
    store.execute("COMMIT")
    with closing(connect_alike(copy, key, store)) as target:
        target.execute("PRAGMA journal_mode = DELETE")
        store.backup(target)


def _finish(copy: Path, key: bytes, scripts: Path) -> None:
    """Upgrade a file that nobody uses yet, check every page, and bring it to the disk."""
    from gridworker.storage import upgrade  # noqa: PLC0415  (Alembic slows every start)

    engine = upgrade.engine(
        lambda: connect(copy, key), damage.Guard(copy, lambda: connect(copy, key))
    )
    try:
        with engine.connect() as connection:
            # Scripts rebuild tables; the switch works outside of a transaction only.
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                upgrade.upgrade(connection, scripts)
            if raw.execute("PRAGMA foreign_key_check").fetchone() is not None:
                raise RuntimeError("a migration left rows without their parents")
            raw.execute("PRAGMA journal_mode = DELETE")
    finally:
        engine.dispose()
    if found := damage.findings(lambda: connect(copy, key)):
        raise DatabaseDamaged(findings=len(found))
    copy.chmod(0o600)
    sync_file(copy)


def _swap(path: Path, copy: Path, kept: Path) -> None:
    """Put the copy in place of the store, which stays beside it under the name `kept`."""
    kept.unlink(missing_ok=True)
    os.link(path, kept)
    copy.replace(path)
    sync_folder(path.parent)


def _revision(store: Any) -> str | None:
    """Return the schema a store has; None for a store without one."""
    query = "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'"
    if not store.execute(query).fetchone()[0]:
        return None
    row = store.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _remove(copy: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        copy.with_name(copy.name + end).unlink(missing_ok=True)


@contextmanager
def _driver_errors(path: Path, key: bytes) -> Iterator[None]:
    """Name what the bare driver raises; an unclear error is damage when the store does not read.

    One access that failed would otherwise cost a sound store its place.
    """
    try:
        yield
    except sqlcipher.DatabaseError as error:
        if plain := damage.plain_failure(error, path):
            raise plain from error
        if not damage.is_unclear(error):
            raise
        if path.exists() and (found := damage.findings(lambda: connect(path, key))):
            raise DatabaseDamaged(findings=len(found)) from error
        raise StoreInterrupted from error
