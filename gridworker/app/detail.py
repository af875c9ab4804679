"""One ticket with everything the detail pane shows: steps, photos, clocks and what can be done."""

import msgspec

from gridworker.app.explain import clock_line
from gridworker.domain.amending import may_edit
from gridworker.domain.clocks import TimeLimitProfile, clocks
from gridworker.domain.lifecycle import possible
from gridworker.domain.lines import Choice, TicketDetail
from gridworker.domain.organisation import TIERS, Actor
from gridworker.domain.ticket import RETRACTABLE, State, Ticket
from gridworker.storage import state, ticket_queries
from gridworker.storage.door import Session
from gridworker.storage.reference import Reference
from gridworker.storage.ticket_timeline import timeline
from gridworker.storage.view import LaptopWorld

STAGES: dict[State, int] = {
    State.REPORTED: 1,
    State.VERIFYING: 1,
    State.REGISTERED: 1,
    State.DISPATCHED: 2,
    State.SIGNED: 3,
    State.HANDLING: 3,
    State.HANDLED: 3,
    State.ONSPOT_DONE: 3,
    State.REOPENED: 3,
    State.FEEDBACK: 4,
    State.CHECKING: 4,
    State.CLOSED: 5,
    State.EVALUATED: 5,
    State.ARCHIVED: 5,
}
"""Which of the public steps a state belongs to, from 1; drafts and voided tickets are in none."""


def ticket_detail(
    session: Session, id_: str, reference: Reference, *, now: str
) -> TicketDetail | None:
    """Return a ticket as it stands at `now` (RFC 3339 UTC), or None when there is none."""
    raw = ticket_queries.body(session, id_)
    if raw is None:
        return None
    actor = state.actor(session)
    ticket = msgspec.convert(raw, Ticket)
    item = reference.items.get(ticket.item)
    grid = reference.grids.get(ticket.grid)
    readings = clocks(ticket, item, TimeLimitProfile(), reference.calendar, now)
    world = LaptopWorld(session)
    can = possible(ticket, actor, world)
    return TicketDetail(
        line=ticket_queries.lines(session, [id_], user=actor.user)[id_],
        note=ticket.note,
        grid=ticket.grid,
        grid_name=grid.name if grid else ticket.grid,
        path=item.path if item else (),
        created_by=ticket.created_by,
        created_by_name=ticket.created_by_name,
        done_at=ticket.done_at,
        no_photo_reason=ticket.no_photo_reason,
        unit=ticket.unit,
        stage=STAGES.get(ticket.state, 0),
        photos=ticket_queries.photo_lines(session, ticket.photos),
        timeline=timeline(session, id_),
        contacts=ticket_queries.parts(session, id_, "contact"),
        deadlines=tuple(map(clock_line, readings)),
        can_retract=_can_retract(ticket, actor),
        can=can,
        standards=_standards(ticket, reference) if "file" in can else (),
        units=_units(ticket, reference) if "dispatch" in can else (),
        converted=ticket.converted,
        has_person=bool(ticket.person or ticket_queries.parts(session, id_, "person")),
        can_edit=may_edit(ticket, actor, world),
    )


def _can_retract(ticket: Ticket, actor: Actor) -> bool:
    """Say whether `ticket.retract` would be taken: one's own record that nobody acted on since."""
    return ticket.state in RETRACTABLE and ticket.acted_by == (actor.user,)


def _standards(ticket: Ticket, reference: Reference) -> tuple[Choice, ...]:
    item = reference.items.get(ticket.item)
    standards = item.standards if item else ()
    return tuple(Choice(str(standard.no), standard.filing) for standard in standards)


def _units(ticket: Ticket, reference: Reference) -> tuple[Choice, ...]:
    """Return the organisations that are not below the level that owns the matter, by name."""
    item = reference.items.get(ticket.item)
    least = TIERS.index(item.owner_level) if item and item.owner_level in TIERS else 0
    may = [
        org
        for org in reference.orgs.values()
        if org.tier not in TIERS or TIERS.index(org.tier) >= least
    ]
    return tuple(Choice(org.code, org.name) for org in sorted(may, key=lambda org: org.code))
