"""The step strip of a ticket: which steps it takes, which are done, which one it is at."""

from typing import NamedTuple

from gridworker.domain.lines import TicketDetail

_CASE = ("reported", "registered", "dispatched", "handled", "closed")
_REACHED = {
    "draft": 0,
    "reported": 1,
    "verifying": 1,
    "reopened": 1,
    "registered": 2,
    "dispatched": 3,
    "signed": 3,
    "handling": 3,
    "handled": 4,
    "feedback": 4,
    "checking": 4,
    "closed": 5,
    "evaluated": 5,
    "archived": 5,
}


class Strip(NamedTuple):
    """Steps as (name, time or None); `current` is the number of the one it is at."""

    steps: tuple[tuple[str, str | None], ...]
    current: int


def strip(ticket: TicketDetail) -> Strip:
    """Return the steps of a ticket; times are when its timeline first reached a state.

    A matter finished on the spot was found and done; one that was voided ends there.
    """
    reached: dict[str, str] = {}
    for step in ticket.timeline:
        reached.setdefault(step.to_state, step.at)
    line = ticket.line
    if line.state == "onspot_done":
        return Strip((("found", line.found_at), ("onspot_done", ticket.done_at)), 2)
    if line.state == "voided":
        first = "onspot_done" if "onspot_done" in reached else "reported"
        return Strip(
            ((first, reached.get(first, line.found_at)), ("voided", reached.get("voided"))), 2
        )
    steps = tuple((name, reached.get(name)) for name in _CASE)
    return Strip(steps, _REACHED.get(line.state, 0))
