"""What was under way waits again, and one number says how far anything was ever sent."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep the highest number that was tried in place of a count for each operation."""
    op.add_column("sync_state", Column("tried_seq", Integer, nullable=False, server_default="0"))
    op.execute(
        "UPDATE sync_state SET tried_seq = (SELECT coalesce(max(seq), 0) FROM"
        " (SELECT seq, attempts FROM outbox UNION ALL SELECT seq, attempts FROM sent_log)"
        " WHERE attempts > 0)"
    )
    op.execute("UPDATE outbox SET state = 'queued' WHERE state = 'inflight'")
