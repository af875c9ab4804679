"""Resolve on the spot: what the presenter promises, without a window."""

from hashlib import sha256
from pathlib import Path

import pytest

from gridworker.app.ports import Places
from gridworker.domain.evidence import PhotoRole, PhotoSource
from gridworker.domain.lines import SyncWord, TicketLine
from gridworker.domain.problem import Code, RuleBroken
from ui.presenters.form_start import Origin
from ui.presenters.matter_form import Lack
from ui.presenters.recording import Done
from ui.presenters.resolve import ResolvePresenter

CAMERA = PhotoSource.CAMERA


class Folder:
    """A watched folder that holds what a test puts in."""

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.gone: list[Path] = []

    def look(self) -> list[Path]:
        return [path for path in self.paths if path not in self.gone]

    def used(self, path: Path) -> None:
        self.gone.append(path)


@pytest.fixture
def folder() -> Folder:
    return Folder()


@pytest.fixture
def handed() -> list[str]:
    return []


@pytest.fixture
def make(desk, folder, handed):
    """Makes a presenter on the same desk, as a program that was started again does."""

    def build() -> ResolvePresenter:
        made = ResolvePresenter(
            desk.ports, folder=folder, announce=desk.announce, hand_over=handed.append
        )
        made.attach(desk.view)
        return made

    return build


@pytest.fixture
def panel(make) -> ResolvePresenter:
    made = make()
    made.open()
    return made


def shoot(panel: ResolvePresenter, words: str, role: PhotoRole | None = None) -> None:
    panel.work.take(role, words.encode, CAMERA)


def test_req_062_one_screen_one_transaction_with_both_photos(desk, panel):
    shoot(panel, "before")
    shoot(panel, "after")
    panel.pick(1)
    panel.finish()
    ((what, record),) = desk.store.recorded
    assert what == "resolve"
    assert (record.item, record.place) == ("OTS01", "阳光花园 3 栋")
    assert [ref.role for ref in record.photos] == [PhotoRole.BEFORE, PhotoRole.AFTER]
    assert record.note == "事项01已清理。"
    assert record.found_at.startswith("2026-05-20T06:22:00")
    assert desk.store.drafts_ == {}


def test_the_operation_is_held_before_it_exists_and_undo_takes_it_back(desk, panel):
    shoot(panel, "before")
    shoot(panel, "after")
    panel.pick(1)
    panel.finish()
    ((_, record),) = desk.store.recorded
    assert desk.network.asked[0] == ("hold", record.op_id, 10)
    ((what, number, undo),) = desk.told
    assert (what, number) == (Done.RESOLVED, "A-0313")
    undo()
    assert desk.store.recorded[1] == ("retract", "t1")
    assert desk.told[1][:2] == (Done.UNDONE, "A-0313")


def test_finishing_waits_for_photos_still_being_taken(desk, panel):
    desk.photos.hold = True
    shoot(panel, "before")
    shoot(panel, "after")
    panel.pick(1)
    panel.finish()
    assert desk.store.recorded == []
    assert desk.view.last("set_busy") is True
    desk.photos.go()
    assert [what for what, _ in desk.store.recorded] == ["resolve"]


def test_finishing_waits_for_a_camera_that_wakes_up_and_gives_up_with_it(desk, panel):
    panel.work.expect_photo(PhotoRole.BEFORE)
    panel.pick(1)
    panel.finish()
    assert desk.store.recorded == []
    panel.work.no_photo_comes()
    assert desk.view.last("show_lacks") == (Lack.BEFORE, Lack.AFTER)


def test_a_number_pressed_before_the_items_are_there_counts(desk, make):
    desk.read.hold = True
    panel = make()
    panel.open()
    panel.pick(3)
    desk.read.go()
    shoot(panel, "before")
    shoot(panel, "after")
    desk.read.hold = False
    panel.finish()
    assert desk.store.recorded[0][1].item == "OTS03"


