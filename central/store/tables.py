"""The tables of the centre, as the newest migration leaves them.

Ids and codes are text, times are unix milliseconds, bodies and operations are JSON bytes. The feed
names records by `entity.n` and scopes by `scope_head.id`, numbers that mean nothing outside of this
database. A test holds this page against what the migrations make.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

METADATA = MetaData()
BIG = BigInteger().with_variant(Integer(), "sqlite")
HAS_PARENT = text("parent IS NOT NULL")

META = Table(
    "meta",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
ACCOUNT = Table(
    "account",
    METADATA,
    Column("login", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("rights", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("demo", Boolean, nullable=False),
)
ENROL_CODE = Table(
    "enrol_code",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("login", Text, nullable=False),
    Column("expires_at", BIG, nullable=False),
    Column("used_by", Text),
    Column("used_key", Text),
)
DEVICE = Table(
    "device",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("login", Text, nullable=False),
    Column("pubkey", Text, nullable=False),
    Column("platform", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("generation", BIG, nullable=False),
    Column("acked_seq", BIG, nullable=False),
    Column("created_at", BIG, nullable=False),
    Column("last_seen", BIG, nullable=False),
)
TOKEN = Table(
    "token",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("device_id", Text, nullable=False, index=True),
    Column("expires_at", BIG),
)
ENTITY = Table(
    "entity",
    METADATA,
    Column("n", BIG, primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("rev", BIG, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("digest", Text, nullable=False),
    Column("parent", Text),
    Column("changed_at", BIG, nullable=False),
    Index("ix_entity_kind", "kind", "id"),
    Index("ix_entity_parent", "parent", sqlite_where=HAS_PARENT, postgresql_where=HAS_PARENT),
)
FEED = Table(
    "feed",
    METADATA,
    Column("scope", BIG, primary_key=True, autoincrement=False),
    Column("seq", BIG, primary_key=True, autoincrement=False),
    Column("entity", BIG, nullable=False),
    Column("op", Text, nullable=False),
    Column("why", Text),
    UniqueConstraint("entity", "scope", name="uq_feed_entity_scope"),
    sqlite_with_rowid=False,
)
SCOPE_HEAD = Table(
    "scope_head",
    METADATA,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("scope", Text, nullable=False, unique=True),
    Column("seq", BIG, nullable=False),
    Column("count", BIG, nullable=False),
    Column("xor", Text, nullable=False),
    Column("floor", BIG, nullable=False),
)
OP_LOG = Table(
    "op_log",
    METADATA,
    Column("position", BIG, primary_key=True, autoincrement=True),
    Column("op_id", Text, nullable=False, unique=True),
    Column("device_id", Text, nullable=False),
    Column("seq", BIG, nullable=False),
    Column("payload_hash", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("op", LargeBinary, nullable=False),
    Column("received_at", BIG, nullable=False),
    UniqueConstraint("device_id", "seq", name="uq_op_log_device_seq"),
)
COUNTER = Table(
    "counter",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("last", BIG, nullable=False),
)
BLOB = Table(
    "blob",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("size", BIG, nullable=False),
    Column("mime", Text, nullable=False),
    Column("stored_at", BIG, nullable=False),
)
BLOB_HOLDER = Table(
    "blob_holder",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("login", Text, primary_key=True),
)
BLOB_REF = Table(
    "blob_ref",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("entity_id", Text, primary_key=True),
    Column("login", Text, primary_key=True),
    Column("proven", Boolean, nullable=False),
)
