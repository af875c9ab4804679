"""A ticket and its states."""

from enum import StrEnum
from typing import Any

import msgspec


class State(StrEnum):
    """The states of interfaces.md 4; overlays (paused, supervised, ...) never change them."""

    DRAFT = "draft"
    REPORTED = "reported"
    VERIFYING = "verifying"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    HANDLING = "handling"
    HANDLED = "handled"
    FEEDBACK = "feedback"
    CHECKING = "checking"
    CLOSED = "closed"
    EVALUATED = "evaluated"
    ARCHIVED = "archived"
    ONSPOT_DONE = "onspot_done"
    VOIDED = "voided"
    REOPENED = "reopened"


OPEN_STATES = frozenset(
    {
        State.REPORTED,
        State.VERIFYING,
        State.REGISTERED,
        State.DISPATCHED,
        State.SIGNED,
        State.HANDLING,
        State.HANDLED,
        State.FEEDBACK,
        State.CHECKING,
        State.REOPENED,
    }
)
RETRACTABLE = frozenset({State.ONSPOT_DONE, State.REPORTED})


class Ticket(msgspec.Struct, frozen=True, kw_only=True, rename={"class_": "class"}):
    """What the rules know of a ticket's body; keys they do not know travel beside it untouched.

    Times are RFC 3339 UTC with milliseconds. `photos` are PHOTO records plus
    `state`, `by` and `at`.
    `pauses` are pairs of start and end, the end None while one lasts. `acted_by` names everybody
    whose act changed the ticket, first the author; `last_by` (a name), `last_at` and `last_act` are
    about the latest act, the last of them tells a repeated act from a new one.
    """

    local_no: str
    official_no: str | None = None
    item: str
    title: str
    state: State
    place: str
    note: str = ""
    grid: str
    org_id: str
    found_at: str
    done_at: str | None = None
    created_at: str
    created_by: str
    created_by_name: str
    device_code: str
    photos: tuple[dict[str, Any], ...] = ()
    no_photo_reason: str | None = None
    person: str | None = None
    standard: int | None = None
    reported_at: str | None = None
    filed_at: str | None = None
    unit: str | None = None
    assist_units: tuple[str, ...] = ()
    dispatched_at: str | None = None
    signed_at: str | None = None
    contacted_at: str | None = None
    handled_at: str | None = None
    check_at: str | None = None
    closed_at: str | None = None
    assignee: str | None = None
    due: str | None = None
    unit_due: str | None = None
    sample_recheck: str | None = None
    converted: bool = False
    void_reason: str | None = None
    overlays: tuple[str, ...] = ()
    pauses: tuple[tuple[str, str | None], ...] = ()
    flow: int = 0
    acted_by: tuple[str, ...] = ()
    last_by: str | None = None
    last_at: str | None = None
    last_act: str | None = None
    at_flag: str = "ok"
    class_: str = "内部"
    retain_until: str | None = None

    @property
    def is_open(self) -> bool:
        """Somebody still has work to do on it."""
        return self.state in OPEN_STATES

    def standing(self) -> dict[str, object]:
        """Return what is true of the ticket now, as a refusal tells it."""
        return {
            "state": str(self.state),
            "assignee": self.assignee,
            "by": self.last_by,
            "at": self.last_at,
        }

    def stepped(self, *, user: str, name: str, at: str) -> "Ticket":
        """Return the ticket with one more step on its timeline, done by this user at this time."""
        acted = self.acted_by if user in self.acted_by else (*self.acted_by, user)
        return msgspec.structs.replace(
            self, flow=self.flow + 1, acted_by=acted, last_by=name, last_at=at
        )
