"""What was said lies once and stays where it is; where it stands is a narrow row of its own."""

from typing import Any

from alembic import op
from sqlalchemy import Boolean, Column, Integer, PrimaryKeyConstraint, String, UniqueConstraint

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SAID = "seq, op_id, type, kind, entity_id, subject_kind, subject, at, json"
PLAIN = (
    "state IN ('applied', 'noop') AND NOT EXISTS (SELECT 1 FROM json_each(verdict_json)"
    " WHERE key NOT IN ('op_id', 'seq', 'verdict', 'rev', 'replay'))"
)


def text(name: str, *, optional: bool = False) -> Column[Any]:
    """Return a column of text."""
    return Column(name, String, nullable=optional)


def seq() -> Column[Any]:
    """Return the column of the number, which the database never makes up."""
    return Column("seq", Integer, nullable=False, autoincrement=False)


def upgrade() -> None:
    """Split both tables; attempts are told by one number now, and errors by the log of attempts."""
    op.create_table(
        "operation",
        seq(),
        text("op_id"),
        text("type"),
        text("kind"),
        text("entity_id"),
        text("subject_kind"),
        text("subject"),
        text("at"),
        text("json"),
        PrimaryKeyConstraint("seq"),
        UniqueConstraint("op_id", name="operation_op"),
    )
    op.execute(
        f"INSERT INTO operation ({SAID}) SELECT {SAID} FROM outbox"
        f" UNION ALL SELECT {SAID} FROM sent_log ORDER BY seq"
    )
    op.create_index("operation_subject", "operation", ["subject", "kind"])
    for before, after in (("outbox", "outbox_state"), ("sent_log", "sent_state")):
        op.create_table(
            after,
            seq(),
            text("state"),
            Column("rev", Integer, nullable=True),
            text("verdict_json", optional=True),
            text("at_risk", optional=True),
            Column("closed_by_user", Boolean, nullable=False, server_default="0"),
            PrimaryKeyConstraint("seq"),
        )
        op.execute(
            f"INSERT INTO {after} (seq, state, rev, verdict_json, at_risk, closed_by_user)"
            f" SELECT seq, state, rev, CASE WHEN {PLAIN} THEN NULL ELSE verdict_json END,"
            f" at_risk, closed_by_user FROM {before} ORDER BY seq"
        )
        op.drop_table(before)
        op.execute(
            f"CREATE VIEW {before} AS SELECT s.seq, o.op_id, o.type, o.kind, o.entity_id,"
            " o.subject_kind, o.subject, o.json, o.at, s.state, s.rev, s.verdict_json, s.at_risk,"
            f" s.closed_by_user FROM {after} s JOIN operation o ON o.seq = s.seq"
        )
