"""What needs this person, by consequence (ux.md 2.9), as far as there are such records yet."""

from collections.abc import Sequence
from enum import IntEnum

import msgspec

from gridworker.domain.lines import AttentionCard, InboxLine, LeftWords, MyDay, TicketLine
from gridworker.domain.organisation import CASE_ROLES, Actor
from gridworker.storage import attention_queries, ticket_queries
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

MOST = 200


class Group(IntEnum):
    """The order of consequence; numbers are those of ux.md 2.9."""

    OVERDUE = 1
    ATTENTION = 3
    DUE_TODAY = 4


_DUE = (
    "SELECT id FROM view_ticket WHERE due < :until AND due >= :since"
    f" AND state IN ({ticket_queries.OPEN}) AND (created_by = :user OR assignee = :user"
    " OR unit IN (SELECT value FROM json_each(:units)) OR :cases) ORDER BY due, id LIMIT :most"
)


_MY_DAY = (
    f"SELECT count(*) FILTER (WHERE state IN ({ticket_queries.OPEN})),"
    f" count(*) FILTER (WHERE state IN ({ticket_queries.OPEN}) AND due <= :until),"
    # The centre closes what was finished on the spot.
    " count(*) FILTER (WHERE state IN ('onspot_done', 'closed') AND found_at >= :since)"
    " FROM view_ticket WHERE created_by = :user OR assignee = :user"
)


def inbox(
    session: Session, actor: Actor, *, now: str, midnight: str, left: Sequence[LeftWords] = ()
) -> list[InboxLine]:
    """Return the rows of 今日: overdue, then what the centre did not take, then what is due today.

    Words that were `left` without their ticket follow what was not taken. `now` and the coming
    local `midnight` are RFC 3339 UTC.
    """
    overdue = _due(session, actor, since="", until=now)
    today = _due(session, actor, since=now, until=midnight)
    return [
        *(_ticket(line, Group.OVERDUE, "overdue") for line in overdue),
        *(_card(card) for card in attention_queries.heads(session)),
        *(_begun(line) for line in left),
        *(_ticket(line, Group.DUE_TODAY, "due_today") for line in today),
    ]


def my_day(session: Session, user: str, *, since: str, until: str) -> MyDay:
    """Return a person's day: done since local midnight, due until; both RFC 3339 UTC."""
    values = {"user": user, "since": since, "until": until}
    open_, soon, done = Statements(session).one(_MY_DAY, values)
    return MyDay(open=open_, soon=soon, done=done)


def _due(session: Session, actor: Actor, *, since: str, until: str) -> list[TicketLine]:
    values = {
        "user": actor.user,
        "units": _json(actor.units),
        "cases": not CASE_ROLES.isdisjoint(actor.roles),
        "since": since,
        "until": until,
        "most": MOST,
    }
    found = [id_ for (id_,) in Statements(session).execute(_DUE, values)]
    rows = ticket_queries.lines(session, found, user=actor.user)
    return [rows[id_] for id_ in found]


def _ticket(line: TicketLine, group: Group, reason: str) -> InboxLine:
    return InboxLine(
        group=group,
        kind="ticket",
        id=line.id,
        title=line.title,
        place=line.place,
        due=line.due,
        thumb=line.thumb,
        sync=line.sync,
        reason=reason,
    )


def _card(card: AttentionCard) -> InboxLine:
    return InboxLine(
        group=Group.ATTENTION,
        kind="attention",
        id=card.op_id,
        title=card.title or card.place or card.number,
        place=card.place if card.title else "",
        reason=card.code or card.verdict,
    )


def _begun(line: LeftWords) -> InboxLine:
    return InboxLine(
        group=Group.ATTENTION,
        kind="unfinished",
        id=line.draft,
        title=line.name,
        place=" · ".join(line.words),
        reason="unfinished",
    )


def _json(codes: frozenset[str]) -> str:
    return msgspec.json.encode(sorted(codes)).decode()
