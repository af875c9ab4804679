"""What lists and panes show: frozen records that leave the storage, never rows of a database.

Times are RFC 3339 UTC; words and colours are chosen by whoever shows them.
"""

from enum import StrEnum
from typing import Any

import msgspec


class SyncWord(StrEnum):
    """The one vocabulary for how far a record has come (sync.md 6)."""

    SAVED = "saved"
    QUEUED = "queued"
    WAITING_PHOTO = "waiting_photo"
    DELIVERED = "delivered"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class PhotoLine(msgspec.Struct, frozen=True):
    """One photo of a record: `has_bytes` when this laptop can show it."""

    sha256: str
    role: str
    state: str
    at: str | None = None
    by: str | None = None
    has_bytes: bool = False
    taken_at: str | None = None


class TicketLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the ticket list."""

    id: str
    number: str
    local_no: str
    official_no: str | None
    item: str
    title: str
    place: str
    state: str
    due: str | None
    found_at: str
    sync: SyncWord
    photos: int = 0
    photos_stored: int = 0
    thumb: str | None = None
    mine: bool = False


class PatrolLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the patrol list."""

    id: str
    place: str
    result: str
    note: str
    at: str
    by: str
    grid: str
    sync: SyncWord
    photos: int = 0
    photos_stored: int = 0
    thumb: str | None = None
    ticket: str | None = None


