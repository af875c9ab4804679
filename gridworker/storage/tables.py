"""The shape of the client's store (sync.md 5.1): what the migrations must add up to.

Hot paths speak SQL to these tables directly; the classes give names and types to queries and to
the comparison of migrated files with this page. Bodies, arguments and facts are JSON text; times
are RFC 3339 UTC text; hashes are lower-case hex. Tables that carry a body in most rows keep their
rowid, because a body of a kilobyte would overflow the pages of a table WITHOUT ROWID.
"""

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NARROW = {"sqlite_with_rowid": False}
SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5"
    "(words, content='', contentless_delete=1, tokenize='ascii')"
)
# What the base says with the bodies that only the view holds; no look-up reads a body in vain.
CONFIRMED = (
    "CREATE VIEW confirmed AS SELECT kind, id, rev, schema, coalesce(body, CASE kind"
    " WHEN 'ticket' THEN (SELECT v.body FROM view_ticket v WHERE v.id = base.id)"
    " WHEN 'patrol_record' THEN (SELECT v.body FROM view_patrol_record v WHERE v.id = base.id)"
    " ELSE (SELECT v.body FROM view_part v WHERE v.id = base.id) END) AS body, digest FROM base"
)


_OPERATIONS = (
    "CREATE VIEW {name} AS SELECT s.seq, o.op_id, o.type, o.kind, o.entity_id, o.subject_kind,"
    " o.subject, o.json, o.at, s.state, s.rev, s.verdict_json, s.at_risk, s.closed_by_user"
    " FROM {table} s JOIN operation o ON o.seq = s.seq"
)
VIEWS = (
    CONFIRMED,
    _OPERATIONS.format(name="outbox", table="outbox_state"),
    _OPERATIONS.format(name="sent_log", table="sent_state"),
)


class Base(DeclarativeBase):
    """Holds the metadata of all tables."""


@event.listens_for(Base.metadata, "after_create")
def _make_what_has_no_class(_: MetaData, connection: Connection, **_options: object) -> None:
    connection.exec_driver_sql(SEARCH_INDEX)
    for view in VIEWS:
        connection.exec_driver_sql(view)


class ConfirmedRow(Base):
    """A record as the centre confirmed it, known to this version or not; only pulls write here.

    Without a `body` the view shows the confirmed one, which is not kept twice: whoever is about to
    show something else brings it here first (`view_rows.keep_confirmed`). Ask the view `confirmed`.
    """

    __tablename__ = "base"
    __table_args__ = (PrimaryKeyConstraint("id", "kind"), NARROW)

    kind: Mapped[str]
    id: Mapped[str]
    rev: Mapped[int]
    schema: Mapped[int]
    body: Mapped[str | None]
    digest: Mapped[str]


class Member(Base):
    """Why a confirmed record is here: the scopes that show it; `generation` serves the sweep.

    A scope that leaves is looked for in all of it: that is seldom, and each pull would pay for an
    index.
    """

    __tablename__ = "member"
    __table_args__ = (NARROW,)

    entity_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(server_default="0")


class Cursor(Base):
    """How far each scope was read; while `sweeping`, rows of older generations await their end."""

    __tablename__ = "cursor"
    __table_args__ = (NARROW,)

    scope: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    generation: Mapped[int] = mapped_column(server_default="0")
    sweeping: Mapped[bool] = mapped_column(server_default="0")


class Staged(Base):
    """A removal that looks like an accident: kept back until the centre's digest agrees."""

    __tablename__ = "staging"
    __table_args__ = (NARROW,)

    scope: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)


class Detached(Base):
    """A record that no scope shows any more.

    It goes at the next checkpoint, unless something of it is still to be delivered.
    """

    __tablename__ = "detached"
    __table_args__ = (NARROW,)

    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)


class SyncState(Base):
    """The one row about this device; `body` holds what changes seldom (see state.py).

    Everything up to `tried_seq` was in a request at least once, with a verdict or without.
    """

    __tablename__ = "sync_state"
    __table_args__ = (CheckConstraint("n = 1", name="one_row"),)

    n: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(server_default="")
    acked_seq: Mapped[int] = mapped_column(server_default="0")
    next_seq: Mapped[int] = mapped_column(server_default="1")
    chain_head: Mapped[str] = mapped_column(server_default="")
    reference_version: Mapped[int] = mapped_column(server_default="0")
    removed_in_round: Mapped[int] = mapped_column(server_default="0")
    body: Mapped[str] = mapped_column(server_default="{}")
    tried_seq: Mapped[int] = mapped_column(server_default="0")


