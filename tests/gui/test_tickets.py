"""工单 by keyboard and mouse: list, filter, search, one ticket, its photos and its actions."""

import msgspec
import pytest
from msgspec import structs
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel

from gridworker.domain.lines import Choice, PhotoLine, SyncStatus
from gridworker.domain.problem import Code, RuleBroken
from ui.models.pages import PAGE
from ui.models.ticket_table import ID_ROLE
from ui.views.ask import AskChoice, AskReason, open_question
from ui.views.ask_words import AskWords
from ui.views.deadline import DeadlineCard
from ui.views.photo_viewer import PhotoViewer
from ui.widgets.sheet import Sheet
from ui.widgets.text import Elided
from ui.widgets.theme import Theme


@pytest.fixture
def page(workspace, settle):
    made = workspace(place="tickets")
    settle(made)
    return made


@pytest.fixture
def screen(page):
    return page._screens["tickets"]


@pytest.fixture
def press(page, screen, drive, settle, named):
    """Come to a ticket and press one of its buttons; returns who is at the keys."""

    def pressed(ticket: str, words: str):
        user = drive(page.window())
        screen.pane.list.setCurrentIndex(screen.pane._table.place_of(ticket))
        settle(page)
        user.click(named(screen.detail, words))
        return user

    return pressed


def shown(screen) -> str:
    """The id of the row in front."""
    return screen.pane.list.currentIndex().data(ID_ROLE)


def titles(pane) -> list[str]:
    return [found.full for found in pane.findChildren(Elided) if found.isVisible()]


def test_a_long_place_is_all_there_to_read(page, screen, desk, settle):
    long = "示例街20号北侧第二个路灯杆旁边靠绿化带那一侧，再往里走十五米的配电箱后面"
    found = desk.queries.ticket("t312")
    line = structs.replace(found.line, place=long)
    desk.queries.ticket = lambda _number: structs.replace(found, line=line)
    screen.changed(frozenset({"ticket"}))
    settle(page)
    told = [said.text() for said in screen.detail.findChildren(QLabel) if said.isVisible()]
    assert long in told


def test_the_list_opens_with_my_tickets_and_the_first_in_front(screen):
    assert screen.pane.list.model().rowCount() == 4
    assert shown(screen) == "t312"
    assert "落叶堵住雨水口，路面积水" in titles(screen.detail)


def test_arrows_walk_and_the_ticket_follows(page, screen, drive, settle):
    user = drive(page.window())
    screen.pane.list.setFocus()
    user.press("Down")
    settle(page)
    assert shown(screen) == "t309"
    assert "车辆占用消防通道" in titles(screen.detail)


def test_page_keys_jump(page, screen, drive, settle, qtbot):
    user = drive(page.window())
    user.click(screen.pane._chips["all"])
    settle(page)
    screen.pane.list.setFocus()
    user.press("PgDown")
    assert screen.pane.list.currentIndex().row() > 3
    user.press("End")
    assert screen.pane.list.currentIndex().row() == 23
    user.press("PgUp")
    assert screen.pane.list.currentIndex().row() < 23


def test_due_soon_shows_what_is_due(page, screen, drive, settle):
    user = drive(page.window())
    user.click(screen.pane._chips["soon"])
    settle(page)
    assert screen.pane._chips["soon"].isChecked()
    assert not screen.pane._chips["mine"].isChecked()
    assert screen.pane.list.model().rowCount() == 3


def test_searching_narrows_after_a_moment_and_clearing_brings_all_back(
    page, screen, drive, settle, qtbot
):
    user = drive(page.window())
    user.click(screen.pane._chips["all"])
    settle(page)
    user.press("Ctrl+F")
    user.type("广场")
    qtbot.waitUntil(lambda: screen.pane.list.model().rowCount() == 1)
    assert shown(screen) == "t307"
    user.type("没有")
    qtbot.waitUntil(lambda: screen.pane._stack.currentIndex() == 1)
    assert "广场没有" in screen.pane._filter.text()