class FlowLine(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a timeline; `waiting` while the centre has not confirmed it."""

    seq: int
    action: str
    to_state: str
    actor_name: str
    at: str
    opinion: str = ""
    receiver: str | None = None
    waiting: bool = False


class ClockLine(msgspec.Struct, frozen=True, kw_only=True):
    """One deadline with its explanation, each line a sentence that adds up to `due`."""

    what: str
    due: str | None
    paused: bool
    why: tuple[str, ...]


class Choice(msgspec.Struct, frozen=True):
    """One answer an action may be given: the value it takes, and the words people choose by."""

    value: str
    words: str


class TicketDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the detail pane shows of one ticket.

    `can` names the actions this person may try now (`lifecycle.possible`); `standards` are the
    filing conditions that `file` chooses from, `units` the organisations that `dispatch` may name.
    """

    line: TicketLine
    note: str
    grid: str
    grid_name: str
    path: tuple[str, ...]
    created_by: str
    created_by_name: str
    done_at: str | None
    no_photo_reason: str | None
    unit: str | None
    stage: int
    photos: tuple[PhotoLine, ...]
    timeline: tuple[FlowLine, ...]
    contacts: tuple[dict[str, Any], ...]
    deadlines: tuple[ClockLine, ...]
    can_retract: bool
    can: tuple[str, ...] = ()
    standards: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()
    converted: bool = False
    has_person: bool = False
    can_edit: bool = False


class ItemLine(msgspec.Struct, frozen=True, kw_only=True):
    """One catalogue item as pickers show it; `uses` is how often this person chose it."""

    code: str
    kind: str
    name: str
    path: tuple[str, ...]
    on_the_spot: bool
    before: int
    after: int
    active: bool = True
    owner_level: str = "社区"
    note_template: str = ""
    sample: bool = False
    uses: int = 0
    limit: str = ""
    short_name: str = ""
    icon: str = ""


class FieldChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A field that two people changed: what both saw, what this person wants, what it is now.

    `by` is the name of who wrote what it is now and `at` when the centre received that, both empty
    when this laptop does not know. `newer`, mine or theirs, is whose came later to the centre; a
    choice begins with it and a person decides.
    """

    field: str
    base: str
    mine: str
    theirs: str
    by: str = ""
    at: str = ""
    newer: str = "mine"


class AttentionCard(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person must see: refused or quarantined work, kept until they close it.

    `now` are facts for the sentence of `code`: what was true when the centre decided, and what has
    become of it since as far as this laptop knows. `detail` narrows the reason. `can` names what
    may be done: open, redo, mine, theirs, both, hand_over, close. `form` is the form that says it
    anew with other words, or empty. `fields` are the choices of a conflict. `under` is the card of
    the refusal that led to this one; `along` says that it comes along when that is said anew.
    """

    op_id: str
    seq: int
    kind: str
    entity_id: str
    local_no: str
    title: str
    place: str
    did: str
    when: str
    code: str
    verdict: str
    now: dict[str, Any]
    evidence_id: str | None
    can: tuple[str, ...]
    detail: str = ""
    form: str = ""
    fields: tuple[FieldChoice, ...] = ()
    under: str | None = None
    along: bool = False
    official_no: str | None = None

    @property
    def number(self) -> str:
        """The number that lists show."""
        return self.official_no or self.local_no

    @property
    def facts(self) -> dict[str, Any]:
        """What the sentence of `code` may say, people by their names."""
        by = self.now.get("by_name") or self.now.get("by")
        return {**self.now, "by": by, "detail": self.detail, "verdict": self.verdict}


class RefusedWork(msgspec.Struct, frozen=True, kw_only=True):
    """Work of somebody else here that the centre did not take, for whoever is in charge of them.

    `handed` is the remark by which its author asked for help, or None; `words` what they wanted.
    Times are those of the centre.
    """

    op_id: str
    evidence_id: str
    kind: str
    entity_id: str
    number: str
    title: str
    place: str
    did: str
    by: str
    at: str
    code: str
    words: tuple[str, ...] = ()
    photos: int = 0
    handed: str | None = None


class SyncStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The counters of the status line and of `gridworker status`."""

    saved: int = 0
    queued_ops: int = 0
    queued_photos: int = 0
    queued_bytes: int = 0
    needs_attention: int = 0
    last_sync: str | None = None
    acked_seq: int = 0
    epoch: str = ""
    online: bool = False


class WaitingLine(msgspec.Struct, frozen=True, kw_only=True):
    """One record that has not wholly arrived: what it is and how far its photos have come.

    `kind` is ticket, patrol_record or evidence; `did` the type of the operation without version.
    `taken` says that the centre has accepted its words, though nothing came back yet.
    `size` and `sent` are the bytes of its photos, and how many of them the centre has.
    """

    op_id: str
    kind: str
    id: str
    number: str
    title: str
    place: str
    did: str
    at: str
    sync: SyncWord
    taken: bool = False
    photos: int = 0
    photos_stored: int = 0
    size: int = 0
    sent: int = 0


class InboxLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of 今日, ordered by consequence; `group` 1 is the most urgent (ux.md 2.9)."""

    group: int
    kind: str
    id: str
    title: str
    place: str
    due: str | None = None
    thumb: str | None = None
    sync: SyncWord | None = None
    reason: str = ""


class MyDay(msgspec.Struct, frozen=True, kw_only=True):
    """A person's own day in numbers; nobody else's stand beside them.

    `open` are theirs and not done, `soon` those of them that are due within a day, `done` what they
    found and finished since midnight.
    """

    open: int
    soon: int
    done: int


class LeftWords(msgspec.Struct, frozen=True, kw_only=True):
    """Unfinished words and photos that no window comes back to.

    `question` is what was asked: an action, edit, add or choice. `ticket` is the id of one that is
    here and does not ask it any more, else empty; `name` is its number and title if known.
    """

    draft: str
    question: str
    ticket: str
    name: str
    words: tuple[str, ...]
    photos: int
    at: str


QUESTION = "question"  # the form of words typed into a question, which is about a ticket or a card
CHOICE = "choice"  # the question of a conflict: it is about a card


class DraftLine(msgspec.Struct, frozen=True, kw_only=True):
    """Unfinished work, stored while it is typed; `fields` is what the form held."""

    id: str
    form: str
    fields: dict[str, Any]
    photos: tuple[str, ...]
    changed_at: str
