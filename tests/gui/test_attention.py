"""Refusals as people see and settle them, all of it by keyboard."""

from datetime import datetime

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from shiboken6 import isValid

from gridworker.app.ports import FormAgain
from gridworker.domain.lines import DraftLine
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.times import CHINA
from ui.views.attention_card import AttentionBox, card_lines
from ui.views.conflict import ConflictChoice
from ui.widgets.sheet import Sheet
from ui.widgets.status import Badge
from ui.widgets.theme import Theme

NAMES = ("就这样保存", "都保留为备注", "看现在的单子", "交给主管", "知道了，收起")


@pytest.fixture
def page(workspace, settle):
    made = workspace(place="sync")
    settle(made)
    return made


@pytest.fixture
def boxes(page):
    return page.findChildren(AttentionBox)


def words_on(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def ways_of(box) -> list[str]:
    return [made.accessibleName() for made in box._buttons["op1"]]


def focus_on(drive, page, widget):
    user = drive(page.window())
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    return user


def named_picks(box) -> dict[str, object]:
    """The answers for the first field, by their words."""
    picks = box.findChild(ConflictChoice).fields["place"].picks
    return {made.accessibleName(): made for made in picks.values()}


def test_a_conflict_shows_all_three_values_and_whose_came_later(boxes):
    told = words_on(boxes[0])
    assert boxes[0].findChild(Badge).text == "有分歧"
    for part in ("原值", "我的", "对方", "李强", "较新"):
        assert part in told
    for value in ("中心广场 北侧", "中心广场 东侧花坛边", "中心广场 西侧 3 号入口", "（空）"):
        assert value in told
    assert ways_of(boxes[0]) == list(NAMES)


@pytest.mark.parametrize(
    ("can", "where"), [(("open", "close"), "留在这张单子里"), (("close",), "留在中心")]
)
def test_a_card_says_where_the_work_is_kept(page, desk, can, where):
    card = msgspec.structs.replace(desk.queries.attention()[0], can=can)
    lines = card_lines(card, say=lambda _code, _facts: ("", ""), now=datetime.now(CHINA))
    assert where in lines[-1]


def test_the_choice_begins_with_what_came_later(boxes, page, desk, drive, settle, named):
    user = drive(page.window())
    user.click(named(boxes[0], "就这样保存"))
    settle(page)
    wanted = {"place": "中心广场 东侧花坛边", "note": "地砖断裂四块，等物业来换。"}
    assert ("choose", "op1", wanted) in desk.commands.asked
    assert "已按你的选择保存在本机" in words_on(page)


def test_a_conflict_is_settled_by_keys_alone(boxes, page, desk, drive, settle):
    mine = named_picks(boxes[0])["用我的"]
    user = focus_on(drive, page, mine)
    assert mine.isChecked()
    user.press("Right")
    assert named_picks(boxes[0])["用对方的"].isChecked()
    while QApplication.focusWidget().accessibleName() != "就这样保存":
        user.press("Tab")
    user.press("Return")
    settle(page)
    (asked,) = [asked for asked in desk.commands.asked if asked[0] == "choose"]
    assert asked[2]["place"] == "中心广场 西侧 3 号入口"


def test_both_wordings_can_be_written_together(boxes, page, desk, drive, settle, named):
    choice = boxes[0].findChild(ConflictChoice)
    field = choice.fields["note"]
    user = drive(page.window())
    user.click(field.picks["own"])
    assert field.own.isVisible()
    field.own.selectAll()
    user.type("四块断了，已围住")
    user.click(named(boxes[0], "就这样保存"))
    settle(page)
    (asked,) = [asked for asked in desk.commands.asked if asked[0] == "choose"]
    assert asked[2]["note"] == "四块断了，已围住"


def test_a_row_of_today_leads_to_its_card(workspace, desk, settle, qtbot):
    page = workspace(place="today")
    settle(page)
    page.go("sync", {"card": "op4"})
    settle(page)
    kept = page.findChildren(AttentionBox)[2]
    assert QApplication.focusWidget() is kept.first
    area = page._screens["sync"]._view._area.viewport()
    qtbot.waitUntil(lambda: 0 < kept.mapTo(area, kept.rect().center()).y() < area.height())


def test_what_is_being_written_stays_when_cards_change(boxes, page, desk, drive, settle):
    field = boxes[0].findChild(ConflictChoice).fields["note"]
    user = drive(page.window())
    user.click(field.picks["own"])
    user.press("Ctrl+A")
    user.type("四块断了")
    conflict, led, *_others = desk.queries.cards
    desk.queries.cards = [conflict, led]
    page._screens["sync"].changed(frozenset({"attention"}))
    settle(page)
    assert page.findChildren(AttentionBox)[0] is boxes[0]
    assert QApplication.focusWidget() is field.own

    later = msgspec.structs.replace(conflict.fields[1], theirs="等物业")
    fields = (conflict.fields[0], later)
    desk.queries.cards = [msgspec.structs.replace(conflict, fields=fields)]
    page._screens["sync"].changed(frozenset({"ticket"}))
    settle(page)
    again = page._screens["sync"]._view._boxes[0].findChild(ConflictChoice).fields["note"]
    assert again is not field
    assert (again.picks["own"].isChecked(), again.value()) == (True, "四块断了")


def test_how_far_one_is_with_a_conflict_outlives_the_window(
    boxes, page, desk, drive, settle, workspace, named
):
    place, note = boxes[0].findChild(ConflictChoice).fields.values()
    user = drive(page.window())
    user.click(place.picks["theirs"])
    user.click(note.picks["own"])
    user.press("Ctrl+A")
    user.type("四块断了")
    page.close_down()  # as a lock does
    later = workspace(place="sync")
    settle(later)
    box = later.findChildren(AttentionBox)[0]
    place, note = box.findChild(ConflictChoice).fields.values()
    assert place.picks["theirs"].isChecked()
    assert (note.picks["own"].isChecked(), note.value()) == (True, "四块断了")
    drive(later.window()).click(named(box, "就这样保存"))
    settle(later)
    wanted = {"place": "中心广场 西侧 3 号入口", "note": "四块断了"}
    assert ("choose", "op1", wanted) in desk.commands.asked
    assert not desk.commands.drafts


def test_a_side_that_says_something_else_by_now_is_chosen_anew(boxes, page, desk, drive, settle):
    place = boxes[0].findChild(ConflictChoice).fields["place"]
    drive(page.window()).click(place.picks["theirs"])
    conflict = desk.queries.cards[0]
    fields = (msgspec.structs.replace(conflict.fields[0], theirs="南门"), conflict.fields[1])
    desk.queries.cards = [msgspec.structs.replace(conflict, fields=fields)]
    page._screens["sync"].changed(frozenset({"ticket"}))
    settle(page)
    again = page._screens["sync"]._view._boxes[0].findChild(ConflictChoice).fields["place"]
    assert again.picks[conflict.fields[0].newer].isChecked()


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_what_was_pasted_without_a_space_pushes_nothing_out_of_sight(
    workspace, desk, settle, factor
):
    rubbish = "https://example.invalid/?q=" + "0123456789" * 20
    conflict = desk.queries.cards[0]
    place = msgspec.structs.replace(conflict.fields[0], mine=rubbish, theirs=rubbish)
    held = msgspec.structs.replace(conflict, place=rubbish, fields=(place, conflict.fields[1]))
    desk.queries.cards = [held]
    page = workspace(Theme(factor=factor), place="sync")
    settle(page)
    area = page._screens["sync"]._view._area
    assert area.widget().width() <= area.viewport().width()
    assert rubbish in words_on(page).replace("\u200b", "")


def test_a_conflict_says_once_what_both_wrote(boxes):
    told = [label.text() for label in boxes[0].findChildren(QLabel)]
    assert "两边都改过。请选一边，或者合在一起再存。" in told
    assert sum("中心广场 西侧 3 号入口" in line for line in told) == 1


@pytest.mark.parametrize(
    ("name", "command"),
    [("都保留为备注", "keep_both"), ("交给主管", "hand_over"), ("知道了，收起", "close_attention")],
)
def test_each_button_is_one_command(boxes, page, desk, drive, settle, name, command):
    user = drive(page.window())
    made = next(made for made in boxes[0]._buttons["op1"] if made.accessibleName() == name)
    user.click(made)
    settle(page)
    assert (command, "op1") in desk.commands.asked


def test_whoever_presses_on_a_card_by_key_stays_with_the_cards(boxes, page, drive, settle, named):
    pressed = named(boxes[0], "交给主管")
    user = focus_on(drive, page, pressed)
    user.press("Return")
    assert not pressed.isEnabled()
    assert QApplication.focusWidget() is boxes[0]
    settle(page)
    assert pressed.isEnabled()
    assert QApplication.focusWidget() is pressed


def test_whoever_closes_a_card_stands_on_the_next(boxes, page, desk, drive, settle, named):
    focus_on(drive, page, named(boxes[0], "知道了，收起"))
    desk.queries.cards = [card for card in desk.queries.cards if card.op_id not in {"op1", "op2"}]
    page._screens["sync"].changed(frozenset({"attention"}))
    settle(page)
    left = page._screens["sync"]._view._boxes
    assert QApplication.focusWidget() is left[0].first
    desk.queries.cards = []
    page._screens["sync"].changed(frozenset({"attention"}))
    settle(page)
    assert QApplication.focusWidget().accessibleName() == "立即同步"


def test_what_was_added_to_a_refused_record_says_whether_it_comes_along(page, desk, settle):
    first = desk.queries.cards[0]
    head = msgspec.structs.replace(
        first, did="ticket.report", code="E_ITEM_OFF", can=("close",), form="report", fields=()
    )
    under = {"did": "evidence.add", "code": "E_PARENT_REFUSED", "can": ("close",), "under": "op1"}
    added, step = (
        msgspec.structs.replace(first, op_id=op_id, fields=(), **{**under, **about})
        for op_id, about in (("op8", {"along": True}), ("op9", {"did": "hand_up"}))
    )
    desk.queries.cards = [step, added, head]
    page._screens["sync"].changed(frozenset({"attention"}))
    settle(page)
    (made,) = page.findChildren(AttentionBox)
    told = words_on(made)
    assert told.count("会一起带上，不用另做") == 1
    assert told.count("不会一起带上") == 1


def test_what_a_refusal_led_to_lies_under_it_with_its_own_buttons(boxes, page, desk, drive, settle):
    assert len(boxes) == 3
    assert "因为它，还有 1 项没有被接受" in words_on(boxes[0])
    again = boxes[0]._buttons["op2"][0]
    assert again.accessibleName() == "再做一次"
    drive(page.window()).click(again)
    settle(page)
    assert ("redo", "op2") in desk.commands.asked


def test_a_rule_that_refuses_again_says_so_on_the_card(boxes, page, desk, drive, settle):
    desk.commands.refuse = RuleBroken(Code.STAGE_ORDER, action="hand_up", state="voided")
    drive(page.window()).click(boxes[1]._buttons["op3"][0])
    settle(page)
    assert "现在还不能做这一步" in words_on(boxes[1])
    assert all(made.isEnabled() for made in boxes[1]._buttons["op3"])


def test_a_refused_report_comes_up_in_its_form(workspace, desk, noon, drive, settle, named):
    (late,) = [card for card in desk.queries.cards if card.op_id == "op3"]
    about = {"did": "ticket.report", "code": "E_ITEM_OFF", "form": "report", "can": ("close",)}
    desk.queries.cards = [msgspec.structs.replace(late, **about)]
    fields = {"place": "和平里 5 栋", "note": "楼道口又贴上了", "photos": {}}
    draft = DraftLine(
        id="redo op3", form="report", fields=fields, photos=(), changed_at=noon.isoformat()
    )
    desk.queries.drafts = lambda form=None: [draft] if form in {None, "report"} else []
    desk.commands.start_over = lambda op_id: FormAgain("report", f"redo {op_id}")
    page = workspace(place="sync")
    settle(page)
    drive(page.window()).click(named(page, "改好再报…"))
    settle(page)
    (sheet,) = [sheet for sheet in page.findChildren(Sheet) if sheet.isVisible()]
    assert named(sheet, "看到的情况").toPlainText() == "楼道口又贴上了"
    assert named(sheet, "在哪里").text() == "和平里 5 栋"


def test_what_the_centre_keeps_says_why_and_by_which_number(boxes):
    told = words_on(boxes[2])
    assert "中心的程序没能判定这一项，已留存，编号 A-0301" in told
    assert "无需重填" in told


def test_a_supervisor_sees_the_refused_work_of_others(page, drive, named):
    told = words_on(page)
    assert "同事未被接受的操作" in told
    assert "写的是：阳光花园 东门 消防通道 · 两辆车" in told
    assert "请主管看一看" in told
    drive(page.window()).click(named(page, "看这张单子"))
    assert page.place == "tickets"


@pytest.fixture
def tickets(workspace, settle):
    made = workspace(place="tickets")
    settle(made)
    return made


def test_words_of_a_ticket_are_changed_by_keys_alone(tickets, desk, drive, settle):
    user = drive(tickets.window())
    user.press("F2")
    (sheet,) = [sheet for sheet in tickets.findChildren(Sheet) if sheet.isVisible()]
    user.press("Ctrl+A")
    user.type("阳光花园 4 栋")
    user.press("Return")
    settle(tickets)
    wish = {"place": ("阳光花园 3 栋东门", "阳光花园 4 栋")}
    assert ("edit", "t312", wish) in desk.commands.asked
    assert not isValid(sheet)


def test_nothing_changed_is_nothing_saved(tickets, desk, drive, named, settle):
    user = drive(tickets.window())
    user.click(named(tickets, "修改…"))
    (sheet,) = [sheet for sheet in tickets.findChildren(Sheet) if sheet.isVisible()]
    assert not named(sheet, "保存修改").isEnabled()
    user.press("Return")
    assert sheet.isVisible()
    user.press("Ctrl+A")
    user.type(" ")
    assert not named(sheet, "保存修改").isEnabled()
    user.click(named(sheet, "不改了"))
    settle(tickets)
    assert not [asked for asked in desk.commands.asked if asked[0] == "edit"]


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_the_sheet_of_words_fits(workspace, settle, drive, factor):
    made = workspace(Theme("light", factor), "tickets")
    settle(made)
    if factor > 1.0:
        made._screens["tickets"]._show_detail()
    drive(made.window()).press("F2")
    (sheet,) = [sheet for sheet in made.findChildren(Sheet) if sheet.isVisible()]
    assert sheet.frame.size().expandedTo(sheet.frame.minimumSizeHint()) == sheet.frame.size()
