"""今日: by consequence, one way on per row, my own numbers, and the good state of nothing."""

import pytest
from msgspec import structs
from PySide6.QtWidgets import QLabel

from gridworker.app.ports import Notice
from gridworker.domain.lines import SyncStatus
from ui.views.inbox import Thumb
from ui.views.today import ALWAYS
from ui.widgets.button import Button
from ui.widgets.text import Elided


@pytest.fixture
def page(workspace, settle):
    made = workspace()
    settle(made)
    return made


def texts(root) -> list[str]:
    found = [p.full if isinstance(p, Elided) else p.text() for p in root.findChildren(QLabel)]
    return [text for text in found if text]


def test_rows_stand_by_consequence(page):
    told = texts(page._screens["today"].widget)
    heads = [told.index(head) for head in ("先处理：已超期", "同步要看一眼", "今天到期")]
    assert heads == sorted(heads)
    assert "已超期 42 分" in told
    assert "剩 5 小时 18 分" in told


def test_each_row_has_one_button_and_it_leads_to_the_ticket(page, drive, settle):
    user = drive(page.window())
    rows = page._screens["today"].widget
    opened = [b for b in rows.findChildren(Button) if b.accessibleName() in ("打开", "看原因")]
    assert [b.accessibleDescription() for b in opened] == [
        "车辆占用消防通道 阳光花园 东门",
        "广场地砖松动翘起 中心广场 北侧",
        "落叶堵住雨水口，路面积水 阳光花园 3 栋东门",
    ]
    user.click(opened[0])
    settle(page)
    assert page.place == "tickets"
    assert page._screens["tickets"]._detail.number == "t309"


def test_what_was_not_accepted_leads_to_the_sync_centre(page, drive, settle, named):
    drive(page.window()).click(named(page, "看原因"))
    settle(page)
    assert page.place == "sync"


def test_my_day_in_four_numbers(page, named):
    assert [named(page, name) is not None for name in ("待办 3", "临期 3", "今天已办 1", "待传 5")]


def test_small_pictures_come_by_themselves(page):
    thumbs = page._screens["today"].widget.findChildren(Thumb)
    assert [thumb.jpeg is not None for thumb in thumbs] == [True, True]


def test_my_latest_records_show_how_far_they_have_come(page, drive, settle, named):
    row = next(
        b
        for b in page.findChildren(Button)
        if b.accessibleName().startswith("楼道口张贴小广告") and b.isVisible()
    )
    assert row.accessibleName().endswith("已存本机")
    drive(page.window()).click(row)
    settle(page)
    assert page._screens["tickets"]._detail.number == "t304"


def test_nothing_to_do_is_said_kindly(workspace, desk, settle):
    desk.queries.rows = []
    desk.queries.counters = SyncStatus()
    page = workspace()
    settle(page)
    told = texts(page._screens["today"].widget)
    assert "现在没有要处理的事" in told
    assert any(text.endswith("没有要先处理的") for text in told)


def test_a_change_shows_without_asking(page, desk, settle, qtbot):
    desk.queries.rows = desk.queries.rows[:1]
    page.committed(frozenset({"ticket"}))
    qtbot.waitUntil(lambda: "1 件" in texts(page._screens["today"].widget))


def test_the_greeting_knows_the_hour_and_the_day(page):
    told = texts(page._screens["today"].widget)
    assert "下午好，王小明" in told
    assert any(text.startswith("5 月 20 日 星期三") for text in told)


@pytest.mark.parametrize(("hour", "hello"), [(1, "你好"), (6, "早上好"), (20, "晚上好")])
def test_nobody_is_wished_a_good_morning_at_night(workspace, settle, noon, hour, hello):
    page = workspace()
    today = page._screens["today"].widget
    today._now = lambda: noon.replace(hour=hour)
    assert today._greeting() == f"{hello}，王小明"


def test_a_long_inbox_fills_up_in_order_while_the_window_answers(
    page, desk, settle, qtbot, monkeypatch
):
    first = desk.queries.rows[0]
    many = [structs.replace(first, id=f"m{n}", title=f"第{n}件") for n in range(30)]
    monkeypatch.setattr(desk.queries, "rows", many)
    screen = page._screens["today"]
    screen.changed(frozenset({"ticket"}))

    def opened() -> list[str]:
        found = [b for b in screen.widget.findChildren(Button) if b.accessibleName() == "打开"]
        return [b.accessibleDescription().split()[0] for b in found if b.isVisible()]

    qtbot.waitUntil(lambda: len(opened()) == 30)
    assert opened() == [f"第{n}件" for n in range(30)]
    assert "30" in texts(screen.widget)


def test_an_inbox_that_nobody_sees_does_not_grow(page, desk, settle, qtbot, monkeypatch):
    first = desk.queries.rows[0]
    many = [structs.replace(first, id=f"m{n}", title=f"第{n}件") for n in range(60)]
    monkeypatch.setattr(desk.queries, "rows", many)
    screen = page._screens["today"]
    screen.changed(frozenset({"ticket"}))
    qtbot.waitUntil(lambda: screen.widget._rows.waiting)
    page.go("tickets")
    assert not screen.widget._growing.isActive()
    settle(page)
    assert screen.widget._rows.waiting
    page.go("today")
    qtbot.waitUntil(lambda: not screen.widget._rows.waiting)
    monkeypatch.setattr(desk.queries, "rows", [])
    screen.changed(frozenset({"ticket"}))
    settle(page)
    assert not screen.widget._growing.isActive()


def test_a_thousand_rows_are_made_when_somebody_comes_to_them(page, desk, settle, qtbot):
    first = desk.queries.rows[0]
    desk.queries.rows = [structs.replace(first, id=f"m{n}", title=f"第{n}件") for n in range(1000)]
    screen = page._screens["today"]
    screen.changed(frozenset({"ticket"}))
    rows = screen.widget._rows
    qtbot.waitUntil(lambda: rows.made >= ALWAYS and not screen.widget._growing.isActive())
    assert rows.made < 2 * ALWAYS
    made, bar = rows.made, screen.widget._area.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: rows.made > made and not screen.widget._growing.isActive())
    assert rows.waiting
    assert "1000" in texts(screen.widget)


def test_what_is_shown_already_is_left_as_it_is(page, desk, settle):
    screen = page._screens["today"]
    shown = [b for b in screen.widget.findChildren(Button) if b.accessibleName() == "打开"]
    screen.changed(frozenset({"blob"}))
    settle(page)
    again = [b for b in screen.widget.findChildren(Button) if b.accessibleName() == "打开"]
    assert again == shown


def test_a_move_is_told_at_once_and_the_header_names_the_new_place(page, desk, settle, named):
    desk.who = structs.replace(desk.who, grid_name="04 网格")
    desk.told = Notice("places_changed", {"places": "04 网格"})
    page.committed(frozenset({"worker", "ticket"}))
    settle(page)
    told = texts(page._screens["today"].widget)
    assert "你的负责范围变了，现在是：04 网格" in told
    assert "04 网格" in texts(page.header)
    assert "03 网格" not in [p.text() for p in page.header.findChildren(QLabel) if p.isVisible()]
