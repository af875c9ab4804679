"""Running the migration scripts; apart from `migrate`, since Alembic is needed once per release."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.storage.damage import Guard


def directory(scripts: Path) -> ScriptDirectory:
    """Return the scripts of a folder that has no other files of Alembic."""
    return ScriptDirectory(str(scripts), version_locations=[str(scripts)])


def engine(connect: Callable[[], Any], guard: Guard) -> Engine:
    """Return what scripts work through; `connect` opens the driver's connection.

    It begins each transaction itself: the driver would commit DDL piece by piece. Driver errors
    leave it as what `guard` makes of them.
    """
    made = create_engine(
        "sqlite://", module=sqlcipher, creator=connect, poolclass=NullPool, hide_parameters=True
    )

    @event.listens_for(made, "connect")
    def _take_control(driver: Any, _record: object) -> None:
        driver.isolation_level = None

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(made, "handle_error")
    def _told(context: ExceptionContext) -> Exception | None:
        return guard.told(context.original_exception)

    return made


def upgrade(connection: Connection, scripts: Path, revision: str = "head") -> None:
    """Run the scripts up to `revision` in the transaction that `connection` is in.

    The caller's engine must begin transactions itself, or DDL would be committed piece by piece.
    """
    chain = directory(scripts)

    def steps(at: Any, _context: MigrationContext) -> Any:
        return chain._upgrade_revs(revision, at)  # noqa: SLF001  (what alembic's own command does)

    context = MigrationContext.configure(connection, opts={"fn": steps})
    with Operations.context(context), context.begin_transaction():
        context.run_migrations()
