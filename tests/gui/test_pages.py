"""Long lists: all ids, only the pages somebody looks at."""

import pytest
from PySide6.QtCore import Qt

from gridworker.domain.ids import Ids
from gridworker.domain.lines import SyncWord, TicketLine
from ui.models.pages import KEPT_PAGES, NEAR, PAGE, Pages
from ui.models.ticket_table import ID_ROLE, LINE_ROLE, TicketTable


def line(id_: str) -> TicketLine:
    return TicketLine(
        id=id_,
        number=id_,
        local_no=id_,
        official_no=None,
        item="S0101",
        title=f"title {id_}",
        place="here",
        state="reported",
        due=None,
        found_at="2026-05-20T06:00:00.000Z",
        sync=SyncWord.SAVED,
    )


@pytest.fixture
def asked() -> list[tuple[int, list[str]]]:
    return []


@pytest.fixture
def pages(asked) -> Pages[str]:
    made: Pages[str] = Pages(lambda question, ids: asked.append((question, list(ids))))
    made.set_ids(Ids.of(f"t{n}" for n in range(PAGE * 40 + 5)))
    return made


def answer(pages, asked) -> None:
    """Answer the question asked last, each row being its id in capitals."""
    question, ids = asked[-1]
    pages.fill(question, {id_: id_.upper() for id_ in ids})


def firsts(asked) -> list[str]:
    """The first id of every page that was asked for."""
    return [ids[0] for _, ids in asked]


def test_a_page_is_asked_for_once(pages, asked):
    assert pages.row(0) is None
    assert pages.row(1) is None
    assert [ids for _, ids in asked] == [[f"t{n}" for n in range(PAGE)]]


def test_a_filled_page_answers(pages, asked):
    pages.row(3)
    assert pages.fill(asked[0][0], {"t3": "three"}) == (0, PAGE - 1)
    assert pages.row(3) == "three"
    assert pages.row(4) is None  # gone meanwhile: left out of the answer


def test_the_last_page_is_short(pages, asked):
    pages.row(PAGE * 40)
    assert pages.fill(asked[0][0], {}) == (PAGE * 40, PAGE * 40 + 4)


def test_near_the_end_of_a_page_the_next_is_asked_for(pages, asked):
    pages.row(PAGE * 5)
    answer(pages, asked)
    pages.row(PAGE * 5 + NEAR)
    assert firsts(asked) == [f"t{PAGE * 5}"]
    pages.row(PAGE * 6 - NEAR)
    pages.row(PAGE * 6 - 1)
    assert firsts(asked) == [f"t{PAGE * 5}", f"t{PAGE * 6}"]
    pages.row(PAGE * 5)
    assert firsts(asked)[-1] == f"t{PAGE * 4}"


def test_beyond_the_ends_nothing_is_asked_for(pages, asked):
    for place in (0, PAGE * 40 + 4):
        pages.row(place)
        answer(pages, asked)
        pages.row(place)
    assert firsts(asked) == ["t0", f"t{PAGE * 40}", f"t{PAGE * 39}"]


def test_an_answer_nobody_waits_for_is_dropped(pages, asked):
    assert pages.fill(0, {"t0": "zero"}) is None
    pages.row(0)
    pages.set_ids(["a"])
    pages.row(0)
    assert pages.fill(asked[0][0], {"t0": "zero"}) is None
    assert pages.fill(asked[1][0], {"a": "A"}) == (0, 0)


def test_far_pages_are_dropped_and_asked_for_again(pages, asked):
    for page in range(KEPT_PAGES + 1):
        pages.row(page * PAGE)
        answer(pages, asked)
    assert pages.row(0) is None
    assert firsts(asked).count("t0") == 2
    assert pages.row(KEPT_PAGES * PAGE) == f"T{KEPT_PAGES * PAGE}"


def test_a_list_starts_with_its_first_page(pages, asked):
    pages.start({"x": "X", "y": "Y"})
    assert [pages.row(0), pages.row(1), len(pages)] == ["X", "Y", 2]
    assert asked == []


def test_rows_are_shown_as_they_were_until_they_come_again(pages, asked):
    pages.row(0)
    answer(pages, asked)
    pages.set_ids(Ids.of(["new", "t0", "t1"]))
    assert [pages.row(0), pages.row(1)] == [None, "T0"]
    question, ids = asked[-1]
    assert ids == ["new", "t0", "t1"]
    pages.fill(question, {"new": "NEW", "t0": "other"})
    assert [pages.row(0), pages.row(1), pages.row(2)] == ["NEW", "other", None]


def test_places_are_found_by_id(pages):
    assert pages.place_of("t205") == 205
    assert pages.place_of("nobody") is None
    pages.set_ids(["b", "a"])
    assert pages.place_of("a") == 1


def test_the_table_keeps_qts_promises(qtmodeltester):
    table = TicketTable(lambda question, ids: None, lambda found: found.title)
    table.set_ids(Ids.of(f"t{n}" for n in range(250)))
    qtmodeltester.check(table)
    table.deleteLater()


def test_a_row_is_blank_until_its_page_comes_and_then_reads_itself():
    table = TicketTable(lambda question, ids: None, lambda found: f"read {found.title}")
    table.set_ids(Ids.of(["a", "b"]))
    index = table.index(1, 0)
    assert index.data() == ""
    assert index.data(ID_ROLE) == "b"
    changed: list[tuple[int, int]] = []
    table.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    table.set_rows(0, {"a": line("a"), "b": line("b")})
    assert changed == [(0, 1)]
    assert index.data() == "title b"
    assert index.data(LINE_ROLE).id == "b"
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "read title b"
    assert index.data(Qt.ItemDataRole.DecorationRole) is None
    table.deleteLater()


def test_ids_that_follow_the_first_page_are_added_and_others_reset(qtmodeltester):
    asked: list[list[str]] = []
    table = TicketTable(lambda question, ids: asked.append(list(ids)), lambda found: found.title)
    told: list[tuple] = []
    table.rowsInserted.connect(lambda _parent, first, last: told.append((first, last)))
    table.modelReset.connect(lambda: told.append(("reset",)))
    table.start([line("a"), line("b")])
    assert table.set_ids(Ids.of(["a", "b", "c", "d"]))
    assert table.set_ids(Ids.of(["a", "b", "c", "d"]))
    assert told == [("reset",), (2, 3)]
    assert table.index(0, 0).data() == "title a"
    assert asked == [["a", "b", "c", "d"]]
    assert not table.set_ids(Ids.of(["b", "a"]))
    assert told[-1] == ("reset",)
    assert table.place_of("a").row() == 1
    assert not table.place_of("z").isValid()
    qtmodeltester.check(table)
    table.deleteLater()
