"""What a suspended device still answers: enough to record, nothing of what is recorded."""

import pytest

from gridworker.app.closed_queries import ClosedQueries
from gridworker.app.ports import NewPatrol, NewReport, TicketFilter
from gridworker.app.queries import StoreQueries
from tests.storage.records.small_district import ITEM

# To record one needs catalogue, places and what was begun; how far things are is no secret.
OPEN = {
    "items", "my_day", "status", "drafts", "draft_photos", "photo_in_use", "places", "grids",
    "thumb", "photo", "waiting", "sync_log",
}  # fmt: skip


@pytest.fixture
def closed(queries):
    return ClosedQueries(queries.store, queries.clock, queries.photos)


def questions(kind):
    return {name for name, one in vars(kind).items() if callable(one) and not name.startswith("_")}


def test_every_question_is_either_needed_to_record_or_closed():
    assert questions(StoreQueries) == OPEN | questions(ClosedQueries)
    assert not OPEN & questions(ClosedQueries)


def test_nothing_of_what_is_recorded_is_told(commands, queries, closed):
    ticket = commands.report(NewReport(item=ITEM, place="西门")).id
    patrol = commands.patrol(NewPatrol(place="西门", result="normal")).id
    everything = TicketFilter()
    asked = [
        ("ticket_ids", everything), ("ticket_head", everything, 9), ("ticket_count", everything),
        ("ticket_lines", [ticket]), ("ticket", ticket), ("patrol_ids",),
        ("patrol_lines", [patrol]), ("similar", ITEM, "西门"),
    ]  # fmt: skip
    for name, *given in asked:
        assert getattr(queries, name)(*given), name
        assert not getattr(closed, name)(*given), name
    rest = [
        ("inbox",), ("attention",), ("refused_work",), ("left_words",),
        ("ticket_photos", [ticket]),
    ]  # fmt: skip
    assert not any(getattr(closed, name)(*given) for name, *given in rest)
    assert {name for name, *_ in asked + rest} == questions(ClosedQueries)
