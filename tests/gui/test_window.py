"""The window: places, keys, palette, help, look, toast, lock."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel

from gridworker.app.ports import Connection
from ui.main_window import AT_REST_MS, SIZE
from ui.views.closed import ClosedPage
from ui.views.help import Help, shown_keys
from ui.views.palette import Palette
from ui.widgets.sheet import Sheet
from ui.widgets.theme import Theme, look
from ui.widgets.toast import Toast


@pytest.fixture
def page(workspace, settle):
    made = workspace()
    settle(made)
    return made


def words_of(palette: Palette) -> list[str]:
    return [palette.list.item(n).text() for n in range(palette.list.count())]


@pytest.mark.parametrize(
    ("keys", "place"),
    [("Ctrl+2", "patrol"), ("Ctrl+3", "tickets"), ("F9", "sync"), ("Ctrl+1", "today")],
)
def test_every_place_has_its_key(page, drive, settle, keys, place):
    drive(page.window()).press(keys)
    settle(page)
    assert page.place == place
    assert page.rail.buttons[place].isChecked()


def test_what_is_there_to_read_is_closed_on_a_suspended_device(
    workspace, desk, drive, settle, qtbot
):
    desk.sync.state = Connection(state="suspended", suspended=True)
    page = workspace(Theme("light", 2.5))
    closed = page._screens["today"].widget
    assert isinstance(closed, ClosedPage)
    assert any("看不到旧记录" in label.text() for label in closed.findChildren(QLabel))
    drive(page.window()).click(closed.resolve)
    settle(page)
    assert page.sheet_is_open()


def test_a_click_on_the_rail_goes_there(page, drive, settle):
    drive(page.window()).click(page.rail.buttons["tickets"])
    settle(page)
    assert page.place == "tickets"
    assert page.title == "工单"


def test_the_palette_finds_actions_by_word_initials_and_key(page, drive, settle, qtbot):
    user = drive(page.window())
    user.press("Ctrl+K")
    palette = page.findChild(Palette)
    settle(page)
    assert "锁定" in words_of(palette)
    user.type("sd")
    assert words_of(palette)[0] == "锁定"
    palette.field.clear()
    user.type("F9")
    qtbot.waitUntil(lambda: words_of(palette)[:1] == ["前往：同步中心"])
    user.press("Return")
    settle(page)
    assert page.place == "sync"


def test_the_palette_finds_tickets(page, drive, settle, qtbot):
    user = drive(page.window())
    user.press("Ctrl+K")
    palette = page.findChild(Palette)
    settle(page)
    user.type("地砖")
    qtbot.waitUntil(lambda: "广场地砖松动翘起" in words_of(palette))
    user.press("Return")
    settle(page)
    assert page.place == "tickets"
    assert page._screens["tickets"]._detail.number == "t307"


def test_arrows_move_in_the_palette_and_escape_gives_the_focus_back(page, drive, settle):
    user = drive(page.window())
    before = QApplication.focusWidget()
    user.press("Ctrl+K")
    palette = page.findChild(Palette)
    user.press("Down")
    user.press("Down")
    assert palette.list.currentRow() == 2
    user.press("Up")
    assert palette.list.currentRow() == 1
    user.type("zzzz")
    assert palette.nothing.isVisible()
    user.press("Esc")
    settle(page)
    assert QApplication.focusWidget() is before


def test_every_action_is_in_the_palette_and_every_key_only_once(page, settle):
    for place in ("today", "patrol", "tickets", "sync"):
        page.go(place)
        settle(page)
        actions = [*page.here(), *page.always]
        assert len({action.words for action in actions}) == len(actions)
        keys = [key for a in actions for key in a.keys.split(" / ") if key]
        assert len(set(keys)) == len(keys), keys


def test_help_lists_the_keys_of_this_page(page, drive, settle):
    user = drive(page.window())
    page.go("tickets")
    user.press("F1")
    shown = page.findChild(Help)
    assert shown.isVisible()
    texts = {label.text() for label in shown.findChildren(QLabel)}
    assert {"帮助：工单", "搜索工单", "Ctrl F", "当场办结", "F8"} <= texts
    user.press("Esc")
    settle(page)
    assert page.findChild(Help) is None


def test_keys_are_shown_as_they_are_printed():
    assert shown_keys("Ctrl+K") == "Ctrl K"
    assert shown_keys("Ctrl++") == "Ctrl +"
    assert shown_keys("") == ""


def test_the_text_grows_and_the_sight_stays(page, drive, settle):
    user = drive(page.window())
    window = page.window()
    page.go("tickets", {"ticket": "t307"})
    settle(page)
    user.press("Ctrl++")
    settle(window.workspace)
    assert look().theme == Theme("light", 1.25)
    assert window.workspace is not page
    assert window.workspace.place == "tickets"
    assert window.workspace._screens["tickets"]._list.selected == "t307"
    user.press("Ctrl+0")
    settle(window.workspace)
    assert look().theme == Theme("light", 1.0)


def test_an_open_panel_comes_back_after_a_new_look(page, settle):
    window = page.window()
    page.do("resolve")
    settle(page)
    assert page.sheet_is_open()
    page.do("look-dark")
    settle(window.workspace)
    assert look().theme.mode == "dark"
    assert window.workspace.sheet_is_open()


def test_the_toast_is_taken_back_by_its_key_once(page, drive):
    user = drive(page.window())
    taken: list[str] = []
    page.toast(
        "A-0312 已办结", undo=lambda: taken.append("undo"), gone=lambda: taken.append("gone")
    )
    user.press("Ctrl+Z")
    user.press("Ctrl+Z")
    assert taken == ["undo"]


def test_the_key_takes_the_newer_toast_back_after_the_older_one_is_gone(page, drive, qtbot):
    taken = []
    page.toast("一", undo=lambda: taken.append("一"))
    page.toast("二", undo=lambda: taken.append("二"))
    qtbot.waitUntil(lambda: len(page.findChildren(Toast)) == 1)
    drive(page.window()).press("Ctrl+Z")
    assert taken == ["二"]


def test_a_toast_lies_above_a_place_that_is_built_after_it(page, drive, settle):
    page.toast("一")
    drive(page.window()).press("Ctrl+2")
    settle(page)
    toast = page.findChild(Toast)
    assert page.childAt(toast.geometry().center()) in {toast, *toast.findChildren(QLabel)}


def test_a_newer_toast_ends_the_older_one(page):
    ended: list[str] = []
    page.toast("一", undo=lambda: None, gone=lambda: ended.append("一"))
    page.toast("二", undo=lambda: None, gone=lambda: ended.append("二"))
    assert ended == ["一"]
    page.close_down()
    assert ended == ["一", "二"]


def test_the_lock_is_one_key_away(page, drive, desk):
    drive(page.window()).press("Ctrl+L")
    assert desk.asked == ["lock"]


def test_f6_walks_through_the_panes(page, drive, settle):
    user = drive(page.window())
    page.go("tickets")
    settle(page)
    screen = page._screens["tickets"]
    screen.pane.search.setFocus()
    user.press("F6")
    assert screen.detail.isAncestorOf(QApplication.focusWidget())
    user.press("F6")
    assert page.status.widget.isAncestorOf(QApplication.focusWidget())
    user.press("F6")
    assert screen.pane.isAncestorOf(QApplication.focusWidget())


def test_several_commits_are_shown_together(page, desk, settle, qtbot):
    asked: list[frozenset[str]] = []
    page._screens["today"].changed = asked.append
    page.committed(frozenset({"ticket"}))
    page.committed(frozenset({"flow_record"}))
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [frozenset({"ticket", "flow_record"})]


def test_the_focus_stays_inside_a_sheet(page, drive):
    user = drive(page.window())
    page.do("help")
    (sheet,) = [found for found in page.findChildren(Sheet) if found.isVisible()]
    for _ in range(8):
        user.press("Tab")
        assert sheet.isAncestorOf(QApplication.focusWidget())
    for _ in range(8):
        user.press("Shift+Tab")
        assert sheet.isAncestorOf(QApplication.focusWidget())


def test_a_place_may_be_built_before_anybody_goes_there(page, drive, settle):
    made = page.prepare("tickets")
    settle(page)
    assert page.place == "today"
    assert not made.widget.isVisible()
    drive(page.window()).press("Ctrl+3")
    settle(page)
    assert page._screens["tickets"] is made
    assert made.widget.isVisible()
    assert made.pane.list.model().rowCount() == 4


def test_a_place_that_was_left_comes_back_after_two_new_looks(page, settle):
    window = page.window()
    page.go("tickets", {"choice": "all"})
    settle(page)
    page.go("today")
    settle(page)
    for theme in (Theme("dark", 1.0), Theme("contrast", 1.0)):
        look().apply(theme)
        window.build_anew()
        settle(window.workspace)
    window.workspace.prepare("tickets")
    look().apply(Theme())
    window.build_anew()
    window.workspace.go("tickets")
    settle(window.workspace)
    assert window.workspace._screens["tickets"]._list.choice == "all"


@pytest.mark.parametrize("panel", ["resolve", "report", "search", "help"])
def test_whoever_goes_elsewhere_leaves_what_lies_over_the_window(page, drive, settle, panel):
    page.do(panel)
    settle(page)
    assert page.sheet_is_open()
    drive(page.window()).press("Ctrl+3")
    settle(page)
    assert page.place == "tickets"
    assert not page.sheet_is_open()
    assert page._screens["tickets"].widget.isAncestorOf(QApplication.focusWidget())


@pytest.mark.parametrize(
    ("screen", "size"),
    [((1920, 1040), SIZE), ((1280, 680), (1280, 680)), ((960, 500), (960, 500))],
)
def test_the_window_is_no_larger_than_the_screen(workspace, screen, size):
    window = workspace().window()
    assert window.fit(QSize(*screen)) is (size != SIZE)
    assert (window.width(), window.height()) == size


def test_on_a_small_screen_the_search_gives_way(page, settle):
    page.window().fit(QSize(960, 500))
    settle(page)
    header = page.header
    assert header.search.geometry().right() < header.resolve.geometry().left()
    assert header.lock.geometry().right() < header.width()


@pytest.fixture
def narrow(qtbot):
    """Makes a window narrow, or wide again, and waits until it is laid out for that."""

    def make(window, width):
        window.setMinimumSize(1, 1)
        window.resize(width, 500)
        qtbot.waitUntil(lambda: window.width() == width and not window._rest.isActive())

    return make


def test_a_window_made_narrow_shows_one_pane_and_keeps_what_was_chosen_and_the_focus(
    workspace, settle, drive, narrow
):
    window = workspace(place="tickets").window()
    settle(window.workspace)
    user = drive(window)
    user.press("Down")
    settle(window.workspace)
    chosen = window.workspace._screens["tickets"]._list.selected
    narrow(window, 683)
    settle(window.workspace)
    screen = window.workspace._screens["tickets"]
    assert not screen.detail.isVisible()
    assert screen._list.selected == chosen
    user.press("Return")
    settle(window.workspace)
    assert screen.detail.isVisible()
    narrow(window, 1366)
    settle(window.workspace)
    screen = window.workspace._screens["tickets"]
    assert screen.detail.isVisible()
    assert screen.pane.isVisible()


def test_a_window_made_narrow_is_laid_out_anew_only_after_the_form_over_it(
    workspace, settle, drive, qtbot
):
    window = workspace(place="tickets").window()
    page = window.workspace
    settle(page)
    user = drive(window)
    user.press("F8")
    settle(page)
    window.setMinimumSize(1, 1)
    window.resize(683, 500)
    qtbot.wait(2 * AT_REST_MS)
    assert window.workspace is page
    assert page.sheet_is_open()
    user.press("Esc")
    qtbot.waitUntil(lambda: window.workspace is not page)
    settle(window.workspace)