class Counter(Base):
    """Numbers the device hands out, by name; a day's number stays used when the clock goes back."""

    __tablename__ = "counter"
    __table_args__ = (NARROW,)

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class Operation(Base):
    """An operation of this device as it was recorded; it never changes and never goes.

    `json` is the canonical form without `seq`: the bytes that are hashed. `subject` is the record a
    person sees change; for evidence that is the ticket or patrol record it is added to. Where it
    stands says its row in `outbox_state` or `sent_state`; the SQL views `outbox` and `sent_log`
    read both together. The index tells the operations of a record without reading any of them.
    """

    __tablename__ = "operation"
    __table_args__ = (
        UniqueConstraint("op_id", name="operation_op"),
        Index("operation_subject", "subject", "kind"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op_id: Mapped[str]
    type: Mapped[str]
    kind: Mapped[str]
    entity_id: Mapped[str]
    subject_kind: Mapped[str]
    subject: Mapped[str]
    at: Mapped[str]
    json: Mapped[str]


class StandingColumns:
    """Where an operation stands: narrow, because a verdict and its end write it anew.

    `state` is queued, applied, noop, refused or quarantined; `verdict_json` is what the centre said
    beyond `state` and `rev`; `at_risk` is the code of the rule that would refuse it now.
    """

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str]
    rev: Mapped[int | None]
    verdict_json: Mapped[str | None]
    at_risk: Mapped[str | None]
    closed_by_user: Mapped[bool] = mapped_column(server_default="0")


class Outbox(StandingColumns, Base):
    """An operation of this device until the centre's answer has been pulled back."""

    __tablename__ = "outbox_state"


class Sent(StandingColumns, Base):
    """An operation that is done with, kept in case the centre is restored from a backup."""

    __tablename__ = "sent_state"


class Link(Base):
    """One link of the hash chain over this device's commands."""

    __tablename__ = "chain"

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    op_id: Mapped[str]
    prev: Mapped[str]
    hash: Mapped[str]


class Blob(Base):
    """A photo that a record names: where its sealed file is, its key, and how far it was sent.

    `state` is local, uploading, sent (the centre has it, says the upload) or stored (the centre has
    it, says the pulled record). `record` is what the file was sealed for. `offset` counts bytes.
    """

    __tablename__ = "blob"
    __table_args__ = (Index("blob_state", "state"), Index("blob_op", "op_id"))

    sha256: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    dek: Mapped[bytes] = mapped_column(LargeBinary)
    record: Mapped[str]
    size: Mapped[int]
    mime: Mapped[str]
    op_id: Mapped[str]
    offset: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(server_default="local")


class Draft(Base):
    """Unfinished work as the form held it."""

    __tablename__ = "draft"

    id: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str]
    fields: Mapped[str]
    changed_at: Mapped[str]


class DraftPhoto(Base):
    """A sealed photo that no record names yet; `n` keeps the order of taking."""

    __tablename__ = "draft_photo"
    __table_args__ = (
        UniqueConstraint("id", name="draft_photo_id"),
        Index("draft_photo_draft", "draft"),
    )

    n: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    draft: Mapped[str | None]
    sha256: Mapped[str]
    name: Mapped[str]
    dek: Mapped[bytes] = mapped_column(LargeBinary)
    record: Mapped[str]
    size: Mapped[int]
    mime: Mapped[str]
    source: Mapped[str]
    taken_at: Mapped[str | None]
    lon: Mapped[int | None]
    lat: Mapped[int | None]
    note: Mapped[str | None]
    created_at: Mapped[str]


class Thumb(Base):
    """A small JPEG of a photo, for lists."""

    __tablename__ = "thumb"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)


class SyncAttempt(Base):
    """One attempt to sync, for people."""

    __tablename__ = "sync_log"

    n: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]
    ok: Mapped[bool]
    code: Mapped[str]
    facts: Mapped[str] = mapped_column(server_default="{}")


class Use(Base):
    """How often this person chose a catalogue item, and when last."""

    __tablename__ = "uses"
    __table_args__ = (NARROW,)

    item: Mapped[str] = mapped_column(primary_key=True)
    uses: Mapped[int]
    last_at: Mapped[str]


class Setting(Base):
    """A choice of this person that belongs inside the encrypted store; `value` is JSON."""

    __tablename__ = "setting"
    __table_args__ = (NARROW,)

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class SearchRow(Base):
    """Which record a row of the search index stands for; `at` is the time that lists go by."""

    __tablename__ = "search_row"
    __table_args__ = (UniqueConstraint("id", "kind", name="search_row_key"),)

    n: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    id: Mapped[str]
    at: Mapped[str]


class SearchTodo(Base):
    """A record that changed in a pull and is not indexed yet."""

    __tablename__ = "search_todo"
    __table_args__ = (NARROW,)

    kind: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
