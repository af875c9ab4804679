"""The first store (sync.md 5.1)."""

from typing import Any

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy import text as sql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def text(name: str, *, optional: bool = False, default: str | None = None) -> Column[Any]:
    """Return a column of text."""
    return Column(name, String, nullable=optional, server_default=default)


def drawn(name: str) -> Column[Any]:
    """Return a column of text that is read out of the body; a check would read it at each save."""
    from_body = Computed(f"coalesce(body ->> '$.{name}', '')", persisted=False)
    return Column(name, String, from_body, nullable=True)


def number(
    name: str, *, optional: bool = False, default: str | None = None, given: bool = False
) -> Column[Any]:
    """Return a column of whole numbers; a `given` key is never made up by the database."""
    counts: Any = False if given else "auto"
    return Column(name, Integer, nullable=optional, server_default=default, autoincrement=counts)


def flag(name: str, *, default: str | None = None) -> Column[Any]:
    """Return a column that is 0 or 1."""
    return Column(name, Boolean, nullable=False, server_default=default)


def raw(name: str) -> Column[Any]:
    """Return a column of bytes."""
    return Column(name, LargeBinary, nullable=False)


def upgrade() -> None:
    """Create every table of the first version."""
    op.create_table(
        "base",
        text("kind"),
        text("id"),
        number("rev"),
        number("schema"),
        text("body"),
        text("digest"),
        UniqueConstraint("id", "kind", name="base_key"),
    )
    op.create_table(
        "blob",
        text("sha256"),
        text("name"),
        raw("dek"),
        text("record"),
        number("size"),
        text("mime"),
        text("op_id"),
        number("offset", default="0"),
        text("state", default="local"),
        PrimaryKeyConstraint("sha256"),
    )
    op.create_index("blob_op", "blob", ["op_id"])
    op.create_index("blob_state", "blob", ["state"])
    op.create_table(
        "chain",
        number("n", given=True),
        text("op_id"),
        text("prev"),
        text("hash"),
        PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "counter",
        text("name"),
        number("value"),
        PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cursor",
        text("scope"),
        number("seq"),
        number("generation", default="0"),
        flag("sweeping", default="0"),
        PrimaryKeyConstraint("scope"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "detached",
        text("kind"),
        text("id"),
        PrimaryKeyConstraint("kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        text("id"),
        text("form"),
        text("fields"),
        text("changed_at"),
        PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "draft_photo",
        number("n"),
        text("id"),
        text("draft", optional=True),
        text("sha256"),
        text("name"),
        raw("dek"),
        text("record"),
        number("size"),
        text("mime"),
        text("source"),
        text("taken_at", optional=True),
        number("lon", optional=True),
        number("lat", optional=True),
        text("note", optional=True),
        text("created_at"),
        PrimaryKeyConstraint("n"),
        UniqueConstraint("id", name="draft_photo_id"),
    )
    op.create_index("draft_photo_draft", "draft_photo", ["draft"])
    op.create_table(
        "member",
        text("entity_id"),
        text("kind"),
        text("scope"),
        number("generation", default="0"),
        PrimaryKeyConstraint("entity_id", "kind", "scope"),
        sqlite_with_rowid=False,
    )
    op.create_index("member_scope", "member", ["scope", "generation"])
    op.create_table(
        "outbox",
        number("seq", given=True),
        text("op_id"),
        text("type"),
        text("kind"),
        text("entity_id"),
        text("subject_kind"),
        text("subject"),
        text("json"),
        text("at"),
        text("state"),
        number("rev", optional=True),
        text("verdict_json", optional=True),
        number("attempts", default="0"),
        text("last_error", optional=True),
        text("at_risk", optional=True),
        flag("closed_by_user", default="0"),
        PrimaryKeyConstraint("seq"),
        UniqueConstraint("op_id", name="outbox_op"),
    )
    op.create_index("outbox_subject", "outbox", ["subject", "seq"])
    op.create_table(
        "search_row",
        number("n"),
        text("kind"),
        text("id"),
        text("at"),
        PrimaryKeyConstraint("n"),
        UniqueConstraint("id", "kind", name="search_row_key"),
    )
    op.create_table(
        "search_todo",
        text("kind"),
        text("id"),
        PrimaryKeyConstraint("kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sent_log",
        number("seq", given=True),
        text("op_id"),
        text("type"),
        text("kind"),
        text("entity_id"),
        text("subject_kind"),
        text("subject"),
        text("json"),
        text("at"),
        text("state"),
        number("rev", optional=True),
        text("verdict_json", optional=True),
        number("attempts", default="0"),
        text("last_error", optional=True),
        text("at_risk", optional=True),
        flag("closed_by_user", default="0"),
        PrimaryKeyConstraint("seq"),
        UniqueConstraint("op_id", name="sent_log_op"),
    )
    op.create_table(
        "setting", text("key"), text("value"), PrimaryKeyConstraint("key"), sqlite_with_rowid=False
    )
    op.create_table(
        "staging",
        text("scope"),
        text("kind"),
        text("id"),
        PrimaryKeyConstraint("scope", "kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sync_log",
        number("n"),
        text("at"),
        flag("ok"),
        text("code"),
        text("facts", default="{}"),
        PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "sync_state",
        number("n"),
        text("epoch", default=""),
        number("acked_seq", default="0"),
        number("next_seq", default="1"),
        text("chain_head", default=""),
        number("reference_version", default="0"),
        number("removed_in_round", default="0"),
        text("body", default="{}"),
        CheckConstraint("n = 1", name="one_row"),
        PrimaryKeyConstraint("n"),
    )
    op.create_table("thumb", text("sha256"), raw("jpeg"), PrimaryKeyConstraint("sha256"))
    op.create_table(
        "uses",
        text("item"),
        number("uses"),
        text("last_at"),
        PrimaryKeyConstraint("item"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "view_part",
        text("id"),
        text("kind"),
        text("parent_kind"),
        text("parent"),
        number("seq"),
        text("at"),
        number("rev"),
        flag("waiting"),
        text("body"),
        PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("view_part_parent", "view_part", ["parent", "kind", "seq"])
    op.create_table(
        "view_patrol_record",
        number("n"),
        text("id"),
        text("place"),
        text("result"),
        drawn("note"),
        text("grid"),
        text("at"),
        text("created_by"),
        text("ticket", optional=True),
        number("photos"),
        number("photos_stored"),
        text("thumb", optional=True),
        number("rev"),
        number("pending"),
        flag("detached"),
        text("body"),
        PrimaryKeyConstraint("n"),
        UniqueConstraint("id", name="view_patrol_record_id"),
    )
    op.create_index("view_patrol_record_at", "view_patrol_record", ["at", "id"])
    op.create_table(
        "view_reference",
        number("n"),
        text("kind"),
        text("id"),
        text("code"),
        text("body"),
        PrimaryKeyConstraint("n"),
        UniqueConstraint("id", "kind", name="view_reference_key"),
    )
    op.create_index("view_reference_code", "view_reference", ["kind", "code"])
    op.create_table(
        "view_ticket",
        number("n"),
        text("id"),
        text("local_no"),
        text("official_no", optional=True),
        text("item"),
        text("title"),
        text("state"),
        text("place"),
        drawn("note"),
        text("grid"),
        text("unit", optional=True),
        text("assignee", optional=True),
        text("due", optional=True),
        text("found_at"),
        text("done_at", optional=True),
        text("created_by"),
        text("person", optional=True),
        number("photos"),
        number("photos_stored"),
        text("thumb", optional=True),
        number("rev"),
        number("pending"),
        flag("detached"),
        text("body"),
        PrimaryKeyConstraint("n"),
        UniqueConstraint("id", name="view_ticket_id"),
    )
    op.create_index(
        "view_ticket_list",
        "view_ticket",
        ["found_at", "id", "state", "due", "created_by", "assignee", "title", "place"],
    )
    op.create_index(
        "view_ticket_due",
        "view_ticket",
        ["due", "state", "created_by", "assignee", "unit", "id"],
        sqlite_where=sql("due NOT NULL"),
    )
    op.create_index("view_ticket_local_no", "view_ticket", ["local_no"])
    op.create_index(
        "view_ticket_official_no",
        "view_ticket",
        ["official_no"],
        sqlite_where=sql("official_no NOT NULL"),
    )
    op.create_index(
        "view_ticket_person", "view_ticket", ["person"], sqlite_where=sql("person NOT NULL")
    )
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5"
        "(words, content='', contentless_delete=1, tokenize='ascii')"
    )
    # A save adds a small part to the index and merges none: search.settle does, at quieter times.
    for name, value in (("automerge", 0), ("crisismerge", 500)):
        op.execute(f"INSERT INTO search_index (search_index, rank) VALUES ('{name}', {value})")