def test_an_empty_list_of_all_offers_no_way_to_all(page, screen, desk, settle, named):
    desk.queries.lines.clear()
    screen.changed(frozenset({"ticket"}))
    settle(page)
    assert named(screen.pane, "看全部工单").isVisible()
    named(screen.pane, "看全部工单").click()
    settle(page)
    assert not screen.pane._clear.isVisible()
    assert screen.pane._filter.text() == "这台电脑上现在没有你负责范围里的工单"


def test_the_selection_stays_with_its_ticket_when_the_list_changes(page, screen, desk, settle):
    screen.pane.list.setCurrentIndex(screen.pane._table.place_of("t307"))
    settle(page)
    new = desk.queries.add(999, mine=True, title="新来的")
    desk.queries.lines = {new.id: new, **desk.queries.lines}
    screen.changed(frozenset({"ticket"}))
    settle(page)
    assert shown(screen) == "t307"
    assert screen.pane.list.currentIndex().row() == 3


@pytest.fixture
def many(page, screen, desk, settle):
    """The list of all tickets, with 300 more of them."""
    for number in range(1000, 700, -1):
        desk.queries.add(number, title=f"第{number}件")
    screen._list.pick("all")
    settle(page)
    return screen.pane.list


def at_top(table) -> tuple[str, int]:
    """The id of the first row to be seen and how far it is scrolled away."""
    row = table.rowAt(0)
    return table.model().index(row, 0).data(ID_ROLE), table.rowViewportPosition(row)


class Turnstile:
    """A lane that lets one question through and keeps the others until it is opened."""

    def __init__(self, lane) -> None:
        self.lane, self.kept, self.passed = lane, [], False

    def run(self, *question) -> None:
        if self.passed:
            self.kept.append(question)
        else:
            self.passed = True
            self.lane.run(*question)

    def open(self) -> None:
        for question in self.kept:
            self.lane.run(*question)


def test_the_end_is_reached_before_the_rest_has_come(page, screen, many, drive, settle):
    user = drive(page.window())
    screen._list.pick("mine")
    settle(page)
    lane = screen._list._read
    gate = screen._list._read = Turnstile(lane)
    screen._list.pick("all")
    settle(page)
    assert many.model().rowCount() == PAGE
    many.setFocus()
    user.press("End")
    assert many.currentIndex().row() == PAGE - 1
    screen._list._read = lane
    gate.open()
    settle(page)
    assert many.model().rowCount() == 324
    assert many.currentIndex().row() == 323
    assert many.rowAt(many.viewport().height() - 10) == 323
    assert screen._list.selected == shown(screen) == "t701"


def test_who_has_scrolled_away_stays_there_when_the_list_changes(page, screen, desk, many, settle):
    many.verticalScrollBar().setValue(7000)
    settle(page)
    before = at_top(many)
    new = desk.queries.add(999_000, title="新来的")
    desk.queries.lines = {new.id: new, **desk.queries.lines}
    screen.changed(frozenset({"ticket"}))
    settle(page)
    assert many.model().rowCount() == 325
    assert at_top(many) == before
    assert shown(screen) == "t312"
    many.verticalScrollBar().setValue(0)
    many.setCurrentIndex(many.model().index(1, 0))
    newer = desk.queries.add(999_001, title="更新的")
    desk.queries.lines = {newer.id: newer, **desk.queries.lines}
    screen.changed(frozenset({"ticket"}))
    settle(page)
    assert at_top(many) == ("t999001", 0)


def test_rows_do_not_flash_while_they_are_read_again(page, screen, desk, many, settle):
    seen: list[str] = []
    many.model().dataChanged.connect(
        lambda first, _last: seen.append(many.model().index(first.row(), 0).data())
    )
    many.model().modelReset.connect(lambda: seen.append(many.model().index(1, 0).data()))
    old = desk.queries.lines["t312"]
    desk.queries.lines["t312"] = msgspec.structs.replace(old, title="改过的")
    del desk.queries.lines["t271"]
    screen.changed(frozenset({"ticket"}))
    settle(page)
    assert len(seen) > 1
    assert "" not in seen
    assert many.model().index(0, 0).data() == "改过的"