def test_what_is_missing_is_named_in_the_order_of_the_form(desk, panel):
    panel.set_place(" ")
    panel.finish()
    assert desk.view.last("show_lacks") == (Lack.PLACE, Lack.ITEM)
    panel.set_place("东门")
    panel.pick(1)
    shoot(panel, "before")
    panel.finish()
    assert desk.view.last("show_lacks") == (Lack.AFTER,)
    assert desk.store.recorded == []


def test_what_came_meanwhile_is_no_longer_said_to_be_missing(desk, panel):
    panel.pick(1)
    panel.finish()
    assert desk.view.last("show_lacks") == (Lack.BEFORE, Lack.AFTER)
    shoot(panel, "before")
    assert desk.view.last("show_lacks") == ()
    panel.finish()
    panel.set_reason("现场拍不出来")
    assert desk.view.last("show_lacks") == ()


def test_a_reason_stands_in_for_a_photo(desk, panel):
    panel.pick(1)
    panel.set_reason("当事人不同意拍")
    panel.finish()
    assert desk.store.recorded[0][1].no_photo_reason == "当事人不同意拍"


def test_a_refusal_is_told_and_the_form_stays(desk, panel):
    desk.store.refuse = RuleBroken(Code.ITEM_OFF, item="事项01")
    shoot(panel, "before")
    shoot(panel, "after")
    panel.pick(1)
    panel.finish()
    assert desk.view.last("show_refusal") is desk.store.refuse
    assert desk.view.last("set_busy") is False
    assert panel.is_open
    desk.store.refuse = None
    panel.finish()
    assert desk.store.recorded[0][0] == "resolve"


def test_anything_but_a_refusal_is_a_bug_and_not_swallowed(desk, panel):
    desk.store.refuse = KeyError("bug")
    shoot(panel, "before")
    shoot(panel, "after")
    panel.pick(1)
    with pytest.raises(KeyError):
        panel.finish()


def test_drafts_are_stored_within_300_ms_and_come_back_in_place(desk, panel, make):
    shoot(panel, "before")
    panel.pick(2)
    panel.set_note("已清理")
    desk.time.pass_by(300)
    ((draft, (form, fields)),) = desk.store.drafts_.items()
    assert form == "resolve"
    assert fields["note"] == "已清理"

    again = make()  # the first one is never closed: the program was killed
    again.open()
    assert desk.view.last("show_note") == "已清理"
    assert desk.view.last("show_restored") == "2026-05-20T06:02:00Z"
    shoot(again, "after")
    again.finish()
    record = desk.store.recorded[0][1]
    assert (record.item, record.draft) == ("OTS02", draft)
    assert [ref.role for ref in record.photos] == [PhotoRole.BEFORE, PhotoRole.AFTER]


def test_a_photo_that_was_only_on_offer_at_a_kill_is_not_taken(desk, panel, make):
    shoot(panel, "before")
    panel.pick(2)
    desk.time.pass_by(300)
    ((draft, _),) = desk.store.drafts_.items()
    offered = desk.store.take_photo(b"phone", source=PhotoSource.FOLDER, draft=draft)

    again = make()
    again.open()
    assert offered.id not in desk.store.photos
    shoot(again, "after")
    again.finish()
    record = desk.store.recorded[0][1]
    assert [ref.role for ref in record.photos] == [PhotoRole.BEFORE, PhotoRole.AFTER]


def test_closing_keeps_what_was_begun_and_nothing_else(desk, make):
    panel = make()
    panel.open()
    panel.close()
    assert desk.store.drafts_ == {}
    panel.open()
    panel.set_note("先记着")
    panel.close()
    assert len(desk.store.drafts_) == 1


def test_own_words_are_not_overwritten_by_another_item(desk, panel):
    panel.pick(1)
    assert desk.view.last("show_note") == "事项01已清理。"
    panel.set_note("我写的")
    panel.pick(2)
    assert desk.view.last("show_note") == "我写的"


