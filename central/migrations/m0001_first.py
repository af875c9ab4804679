"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table of the first version."""
    _people()
    _records()
    _operations()
    _photos()


def _people() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "account",
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("rights", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("demo", sa.Boolean, nullable=False),
    )
    op.create_table(
        "enrol_code",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("expires_at", BIG, nullable=False),
        sa.Column("used_by", sa.Text),
        sa.Column("used_key", sa.Text),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("pubkey", sa.Text, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("app", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("generation", BIG, nullable=False),
        sa.Column("acked_seq", BIG, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("last_seen", BIG, nullable=False),
    )
    op.create_table(
        "token",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("expires_at", BIG),
    )
    op.create_index("ix_token_device_id", "token", ["device_id"])


def _records() -> None:
    op.create_table(
        "entity",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("rev", BIG, nullable=False),
        sa.Column("schema", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        sa.Column("changed_at", BIG, nullable=False),
    )
    op.create_index("ix_entity_parent", "entity", ["parent"])
    op.create_index("ix_entity_kind", "entity", ["kind", "id"])
    op.create_table(
        "feed",
        sa.Column("entity_id", sa.Text, primary_key=True),
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("op", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.UniqueConstraint("scope", "seq", name="uq_feed_scope_seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scope_head",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.Column("xor", sa.Text, nullable=False),
        sa.Column("floor", BIG, nullable=False),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("last", BIG, nullable=False),
    )


def _operations() -> None:
    op.create_table(
        "op_log",
        sa.Column("position", BIG, primary_key=True, autoincrement=True),
        sa.Column("op_id", sa.Text, nullable=False, unique=True),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("payload_hash", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("result", sa.LargeBinary, nullable=False),
        sa.Column("op", sa.LargeBinary, nullable=False),
        sa.Column("received_at", BIG, nullable=False),
        sa.UniqueConstraint("device_id", "seq", name="uq_op_log_device_seq"),
    )


def _photos() -> None:
    op.create_table(
        "blob",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size", BIG, nullable=False),
        sa.Column("mime", sa.Text, nullable=False),
        sa.Column("stored_at", BIG, nullable=False),
    )
    op.create_table(
        "blob_holder",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, primary_key=True),
    )
    op.create_table(
        "blob_ref",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("entity_id", sa.Text, primary_key=True),
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("proven", sa.Boolean, nullable=False),
    )
