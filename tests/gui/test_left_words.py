"""Words whose ticket is gone: found from 今日, read, copied, used elsewhere or let go."""

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel

from gridworker.app.ports import FormAgain
from gridworker.domain.lines import DraftLine, InboxLine, LeftWords
from gridworker.domain.problem import Code, RuleBroken
from ui.views.left_words import LeftBox
from ui.widgets.sheet import Sheet


@pytest.fixture
def lines(desk):
    """A reason for a ticket that is gone, and words and photos for one without a name."""
    at = "2026-05-20T03:00:00Z"
    desk.queries.left = [
        LeftWords(
            draft="d1", question="hand_up", ticket="", name="A-0312 井盖松动",
            words=("井圈裂了，要市政来换。",), photos=0, at=at,
        ),
        LeftWords(
            draft="d2", question="add", ticket="", name="", words=("又来了一堆",), photos=2, at=at
        ),
    ]  # fmt: skip
    desk.queries.rows = [
        InboxLine(group=3, kind="unfinished", id="d2", title="", place="又来了一堆")
    ]
    return desk.queries.left


@pytest.fixture
def page(lines, workspace, settle):
    made = workspace(place="sync")
    settle(made)
    return made


def told(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_what_was_typed_is_read_in_full(page):
    one, two = page.findChildren(LeftBox)
    for words in ("A-0312 井盖松动", "“转办”", "已不在这台电脑上", "井圈裂了，要市政来换。"):
        assert words in told(one)
    for words in ("一张已不在这台电脑上的单子", "“补充”", "又来了一堆", "2 张照片"):
        assert words in told(two)
    assert "没写完，单子已经变了" in told(page)


def test_words_are_copied_and_let_go_by_keys(page, desk, drive, settle, named):
    one, two = page.findChildren(LeftBox)
    user = drive(page.window())
    one.first.setFocus()
    user.press("Space")
    assert QGuiApplication.clipboard().text() == "井圈裂了，要市政来换。"
    assert one.first.accessibleName() == "已复制"
    desk.commands.save_draft("d1", "question", {})
    del desk.queries.left[0]
    user.click(named(one, "不要了"))
    settle(page)
    assert "d1" in desk.commands.drafts
    user.click(named(one, "再按一次就不留了"))
    settle(page)
    assert desk.commands.drafts == {}
    (left,) = page.findChildren(LeftBox)
    assert left.line.draft == "d2"
    assert QApplication.focusWidget() is left.first
    assert two is not left


def test_they_go_on_as_a_new_report(page, desk, drive, settle, named):
    desk.commands.drafts["d2"] = DraftLine(
        id="d2", form="report", fields={"note": "又来了一堆"}, photos=(), changed_at="2026-05-20"
    )
    desk.commands.report_left = lambda draft: FormAgain("report", draft)
    drive(page.window()).click(named(page.findChildren(LeftBox)[1], "写进新的上报…"))
    settle(page)
    assert page.findChild(Sheet).isVisible()


def test_what_a_rule_refuses_is_told(page, desk, drive, settle, named):
    desk.commands.refuse = RuleBroken(Code.DISK_FULL)
    drive(page.window()).click(named(page.findChildren(LeftBox)[1], "写进新的上报…"))
    settle(page)
    assert page.findChild(Sheet) is None
    assert len(page.findChildren(LeftBox)) == 2


def test_a_row_of_today_leads_to_them(page, drive, settle, named):
    page.go("today")
    settle(page)
    row = page._screens["today"].widget
    assert "你没写完的话" in [
        label.full for label in row.findChildren(QLabel) if hasattr(label, "full")
    ]
    drive(page.window()).click(named(row, "打开"))
    settle(page)
    assert page.place == "sync"
    assert QApplication.focusWidget() is page.findChildren(LeftBox)[1].first


def test_a_ticket_that_does_not_ask_any_more_is_opened(
    lines, workspace, desk, drive, settle, named
):
    known = lines[0]
    desk.queries.left = [
        LeftWords(
            draft="d1", question=known.question, ticket="t309", name=known.name,
            words=known.words, photos=0, at=known.at,
        )
    ]  # fmt: skip
    page = workspace(place="sync")
    settle(page)
    (box,) = page.findChildren(LeftBox)
    assert "这一步现在做不了了" in told(box)
    drive(page.window()).click(named(box, "看现在的单子"))
    settle(page)
    assert page.place == "tickets"
