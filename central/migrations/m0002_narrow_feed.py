"""A feed of whole numbers: a record is told to half a dozen scopes, so its lines must be small."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REBUILT = ("entity", "scope_head", "feed")
HAS_PARENT = sa.text("parent IS NOT NULL")


def upgrade() -> None:
    """Give records and scopes numbers, and let the feed speak of them by number."""
    for table in REBUILT:
        op.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        op.drop_table(table)
    _create()
    op.execute(
        "INSERT INTO entity (id, kind, rev, schema, body, digest, parent, changed_at)"
        " SELECT id, kind, rev, schema, body, digest, parent, changed_at FROM kept_entity"
        " ORDER BY id"
    )
    op.execute(
        "INSERT INTO scope_head (scope, seq, count, xor, floor)"
        " SELECT scope, seq, count, xor, floor FROM kept_scope_head ORDER BY scope"
    )
    op.execute(
        "INSERT INTO feed (scope, seq, entity, op, why) SELECT h.id, f.seq, e.n, f.op, f.why"
        " FROM kept_feed f JOIN scope_head h ON h.scope = f.scope"
        " JOIN entity e ON e.id = f.entity_id ORDER BY h.id, f.seq"
    )
    for table in REBUILT:
        op.drop_table(f"kept_{table}")


def _create() -> None:
    op.create_table(
        "entity",
        sa.Column("n", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("rev", BIG, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("changed_at", BIG, nullable=False),
    )
    op.create_index("ix_entity_kind", "entity", ["kind", "id"])
    op.create_index(
        "ix_entity_parent",
        "entity",
        ["parent"],
        sqlite_where=HAS_PARENT,
        postgresql_where=HAS_PARENT,
    )
    op.create_table(
        "scope_head",
        sa.Column("id", BIG, primary_key=True, autoincrement=True),
        sa.Column("scope", sa.Text, nullable=False, unique=True),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("xor", sa.Text, nullable=False),
        sa.Column("floor", BIG, nullable=False),
    )
    op.create_table(
        "feed",
        sa.Column("scope", BIG, primary_key=True, autoincrement=False),
        sa.Column("seq", BIG, primary_key=True, autoincrement=False),
        sa.Column("entity", BIG, nullable=False),
        sa.Column("op", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.UniqueConstraint("entity", "scope", name="uq_feed_entity_scope"),
        sqlite_with_rowid=False,
    )
