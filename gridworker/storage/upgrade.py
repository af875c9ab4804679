"""Running the migration scripts; apart from `migrate`, since Alembic is needed once per release."""

from pathlib import Path
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def directory(scripts: Path) -> ScriptDirectory:
    """Return the scripts of a folder that has no other files of Alembic."""
    return ScriptDirectory(str(scripts), version_locations=[str(scripts)])


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