def test_zero_turns_the_page_and_initials_reach_the_whole_list(desk, panel):
    panel.turn_page()
    panel.pick(1)
    _args, more = desk.view.last("show_items")
    assert more["chosen"] == "OTS10"
    assert (more["page"], more["pages"]) == (1, 2)
    panel.search_item("井盖")
    panel.take_first_item()
    assert desk.view.last("set_on_the_spot") is False
    panel.finish()
    assert desk.store.recorded[0][0] == "report"
    assert desk.told[0][0] is Done.REPORTED


def test_a_search_without_a_match_says_so(desk, panel):
    panel.search_item("没有这个")
    assert desk.view.last("show_no_match") == "没有这个"


def test_enter_before_the_answer_takes_the_first_match_when_it_comes(desk, panel):
    desk.read.hold = True
    panel.search_item("事项07")
    panel.take_first_item()
    desk.read.hold = False
    desk.read.go()
    _args, more = desk.view.last("show_items")
    assert more["chosen"] == "OTS07"


def test_the_first_record_begins_with_where_the_person_works(desk, make):
    desk.store.places_ = Places(near=("幸福里社区 03 网格", "阳光花园 3 栋"))
    panel = make()
    panel.open()
    assert desk.view.last("show_place") == (("幸福里社区 03 网格", Origin.OWN), {})
    assert desk.view.count("choose_place") == 0
    panel.set_reason("当事人不同意拍")
    panel.pick(1)
    panel.finish()
    assert desk.store.recorded[0][1].place == "幸福里社区 03 网格"


def test_later_records_begin_with_the_last_place(desk, make):
    desk.store.places_ = Places(used=("东门",), near=("幸福里社区 03 网格",))
    panel = make()
    panel.open()
    assert desk.view.last("show_place") == (("东门", Origin.LAST), {})
    panel.change_place()
    assert desk.view.last("choose_place") == ("东门", "幸福里社区 03 网格")
    panel.set_place("西门")
    assert desk.view.last("show_place") == (("西门", Origin.GIVEN), {})


def test_without_any_place_at_hand_the_picker_opens(desk, make):
    desk.store.places_ = Places()
    panel = make()
    panel.open()
    assert desk.view.count("choose_place") == 1


def test_photos_go_to_a_similar_ticket_instead_of_a_new_one(desk, panel):
    desk.store.similar_ = [
        TicketLine(
            id="t0",
            number="A-0298",
            local_no="A-0298",
            official_no=None,
            item="OTS01",
            title="事项01",
            place="阳光花园 3 栋",
            state="reported",
            due=None,
            found_at="2026-05-19T03:00:00Z",
            sync=SyncWord.DELIVERED,
        )
    ]
    shoot(panel, "before")
    panel.pick(1)
    assert desk.view.last("show_similar").id == "t0"
    panel.attach_to_similar()
    ((what, (kind, ticket, photos, _)),) = desk.store.recorded
    assert (what, kind, ticket, len(photos)) == ("evidence", "ticket", "t0", 1)
    assert desk.told[0][:2] == (Done.ATTACHED, "A-0298")
    assert desk.store.drafts_ == {}


def test_handing_up_gives_the_draft_to_the_report_form(desk, panel, handed):
    shoot(panel, "before")
    panel.pick(1)
    panel.hand_up()
    ((draft, (form, fields)),) = desk.store.drafts_.items()
    assert (form, fields["item"]) == ("report", "OTS01")
    assert handed == [draft]
    assert not panel.is_open


def test_a_photo_that_is_none_is_told_and_nothing_else_changes(desk, panel):
    panel.work.take(None, lambda: b"", PhotoSource.FILE)
    problem = next(a[0] for n, a, _ in reversed(desk.view.said) if n == "show_photo_problem")
    assert problem.code is Code.PHOTO_UNREADABLE
    shoot(panel, "before")
    shoot(panel, "after")
    panel.pick(1)
    panel.finish()
    assert len(desk.store.recorded[0][1].photos) == 2