def test_a_click_brings_its_ticket_at_once_and_keys_when_they_rest(
    page, screen, drive, settle, qtbot
):
    user = drive(page.window())
    table = screen.pane.list
    table.setFocus()
    user.press("Down")
    user.press("Down")
    assert screen._detail.number == "t312"
    settle(page)
    assert screen._detail.number == "t307"
    at = table.visualRect(table.model().index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert screen._detail.number == "t309"


def test_the_ticket_in_front_is_fresh_after_another_place(page, screen, desk, settle):
    page.go("today")
    settle(page)
    old = desk.queries.details["t312"]
    desk.queries.details["t312"] = msgspec.structs.replace(old, note="中心已派单")
    page.go("tickets")
    settle(page)
    told = [found.text() for found in screen.detail.findChildren(QLabel)]
    assert "中心已派单" in told


def test_a_row_says_itself_to_screen_readers(screen):
    told = screen.pane.list.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "车辆占用消防通道，阳光花园 东门，A-0309，已派单，已超期 42 分，等照片 1/2"


def test_before_and_after_stand_side_by_side_and_are_equal(screen):
    before, after = screen.detail.photos.slots["sha1"][0], screen.detail.photos.slots["sha2"][0]
    assert (before.tag, after.tag) == ("处置前", "处置后")
    assert before.size() == after.size()
    assert before.y() == after.y()
    assert before.jpeg is not None
    assert after.status == "sending"


def test_a_photo_opens_large_and_arrows_go_on(page, screen, drive, settle):
    user = drive(page.window())
    screen.detail.photos.slots["sha1"][0].setFocus()
    user.press("Return")
    settle(page)
    viewer = page.findChild(PhotoViewer)
    assert not viewer._picture.image.isNull()
    first = viewer.caption.full
    user.press("Right")
    assert viewer._photos[viewer._at][0] == "sha2"
    user.press("Right")
    assert viewer.caption.full == first
    user.press("Esc")
    assert not viewer.isVisible()


def test_the_deadline_of_a_stage_names_the_stage(page, screen, desk, settle):
    old = desk.queries.details["t312"]
    stage = msgspec.structs.replace(old.deadlines[0], what="acceptance")
    desk.queries.details["t312"] = msgspec.structs.replace(old, deadlines=(stage,))
    screen.changed(frozenset({"ticket"}))
    settle(page)
    head = next(text for text in titles(screen.detail.findChild(DeadlineCard)) if " 前" in text)
    assert head.endswith("前受理")


def test_a_voided_ticket_says_when_it_was_voided(page, screen, desk, settle):
    old = desk.queries.details["t312"]
    line = msgspec.structs.replace(old.line, state="voided")
    ended = msgspec.structs.replace(
        old.timeline[-1], action="void", to_state="voided", at="2026-05-20T05:57:00Z"
    )
    desk.queries.details["t312"] = msgspec.structs.replace(
        old, line=line, timeline=(*old.timeline, ended), deadlines=(), done_at=None
    )
    screen.changed(frozenset({"ticket"}))
    settle(page)
    assert "今天 13:57" in titles(screen.detail)


def test_changed_words_are_told_as_that(page, screen, settle):
    screen._detail.edit({"place": ("西门", "北门")})
    settle(page)
    assert page._toast.text == "已修改，已存本机"


def test_the_deadline_says_why(screen):
    card = screen.detail.findChild(DeadlineCard)
    assert card.reasons.isVisible()
    card.why.click()
    assert not card.reasons.isVisible()
    assert card.why.accessibleName() == "为什么是这个时间"


def test_a_step_the_centre_has_not_confirmed_says_so(screen, named):
    assert named(screen.detail, "待传").status == "queued"


def test_handing_up_asks_why(page, press, desk, settle, named):
    user = press("t304", "转办…")
    sheet = next(s for s in page.findChildren(Sheet) if s.isVisible())
    answer = named(sheet, "转办")
    assert not answer.isEnabled()
    user.type("需要社区处理")
    user.click(answer)
    settle(page)
    assert desk.commands.asked == [("act", "t304", "hand_up", {"reason": "需要社区处理"})]


def test_words_typed_into_a_question_stand_there_again_and_ctrl_enter_answers(
    page, screen, desk, drive, settle
):
    user = drive(page.window())
    user.press("F2")
    user.press("Tab")
    user.type("两块地砖断了。")
    user.press("F9")  # elsewhere, by a key that is always there
    settle(page)
    assert not page.sheet_is_open()
    user.press("Ctrl+3")
    settle(page)
    user.press("F2")
    user.press("Ctrl+Return")
    settle(page)
    seen = desk.queries.details["t312"].note
    assert desk.commands.asked == [("edit", "t312", {"note": (seen, f"两块地砖断了。{seen}")})]
    user.press("F2")
    (sheet,) = [sheet for sheet in page.findChildren(Sheet) if sheet.isVisible()]
    assert sheet.findChild(AskWords).note.toPlainText() == seen


def test_ctrl_enter_chooses_once(page, drive):
    given: list[str] = []
    choices = (Choice("U1", "市政"), Choice("U2", "环卫"))
    open_question(
        page,
        "谁办？",
        lambda close: AskChoice("谁办？", "派单", choices, on_answer=given.append, on_cancel=close),
    )
    user = drive(page.window())
    user.type("环")
    user.press("Ctrl+Return")
    assert given == ["U2"]


def test_a_reason_begun_stands_there_again_for_its_ticket_only(page, screen, press, desk, settle):
    user = press("t304", "转办…")
    user.press("Ctrl+Return")  # nothing to answer with yet
    user.type("需要社区处理")
    user.press("Esc")
    other = structs.replace(screen._detail.ticket, line=desk.queries.details["t307"].line)
    for ticket, words in ((other, ""), (screen._detail.ticket, "需要社区处理")):
        screen._acts.hand_up(ticket)
        (asked,) = [a for a in page.findChildren(AskReason) if a.isVisible()]
        assert asked.reason.toPlainText() == words
        user.press("Esc")
    screen._acts.hand_up(screen._detail.ticket)
    user.press("Ctrl+Return")
    settle(page)
    assert desk.commands.asked == [("act", "t304", "hand_up", {"reason": "需要社区处理"})]


def test_words_begun_in_a_question_outlive_the_window(
    page, screen, press, desk, settle, named, workspace
):
    user = press("t304", "转办…")
    user.type("需要社区处理")
    page.close_down()
    again = workspace(place="tickets")
    settle(again)
    acts, ticket = again._screens["tickets"]._acts, screen._detail.ticket
    acts.hand_up(ticket)
    (asked,) = [a for a in again.findChildren(AskReason) if a.isVisible()]
    assert asked.reason.toPlainText() == "需要社区处理"
    named(asked, "先不办").click()
    settle(again)
    assert not desk.commands.drafts


def test_taking_back_tells_the_result_until_it_is_refused(page, press, desk, settle, qtbot):
    press("t304", "撤回")
    settle(page)
    assert desk.commands.asked == [("retract", "t304")]
    assert page._toast.text == "已撤回，已存本机"
    desk.queries.counters = SyncStatus(needs_attention=5)
    page.committed(frozenset({"sync"}))
    qtbot.waitUntil(lambda: page._toast is None)


def test_what_can_still_be_undone_stays_when_something_else_needs_care(page, desk, settle):
    page.toast("已办结", undo=lambda: None)
    desk.queries.counters = SyncStatus(needs_attention=5)
    page.status.changed(frozenset({"sync"}))
    settle(page)
    assert page._toast.can_undo


@pytest.mark.parametrize(
    ("state", "told", "pill"),
    [("stored", "在中心，本机没有", "已送达"), ("local", "还没有传到中心", "")],
)
def test_a_photo_that_is_elsewhere_says_where(page, screen, desk, settle, named, state, told, pill):
    ticket = desk.queries.details["t312"]
    photo = PhotoLine(sha256="far", role="before", state=state, by="李强")
    desk.queries.details["t312"] = structs.replace(ticket, photos=(photo,))
    screen.changed(frozenset({"ticket"}))
    settle(page)
    (slot,) = screen.detail.photos.slots["far"]
    assert slot.hint == told
    assert told in slot.accessibleName()
    assert pill in slot.accessibleName()
    assert "已存本机" not in slot.accessibleName()
    screen.detail.photos._enlarge(0)
    settle(page)
    assert screen.detail.photos._viewer.caption.full == told


def test_a_refusal_is_told_and_the_buttons_come_back(page, screen, desk, settle, named, drive):
    user = drive(page.window())
    screen.pane.list.setCurrentIndex(screen.pane._table.place_of("t304"))
    settle(page)
    desk.commands.refuse = RuleBroken(Code.STALE_STATE, state="voided")
    user.click(named(screen.detail, "撤回"))
    settle(page)
    assert named(screen.detail, "撤回").isEnabled()
    sentence = page.tools.say("E_STALE_STATE", {"state": "voided"}).sentence
    assert any(
        frame.accessibleName().startswith(sentence)
        for frame in screen.detail.findChildren(QFrame)
        if frame.isVisible()
    )


@pytest.mark.parametrize(
    ("state", "code", "facts"),
    [("voided", "E_GONE", {"state": "voided"}), ("dispatched", "E_FORBIDDEN", {"by": "王小明"})],
)
def test_the_key_for_changing_what_may_not_be_changed_says_why(
    page, screen, desk, settle, drive, state, code, facts
):
    user = drive(page.window())
    ticket = desk.queries.details["t312"]
    line = structs.replace(ticket.line, state=state)
    desk.queries.details["t312"] = structs.replace(ticket, line=line, can_edit=False)
    screen.changed(frozenset({"ticket"}))
    settle(page)
    user.press("F2")
    assert not page.sheet_is_open()
    sentence = page.tools.say(code, facts).sentence
    told = [frame.accessibleName() for frame in screen.detail.findChildren(QFrame)]
    assert any(words.startswith(sentence) for words in told)


@pytest.mark.parametrize(("choice", "word"), [("mine", "我的"), ("soon", "临期")])
def test_the_number_of_a_choice_is_that_of_its_list(page, screen, settle, named, choice, word):
    screen._list.pick(choice)
    settle(page)
    rows = screen.pane.list.model().rowCount()
    assert named(screen.pane, f"{word} {rows}").isVisible()
    states = {screen._tools.desk.queries.lines[f"t{n}"].state for n in (304, 312)}
    assert len(states) == 2  # what is done and what is open are both among mine


def test_a_remark_is_added(page, screen, desk, settle, drive, named):
    user = drive(page.window())
    user.click(named(screen.detail, "补充…"))
    user.type("已通知物业")
    sheet = next(s for s in page.findChildren(Sheet) if s.isVisible())
    user.click(named(sheet, "补充"))
    settle(page)
    added = [asked for asked in desk.commands.asked if asked[0] == "add_evidence"]
    assert added == [("add_evidence", "ticket", "t312", (), "已通知物业")]
    assert not page.sheet_is_open()


def test_with_large_text_there_is_one_pane_and_a_way_back(workspace, settle, drive, named):
    page = workspace(Theme("light", 2.0), "tickets")
    settle(page)
    screen = page._screens["tickets"]
    user = drive(page.window())
    assert screen.pane.isVisible()
    assert not screen.detail.isVisible()
    screen.pane.list.setFocus()
    user.press("Return")
    assert screen.detail.isVisible()
    user.click(named(screen.detail, "工单列表"))
    assert screen.pane.isVisible()
