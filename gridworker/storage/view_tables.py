"""The shape of what people are shown: records with waiting operations folded in (sync.md 5.1).

One table for each kind that lists are made of, one for what hangs on a record, one for reference
data. What waits can be folded in again at any time; a confirmed body that is shown as it is lies
here alone (see `ConfirmedRow`).
"""

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gridworker.storage.tables import NARROW, Base

LIST_COLUMNS = ("found_at", "id", "state", "due", "created_by", "assignee", "title", "place")
DUE_COLUMNS = ("due", "state", "created_by", "assignee", "unit", "id")


class ViewTicket(Base):
    """A ticket as this person sees it: confirmed, with waiting operations folded in.

    `rev` is the confirmed revision (0: the centre does not have it), `pending` counts operations
    of this device that are still in the outbox, `thumb` is the hash of the photo a list shows,
    `detached` says that the record has left this person's scopes (see `Detached`). The note,
    the longest text there is, is in the body alone: even a column that is not stored would be
    looked up with every insert. One index answers every list: each further one would cost a page of
    encryption with every save. That of due times holds only what has one.
    """

    __tablename__ = "view_ticket"
    __table_args__ = (
        UniqueConstraint("id", name="view_ticket_id"),
        Index("view_ticket_list", *LIST_COLUMNS),
        Index("view_ticket_due", *DUE_COLUMNS, sqlite_where=text("due NOT NULL")),
        Index("view_ticket_local_no", "local_no"),
        Index("view_ticket_official_no", "official_no", sqlite_where=text("official_no NOT NULL")),
        Index("view_ticket_person", "person", sqlite_where=text("person NOT NULL")),
    )

    n: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    local_no: Mapped[str]
    official_no: Mapped[str | None]
    item: Mapped[str]
    title: Mapped[str]
    state: Mapped[str]
    place: Mapped[str]
    grid: Mapped[str]
    unit: Mapped[str | None]
    assignee: Mapped[str | None]
    due: Mapped[str | None]
    found_at: Mapped[str]
    done_at: Mapped[str | None]
    created_by: Mapped[str]
    person: Mapped[str | None]
    photos: Mapped[int]
    photos_stored: Mapped[int]
    thumb: Mapped[str | None]
    rev: Mapped[int]
    pending: Mapped[int]
    detached: Mapped[bool]
    body: Mapped[str]


class ViewPatrol(Base):
    """A patrol record as this person sees it; columns as in `ViewTicket`."""

    __tablename__ = "view_patrol_record"
    __table_args__ = (
        UniqueConstraint("id", name="view_patrol_record_id"),
        Index("view_patrol_record_at", "at", "id"),
    )

    n: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str]
    place: Mapped[str]
    result: Mapped[str]
    grid: Mapped[str]
    at: Mapped[str]
    created_by: Mapped[str]
    ticket: Mapped[str | None]
    photos: Mapped[int]
    photos_stored: Mapped[int]
    thumb: Mapped[str | None]
    rev: Mapped[int]
    pending: Mapped[int]
    detached: Mapped[bool]
    body: Mapped[str]


class ViewPart(Base):
    """What hangs on a record: steps, contacts, evidence, late evidence, the person who told us.

    `waiting` while only this device knows it; `seq` orders the steps of a timeline.
    """

    __tablename__ = "view_part"
    __table_args__ = (Index("view_part_parent", "parent", "kind", "seq"), NARROW)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    parent_kind: Mapped[str]
    parent: Mapped[str]
    seq: Mapped[int]
    at: Mapped[str]
    rev: Mapped[int]
    waiting: Mapped[bool]
    body: Mapped[str]


class ViewReference(Base):
    """Catalogue, calendar, organisations, people: `code` is how rules ask for it.

    `code` of a case standard is its item's code, of a worker the login, of a day its date.
    """

    __tablename__ = "view_reference"
    __table_args__ = (
        UniqueConstraint("id", "kind", name="view_reference_key"),
        Index("view_reference_code", "kind", "code"),
    )

    n: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    id: Mapped[str]
    code: Mapped[str]
    body: Mapped[str]
