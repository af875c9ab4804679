"""Every place, in every look: nothing cut off, nothing overlapping, everything named."""

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from gridworker.app.ports import Connection
from ui.main_window import SIZE
from ui.widgets.button import Button
from ui.widgets.sheet import Sheet
from ui.widgets.text import Elided
from ui.widgets.theme import Theme

PLACES = ("today", "patrol", "tickets", "sync")
LOOKS = [
    Theme("light", 1.0),
    Theme("light", 1.5),
    Theme("light", 2.0),
    Theme("light", 2.5),
    Theme("dark", 1.0),
    Theme("contrast", 1.5),
]

# 1920x1080 at twice the size, 1366x768 at one and a half times and at twice, less a task bar.
SMALL_SCREENS = [(960, 500), (911, 472), (683, 344)]


def cut_off(root: QWidget) -> list[str]:
    """Labels that have less room than their words need."""
    return [
        found.text()
        for found in root.findChildren(QLabel)
        if found.isVisible()
        and found.text()
        and not isinstance(found, Elided)
        and (_too_low(found) if found.wordWrap() else _too_small(found))
    ]


def _too_small(line: QLabel) -> bool:
    wanted = line.sizeHint()
    return line.width() + 1 < wanted.width() or line.height() + 3 < wanted.height()


def _too_low(wrapped: QLabel) -> bool:
    return wrapped.height() + 3 < wrapped.heightForWidth(wrapped.width())


def out_of_sight(root: QWidget) -> list[str]:
    """Panes that are scrolled downwards only, with something in them that is too wide."""
    return [
        f"{area!r}: {area.widget().minimumSizeHint().width()} > {area.viewport().width()}"
        for area in root.findChildren(QScrollArea)
        if area.isVisible()
        and area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        and area.widget().minimumSizeHint().width() > area.viewport().width()
    ]


def overlapping(root: QWidget) -> list[tuple[str, str]]:
    """Sibling widgets that lie on each other."""
    found = []
    for parent in [root, *root.findChildren(QWidget)]:
        if isinstance(parent, QAbstractScrollArea | QLineEdit) or parent.layout() is None:
            continue
        children = [
            child
            for child in parent.children()
            if isinstance(child, QWidget)
            and child.isVisible()
            and parent.layout().indexOf(child) >= 0
        ]
        for number, child in enumerate(children):
            for other in children[number + 1 :]:
                both: QRect = child.geometry() & other.geometry()
                if both.width() > 1 and both.height() > 1:
                    found.append((repr(child), repr(other)))
    return found


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("theme", LOOKS, ids=lambda t: f"{t.mode}-{t.factor}")
def test_nothing_is_cut_off_or_overlaps(workspace, settle, place, theme):
    page = workspace(theme, place)
    settle(page)
    assert (page.window().width(), page.window().height()) == SIZE
    assert cut_off(page) == []
    assert overlapping(page) == []
    assert out_of_sight(page) == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("screen", SMALL_SCREENS, ids=lambda s: f"{s[0]}x{s[1]}")
def test_nothing_is_cut_off_on_a_small_screen(workspace, settle, qtbot, place, screen):
    window = workspace(place=place).window()
    window.fit(QSize(*screen))
    qtbot.waitUntil(lambda: not window._rest.isActive())
    page = window.workspace
    settle(page)
    if place == "tickets":
        page._screens[place]._show_detail()
        settle(page)
    assert (window.width(), window.height()) == screen
    assert cut_off(page) == []
    assert overlapping(page) == []
    assert out_of_sight(page) == []


@pytest.mark.parametrize("action", ["search", "help", "resolve", "report", "add"])
@pytest.mark.parametrize("theme", LOOKS[:4], ids=lambda t: f"{t.mode}-{t.factor}")
def test_nothing_is_cut_off_in_what_lies_over_the_window(workspace, settle, action, theme):
    page = workspace(theme, "tickets")
    settle(page)
    next(known.run for known in (*page.always, *page.here()) if known.name == action)()
    settle(page)
    (sheet,) = [sheet for sheet in page.findChildren(Sheet) if sheet.isVisible()]
    assert cut_off(sheet.frame) == []
    assert overlapping(sheet.frame) == []
    assert out_of_sight(sheet.frame) == []
    assert sheet.frame.size().expandedTo(sheet.frame.minimumSizeHint()) == sheet.frame.size()


@pytest.mark.parametrize("theme", LOOKS[:4], ids=lambda t: f"{t.mode}-{t.factor}")
def test_nothing_is_cut_off_in_the_door_for_a_login_that_is_over(workspace, desk, settle, theme):
    desk.sync.state = Connection(state="login", code="sync_token_expired")
    page = workspace(theme, "sync")
    settle(page)
    assert (cut_off(page), overlapping(page), out_of_sight(page)) == ([], [], [])
    page._screens["sync"]._view.state.enrol.click()
    settle(page)
    (sheet,) = [sheet for sheet in page.window().findChildren(Sheet) if sheet.isVisible()]
    assert (cut_off(sheet.frame), overlapping(sheet.frame)) == ([], [])
    assert sheet.frame.size().expandedTo(sheet.frame.minimumSizeHint()) == sheet.frame.size()


def focusable(root: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


@pytest.mark.parametrize("place", PLACES)
def test_everything_that_takes_the_focus_has_a_name(workspace, settle, place):
    page = workspace(place=place)
    settle(page)
    unnamed = [
        repr(widget)
        for widget in focusable(page)
        if not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert unnamed == []


@pytest.mark.parametrize("place", PLACES)
def test_a_button_is_called_what_it_says(workspace, settle, place):
    page = workspace(place=place)
    settle(page)
    for pressed in page.findChildren(Button):
        if pressed.isVisible() and pressed.words is not None:
            assert pressed.accessibleName() == pressed.words.text()


@pytest.mark.parametrize("place", PLACES)
def test_tab_reaches_everything_and_comes_back(workspace, settle, drive, place):
    page = workspace(place=place)
    settle(page)
    user = drive(page.window())
    wanted = {id(widget) for widget in focusable(page) if widget.isEnabled()}
    seen: set[int] = set()
    for _ in range(3 * len(wanted)):
        user.press("Tab")
        seen.add(id(QApplication.focusWidget()))
    assert wanted - seen == set()


@pytest.mark.parametrize("place", PLACES)
def test_targets_are_large_enough(workspace, settle, place):
    page = workspace(place=place)
    settle(page)
    small = [
        (pressed.accessibleName(), pressed.width(), pressed.height())
        for pressed in page.findChildren(QAbstractButton)
        if pressed.isVisible() and (pressed.width() < 24 or pressed.height() < 24)
    ]
    assert small == []


def test_a_page_stays_light_for_screen_readers(workspace, settle):
    page = workspace(place="tickets")
    settle(page)
    stops = focusable(page)
    assert len(stops) <= 40


def test_req_200_at_most_seven_main_entries(workspace):
    page = workspace()
    assert list(page.rail.buttons) == ["today", "patrol", "tickets", "sync"]
    assert len(page.rail.buttons) <= 7
    assert [place.accessibleName() for place in page.rail.buttons.values()] == [
        "今日",
        "巡查",
        "工单",
        "同步中心",
    ]