def test_the_same_picture_on_both_sides_is_told_at_once(desk, panel):
    shoot(panel, "same")
    shoot(panel, "same")
    problem = next(a[0] for n, a, _ in reversed(desk.view.said) if n == "show_photo_problem")
    assert problem.code is Code.PHOTO_SAME


def test_a_photo_can_be_taken_again(desk, panel):
    shoot(panel, "blurred")
    panel.work.remove_photo(PhotoRole.BEFORE)
    shoot(panel, "sharp")
    shoot(panel, "after")
    panel.pick(1)
    panel.finish()
    first = desk.store.recorded[0][1].photos[0]
    assert first.role is PhotoRole.BEFORE
    assert len(desk.store.photos) == 2


def phone(folder: Folder, tmp_path: Path, *names: str) -> None:
    for name in names:
        path = tmp_path / name.partition("@")[0]
        path.write_text(name)
        folder.paths.insert(0, path)


def test_the_newest_pair_of_the_phone_is_offered_in_the_order_it_was_taken(
    desk, make, folder, tmp_path
):
    phone(folder, tmp_path, "old.jpg", "b.jpg@2026-05-20T06:10:00Z", "a.jpg@2026-05-20T06:05:00Z")
    panel = make()
    panel.open()
    offered = desk.view.last("show_offer")
    assert [photo.taken_at for photo in offered] == ["2026-05-20T06:05:00Z", "2026-05-20T06:10:00Z"]
    panel.accept_offer()
    panel.pick(1)
    panel.finish()
    assert [ref.role for ref in desk.store.recorded[0][1].photos] == [
        PhotoRole.BEFORE,
        PhotoRole.AFTER,
    ]


def test_what_is_on_record_or_in_a_draft_is_not_offered_again(desk, make, folder, tmp_path):
    phone(folder, tmp_path, "new.jpg", "drafted.jpg", "recorded.jpg")
    desk.store.used = {sha256(b"recorded.jpg").hexdigest()}
    desk.store.take_photo(b"drafted.jpg", source=PhotoSource.FOLDER, draft="d1")
    desk.store.save_draft("d1", "add t1", {})
    panel = make()
    panel.open()
    assert len(desk.view.last("show_offer")) == 1
    (photo,) = panel._offer.offered
    assert photo.sha256 == sha256(b"new.jpg").hexdigest()


def test_a_long_folder_is_read_bit_by_bit(desk, make, folder, tmp_path):
    names = [f"{n}.jpg" for n in range(10)]
    phone(folder, tmp_path, *names)
    desk.store.used = {sha256(name.encode()).hexdigest() for name in names[1:]}
    panel = make()
    panel.open()
    assert desk.view.last("show_offer") == ()
    desk.time.pass_by(700)
    assert len(desk.view.last("show_offer")) == 1


def test_an_offer_that_is_left_alone_leaves_nothing_behind(desk, make, folder, tmp_path):
    phone(folder, tmp_path, "a.jpg")
    panel = make()
    panel.open()
    panel.close()
    assert (desk.store.photos, desk.store.drafts_) == ({}, {})


def test_photos_that_arrive_later_are_offered_too(desk, panel, folder, tmp_path):
    assert desk.view.last("show_offer") == ()
    phone(folder, tmp_path, "a.jpg")
    desk.time.pass_by(700)
    assert len(desk.view.last("show_offer")) == 1


def test_a_file_that_is_no_photo_is_passed_over(desk, make, folder, tmp_path):
    (tmp_path / "note.jpg").write_bytes(b"")
    folder.paths = [tmp_path / "gone.jpg", tmp_path / "note.jpg"]
    panel = make()
    panel.open()
    assert desk.view.last("show_offer") == ()


def test_late_answers_reach_no_closed_form(desk, make):
    desk.read.hold = True
    panel = make()
    panel.open()
    panel.close()
    shown = desk.view.count("show_place")
    desk.read.go()
    assert desk.view.count("show_place") == shown
