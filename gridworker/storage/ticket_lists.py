"""Which tickets a list holds and in which order: sorting, filtering and counting are SQL's."""

from collections.abc import Mapping

import msgspec

from gridworker.domain.ids import Ids
from gridworker.domain.lines import TicketLine
from gridworker.storage import search
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.storage.ticket_queries import OPEN, lines

ORDERS: Mapping[str, str] = {
    "newest": "found_at DESC, id DESC",
    "oldest": "found_at, id",
    "due": "due IS NULL, due, found_at DESC, id DESC",
    "place": "place, found_at DESC, id DESC",
    "item": "title, found_at DESC, id DESC",
    "state": "state, found_at DESC, id DESC",
}


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """Which tickets, as `user` sees them; `due_before` is RFC 3339 UTC."""

    user: str
    search: str = ""
    state: str | None = None
    mine: bool = False
    open_only: bool = False
    due_before: str | None = None
    order: str = "newest"


def ids(session: Session, wanted: Listing) -> Ids:
    """Return all ids of a list in order; a search without a single word in it finds nothing.

    Raises KeyError for an order that is not in `ORDERS`.
    """
    query, values = _chosen(wanted)
    store = Statements(session)
    # One text instead of 100,000 rows: the driver makes it while other threads go on.
    text, count, longest = store.one(
        f"SELECT group_concat(id, ''), count(*), max(length(id)) FROM ({query})", values
    )
    if not count:
        return Ids()
    if len(text) == count * longest:
        return Ids(text, longest)
    return Ids.of(row[0] for row in store.execute(query, values))


def head(session: Session, wanted: Listing, most: int) -> list[TicketLine]:
    """Return the first rows of a list, at most so many; refuses what `ids` refuses."""
    query, values = _chosen(wanted)
    found = Statements(session).execute(f"{query} LIMIT ?", (*values, most))
    first = [row[0] for row in found]
    known = lines(session, first, user=wanted.user)
    return [known[id_] for id_ in first if id_ in known]


def count(session: Session, wanted: Listing) -> int:
    """Return how many tickets a list holds; refuses what `ids` refuses."""
    query, values = _chosen(wanted)
    return int(Statements(session).one(f"SELECT count(*) FROM ({query})", values)[0])


def _chosen(wanted: Listing) -> tuple[str, list[object]]:
    """Return the query for ids in order and its values."""
    where, values = ["1"], list[object]()

    def narrow(condition: str, *given: object) -> None:
        where.append(condition)
        values.extend(given)

    if wanted.search.strip():
        match = search.expression(wanted.search)
        if match is None:
            return "SELECT id FROM view_ticket WHERE 0", []
        if wanted == Listing(user=wanted.user, search=wanted.search):
            return search.NEWEST_HITS, [match, "ticket"]
        narrow(f"id IN ({search.HITS})", match, "ticket")
    if wanted.state is not None:
        narrow("state = ?", wanted.state)
    if wanted.mine:
        narrow("(created_by = ? OR assignee = ?)", wanted.user, wanted.user)
    if wanted.open_only or wanted.due_before is not None:
        narrow(f"state IN ({OPEN})")
    if wanted.due_before is not None:
        narrow("due <= ?", wanted.due_before)
    order = ORDERS[wanted.order]
    return f"SELECT id FROM view_ticket WHERE {' AND '.join(where)} ORDER BY {order}", values
