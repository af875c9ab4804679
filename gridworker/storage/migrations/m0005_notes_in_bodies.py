"""The note of a record is in its body alone: as a column it was looked up with every insert."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop what was never stored: no row changes."""
    op.execute("ALTER TABLE view_ticket DROP COLUMN note")
    op.execute("ALTER TABLE view_patrol_record DROP COLUMN note")
