"""Handing up: what the presenter promises, without a window."""

import pytest

from gridworker.domain.evidence import PhotoRole, PhotoSource
from ui.presenters.matter_form import Lack
from ui.presenters.recording import Done
from ui.presenters.report import ReportPresenter


@pytest.fixture
def resolved() -> list[str]:
    return []


@pytest.fixture
def form(desk, resolved) -> ReportPresenter:
    made = ReportPresenter(desk.ports, announce=desk.announce, resolve_instead=resolved.append)
    made.attach(desk.view)
    made.open()
    return made


def choose(form: ReportPresenter, words: str, code: str) -> None:
    form.search_item(words)
    form.take_item(code)


def test_item_and_last_place_are_enough(desk, form):
    choose(form, "井盖", "B0101")
    form.finish()
    ((what, record),) = desk.store.recorded
    assert (what, record.item, record.place) == ("report", "B0101", "阳光花园 3 栋")
    assert (record.person, record.phone) == (None, "")
    assert desk.told[0][0] is Done.REPORTED
    assert desk.network.asked[0] == ("hold", record.op_id, 10)


def test_the_list_answers_the_last_text_only(desk, form):
    desk.read.hold = True
    form.search_item("事项01")
    form.search_item("井盖")
    desk.read.go()
    assert [line.code for line in desk.view.last("show_matches")] == ["B0101"]
    assert desk.view.count("show_matches") == 1


def test_missing_things_are_named_in_the_order_of_the_form(desk, form):
    form.set_place("")
    form.finish()
    assert desk.view.last("show_lacks") == (Lack.ITEM, Lack.PLACE)
    assert desk.store.recorded == []


def test_who_told_us_and_photos_go_along(desk, form):
    choose(form, "井盖", "B0101")
    form.set_person("李女士", "13800001234")
    form.set_note("盖子不见了")
    form.work.take(None, b"near".strip, PhotoSource.FILE)
    form.work.take(None, b"far".strip, PhotoSource.PASTE)
    form.finish()
    record = desk.store.recorded[0][1]
    assert (record.person, record.phone, record.note) == ("李女士", "13800001234", "盖子不见了")
    assert [ref.role for ref in record.photos] == [PhotoRole.NEAR, PhotoRole.FAR]


def test_req_063_an_item_for_the_spot_can_be_resolved_instead(desk, form, resolved):
    choose(form, "事项03", "OTS03")
    assert desk.view.last("show_item").on_the_spot
    form.resolve_here()
    ((draft, (kind, fields)),) = desk.store.drafts_.items()
    assert (kind, fields["item"]) == ("resolve", "OTS03")
    assert resolved == [draft]


def test_the_draft_of_the_other_form_is_taken_up_with_its_photos(desk, form):
    desk.store.save_draft("d1", "report", {"item": "OTS02", "place": "东门", "note": "先拍了"})
    desk.store.take_photo(b"before", source=PhotoSource.CAMERA, draft="d1")
    form.open("d1")
    assert desk.view.last("show_form").place == "东门"
    assert desk.view.last("show_item").code == "OTS02"
    form.finish()
    record = desk.store.recorded[0][1]
    assert (record.draft, len(record.photos)) == ("d1", 1)


def test_closing_stores_what_was_typed_a_moment_ago(desk, form):
    form.set_note("刚打的字")
    form.close()
    ((_, (kind, fields)),) = desk.store.drafts_.items()
    assert (kind, fields["note"]) == ("report", "刚打的字")


def test_what_came_along_from_a_refused_record_stays_named_whatever_is_changed(desk, form):
    fields = {"place": "西门", "item": "B0101", "note": "箱子", "brought": ["op2"]}
    desk.store.save_draft("redo op1", "report", fields)
    form.open("redo op1")
    form.set_note("纸箱")
    form.close()
    (kept,) = desk.store.drafts("report")
    assert (kept.fields["note"], kept.fields["brought"]) == ("纸箱", ("op2",))
