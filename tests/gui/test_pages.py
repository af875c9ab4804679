"""Long lists: all ids, only the pages somebody looks at."""

import pytest
from PySide6.QtCore import Qt

from gridworker.domain.lines import SyncWord, TicketLine
from ui.models.pages import KEPT_PAGES, PAGE, Pages
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
    made: Pages[str] = Pages(lambda page, ids: asked.append((page, list(ids))))
    made.set_ids([f"t{n}" for n in range(PAGE * 20 + 5)])
    return made


def test_a_page_is_asked_for_once(pages, asked):
    assert pages.row(0) is None
    assert pages.row(1) is None
    assert [page for page, _ in asked] == [0]
    assert asked[0][1] == [f"t{n}" for n in range(PAGE)]


def test_a_filled_page_answers(pages):
    pages.row(3)
    assert pages.fill(0, {"t3": "three"}) == (0, PAGE - 1)
    assert pages.row(3) == "three"
    assert pages.row(4) is None  # gone meanwhile: left out of the answer


def test_the_last_page_is_short(pages):
    pages.row(PAGE * 20)
    assert pages.fill(20, {}) == (PAGE * 20, PAGE * 20 + 4)


def test_an_answer_nobody_waits_for_is_dropped(pages):
    assert pages.fill(0, {"t0": "zero"}) is None
    pages.row(0)
    pages.set_ids(["a"])
    assert pages.fill(0, {"t0": "zero"}) is None


def test_far_pages_are_dropped_and_asked_for_again(pages, asked):
    for page in range(KEPT_PAGES + 1):
        pages.row(page * PAGE)
        pages.fill(page, {f"t{page * PAGE}": "row"})
    assert pages.row(0) is None
    assert [page for page, _ in asked].count(0) == 2
    assert pages.row(KEPT_PAGES * PAGE) == "row"


def test_places_are_found_by_id(pages):
    assert pages.place_of("t205") == 205
    assert pages.place_of("nobody") is None
    pages.set_ids(["b", "a"])
    assert pages.place_of("a") == 1


def test_the_table_keeps_qts_promises(qtmodeltester):
    table = TicketTable(lambda page, ids: None, lambda found: found.title)
    table.set_ids([f"t{n}" for n in range(250)])
    qtmodeltester.check(table)
    table.deleteLater()


def test_a_row_is_blank_until_its_page_comes_and_then_reads_itself():
    table = TicketTable(lambda page, ids: None, lambda found: f"read {found.title}")
    table.set_ids(["a", "b"])
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


def test_refreshing_asks_again_and_keeps_the_order():
    asked: list[int] = []
    table = TicketTable(lambda page, ids: asked.append(page), lambda found: found.title)
    table.set_ids(["a"])
    table.index(0, 0).data()
    table.set_rows(0, {"a": line("a")})
    table.refresh()
    assert table.index(0, 0).data() == ""
    assert asked == [0, 0]
    assert table.place_of("a").row() == 0
    assert not table.place_of("z").isValid()
    table.deleteLater()
