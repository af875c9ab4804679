"""A confirmed body lies once in the store, and the base has one tree instead of two."""

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, String

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SHOWN = (
    "CASE kind WHEN 'ticket' THEN (SELECT v.body FROM view_ticket v WHERE v.id = {base}.id)"
    " WHEN 'patrol_record' THEN (SELECT v.body FROM view_patrol_record v WHERE v.id = {base}.id)"
    " ELSE (SELECT v.body FROM view_part v WHERE v.id = {base}.id) END"
)


def upgrade() -> None:
    """Leave in the base only the bodies that the view shows otherwise or not at all."""
    op.rename_table("base", "kept_base")
    op.create_table(
        "base",
        Column("kind", String, nullable=False),
        Column("id", String, nullable=False),
        Column("rev", Integer, nullable=False),
        Column("schema", Integer, nullable=False),
        Column("body", String, nullable=True),
        Column("digest", String, nullable=False),
        PrimaryKeyConstraint("id", "kind"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO base (kind, id, rev, schema, body, digest)"
        f" SELECT kind, id, rev, schema, nullif(body, {SHOWN.format(base='kept_base')}), digest"
        " FROM kept_base ORDER BY id, kind"
    )
    op.drop_table("kept_base")
    op.execute(
        "CREATE VIEW confirmed AS SELECT kind, id, rev, schema,"
        f" coalesce(body, {SHOWN.format(base='base')}) AS body, digest FROM base"
    )
    op.drop_index("member_scope", "member")
