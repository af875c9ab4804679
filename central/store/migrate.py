"""Bringing the database to the schema of this program; forward only, in one transaction."""

from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import OperationalError

from central import migrations
from central.store.engine import Engines

SCRIPTS = Path(migrations.__file__).parent
LOCK_MS = 5000
TRIES = 6
DEADLOCK = "40P01"


class SchemaTooOld(RuntimeError):
    """The database has to be migrated first, which on PostgreSQL is an operator's decision."""


class SchemaTooNew(RuntimeError):
    """The database belongs to a newer program."""


def newest(scripts: Path = SCRIPTS) -> str:
    """Return the revision of this program; a script is `m<revision>_<what>.py`."""
    return max(script.name[1:5] for script in scripts.glob("m[0-9][0-9][0-9][0-9]_*.py"))


def current(engines: Engines) -> str | None:
    """Return the revision of the database, None for an empty one."""
    with engines.read.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.exec_driver_sql(
            "SELECT version_num FROM alembic_version"
        ).scalar()
        return found


def check(engines: Engines) -> None:
    """Raise SchemaTooOld or SchemaTooNew unless the database fits this program."""
    found, wanted = current(engines), newest()
    if found is None or found < wanted:
        raise SchemaTooOld(found or "empty")
    if found > wanted:
        raise SchemaTooNew(found)


def bring_up(engines: Engines, scripts: Path = SCRIPTS) -> None:
    """Create or upgrade the schema; a kill at any moment leaves it as it was.

    On PostgreSQL it gives up rather than let the requests of a serving centre wait behind it, and
    begins again where it and a request waited for each other. Raises SchemaTooNew.
    """
    found, wanted = current(engines), newest(scripts)
    if found == wanted:
        return
    if found is not None and found > wanted:
        raise SchemaTooNew(found)
    for attempt in range(1, TRIES + 1):
        try:
            with engines.write.begin() as connection:
                if not engines.is_sqlite:
                    # Two operators at once: the second waits and then finds nothing to do.
                    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4715202)")
                    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MS}")
                _upgrade(connection, scripts)
        except OperationalError as error:
            if attempt == TRIES or getattr(error.orig, "sqlstate", None) != DEADLOCK:
                raise
        else:
            return


def _upgrade(connection: Connection, scripts: Path) -> None:
    directory = ScriptDirectory(str(scripts), version_locations=[str(scripts)])

    def steps(at: Any, _context: MigrationContext) -> Any:
        return directory._upgrade_revs("head", at)  # noqa: SLF001  (what alembic's own command does)

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context), context.begin_transaction():
        context.run_migrations()
