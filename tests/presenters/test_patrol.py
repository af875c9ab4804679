"""Patrols: the list by pages, the form by keys, without a window."""

import pytest

from gridworker.app.ports import Saved
from gridworker.domain.operations import PatrolResult
from ui.presenters.patrol import PatrolListPresenter
from ui.presenters.patrol_form import PatrolFormPresenter
from ui.presenters.recording import Done, surprise


@pytest.fixture
def opened() -> list[tuple]:
    return []


@pytest.fixture
def form(desk, opened) -> PatrolFormPresenter:
    made = PatrolFormPresenter(
        desk.ports,
        announce=desk.announce,
        resolve=lambda place, then: opened.append(("resolve", place, then)),
        report=lambda place, then: opened.append(("report", place, then)),
    )
    made.attach(desk.view)
    made.start()
    return made


@pytest.fixture
def records(desk) -> PatrolListPresenter:
    made = PatrolListPresenter(desk.store, read=desk.read, later=desk.time, failed=surprise)
    made.start(desk.view)
    return made


def test_a_place_and_a_number_make_a_record(desk, form):
    form.set_place("和平里 5 栋")
    form.set_result(PatrolResult.NORMAL)
    form.finish()
    ((what, seen),) = desk.store.recorded
    assert (what, seen.place, seen.result, seen.ticket) == (
        "patrol",
        "和平里 5 栋",
        "normal",
        None,
    )
    assert desk.told[0][0] is Done.PATROLLED
    assert desk.view.last("show_form").place == ""
    assert desk.view.count("ready") == 1


def test_missing_things_are_named(desk, form):
    form.finish()
    _, more = desk.view.last("show_lacks")
    assert more == {"place": True, "result": True}
    assert desk.store.recorded == []


@pytest.mark.parametrize("result", [PatrolResult.RESOLVED, PatrolResult.REPORTED])
def test_a_matter_is_recorded_first_and_joins_the_record(desk, form, opened, result):
    form.set_place("东门")
    form.set_result(result)
    form.finish()
    ((what, place, then),) = opened
    assert (what, place) == ("resolve" if result is PatrolResult.RESOLVED else "report", "东门")
    assert desk.store.recorded == []
    then(Saved(id="t7", local_no="A-0314", op_id="o"))
    assert desk.store.recorded[0][1].ticket == "t7"


def test_the_last_visit_of_this_very_place_is_told(desk, form):
    desk.store.see("东门岗亭", "nobody")
    desk.store.see("东门")
    form.set_place("东门")
    assert desk.view.last("show_last_visit").place == "东门"
    form.set_place("西门")
    assert desk.view.last("show_last_visit") is None


def test_unfinished_records_come_back(desk, form):
    form.set_place("东门")
    form.set_note("灯坏了一半")
    form.close()
    form.start()
    assert desk.view.last("show_form").note == "灯坏了一半"
    assert desk.view.last("show_restored") == "2026-05-20T06:02:00Z"


def test_rows_come_by_the_page_and_a_search_waits_for_the_last_key(desk, records):
    for place in ("东门", "西门", "东门岗亭"):
        desk.store.see(place)
    records.search("东")
    records.search("东门")
    assert desk.view.count("show_ids") == 1
    desk.time.pass_by(150)
    assert desk.view.last("show_ids") == ["r0", "r2"]
    records.ask(0, ["r0", "r2"])
    (page, rows), _ = desk.view.last("show_rows")
    assert (page, [line.place for line in rows.values()]) == (0, ["东门", "东门岗亭"])


def test_rows_of_an_older_list_are_dropped(desk, records):
    desk.store.see("东门")
    desk.read.hold = True
    records.ask(0, ["r0"])
    records.refresh()
    desk.read.go()
    assert desk.view.count("show_rows") == 0
