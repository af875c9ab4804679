"""The clocks that run on a ticket: when each started, when it stopped, when it is due.

Four kinds (domain.md 2.4 and 7): the overall clock from filing, the unit's from dispatch, first
contact from signing, and the clocks of single stages. Each starts once; none is ever reset by a
later step but the unit's, which starts again with each dispatch.
"""

from enum import StrEnum

import msgspec

from gridworker.domain.calendar import Calendar
from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.deadline import Deadline, Pauses, Rule, deadline, minutes_left
from gridworker.domain.limit import Limit, LimitType
from gridworker.domain.ticket import State, Ticket
from gridworker.domain.why import WhyLine


class Clock(StrEnum):
    """What a clock measures, in the order in which clocks are shown."""

    OVERALL = "overall"
    UNIT = "unit"
    FIRST_CONTACT = "first_contact"
    ACCEPTANCE = "acceptance"
    DISPATCH = "dispatch"
    CHECK = "check"


class TimeLimitProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a district allows for each stage, and how it counts working days.

    The defaults are the stage limits of domain.md 2.4.
    """

    acceptance: Limit = Limit(15, LimitType.URGENT_MINUTE)
    dispatch: Limit = Limit(15, LimitType.URGENT_MINUTE)
    check: Limit = Limit(30, LimitType.URGENT_MINUTE)
    first_contact: Limit = Limit(1, LimitType.WORK_HOUR)
    working_days: Rule = "minutes"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One clock of a ticket, read at some moment.

    `due` is RFC 3339 UTC, None while a pause has no end; `left` is in whole minutes, negative when
    overdue, None while paused. A clock that was `stopped` keeps what was left when it stopped.
    """

    what: Clock
    due: str | None
    paused: bool
    why: tuple[WhyLine, ...]
    left: int | None
    stopped: str | None = None

    @property
    def overdue(self) -> bool:
        """The limit has passed, or had passed when the clock stopped."""
        return self.left is not None and self.left < 0


class _Span(msgspec.Struct, frozen=True):
    """A clock before it is read: when it started and stopped, and whether a pause holds it."""

    what: Clock
    limit: Limit | None
    start: str | None
    stop: str | None
    pauses: Pauses = ()


def clocks(
    ticket: Ticket,
    item: CatalogueItem | None,
    profile: TimeLimitProfile,
    calendar: Calendar,
    now: str,
) -> tuple[Reading, ...]:
    """Return the clocks that have started, read at `now` (RFC 3339).

    Nothing runs on a matter that was finished on the spot or ended without a case.
    """
    if ticket.state in {State.VOIDED, State.ONSPOT_DONE, State.DRAFT}:
        return ()
    readings = []
    for span in _spans(ticket, item, profile):
        if span.limit is not None and span.start is not None:
            pauses = tuple(span.pauses)
            result = deadline(
                span.start, span.limit, calendar, rule=profile.working_days, pauses=pauses
            )
            readings.append(_read(span, result, now))
    return tuple(readings)


def recalculated(
    ticket: Ticket, item: CatalogueItem, calendar: Calendar, profile: TimeLimitProfile
) -> Ticket:
    """Return a ticket with the due times that a newly published calendar gives it.

    To be used when the change is published and at no other time; what was promised before stays in
    the timeline.
    """
    standard = item.standard(ticket.standard) if ticket.standard is not None else None
    if standard is None or not ticket.is_open:
        return ticket
    due, unit_due = (
        deadline(
            start, standard.limit, calendar, rule=profile.working_days, pauses=ticket.pauses
        ).due
        if start is not None
        else None
        for start in (ticket.filed_at, ticket.dispatched_at)
    )
    return msgspec.structs.replace(ticket, due=due, unit_due=unit_due)


def _spans(
    ticket: Ticket, item: CatalogueItem | None, profile: TimeLimitProfile
) -> tuple[_Span, ...]:
    standard = item.standard(ticket.standard) if item and ticket.standard is not None else None
    limit = standard.limit if standard else None
    pauses = ticket.pauses
    finished = ticket.handled_at or ticket.closed_at
    return (
        _Span(Clock.OVERALL, limit, ticket.filed_at, finished, pauses),
        _Span(Clock.UNIT, limit, ticket.dispatched_at, finished, pauses),
        _Span(Clock.FIRST_CONTACT, profile.first_contact, ticket.signed_at, ticket.contacted_at),
        _Span(Clock.ACCEPTANCE, profile.acceptance, ticket.reported_at, ticket.filed_at),
        _Span(Clock.DISPATCH, profile.dispatch, ticket.filed_at, ticket.dispatched_at),
        _Span(Clock.CHECK, profile.check, ticket.check_at, None),
    )


def _read(span: _Span, result: Deadline, now: str) -> Reading:
    left = None if result.due is None else minutes_left(result.due, span.stop or now)
    return Reading(
        what=span.what,
        due=result.due,
        paused=result.paused,
        why=result.why,
        left=left,
        stopped=span.stop,
    )
