"""The whole program on the real product: from lock to work and back."""

import gc
import json
import sys
from contextlib import closing

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QMenu

from gridworker import build, main
from gridworker.app.entry import settings_of
from gridworker.app.settings import Settings, SettingsFile
from gridworker.storage import state
from gridworker.storage.failures import DeviceWiped
from ui import idle
from ui.photo_sources.sources import CAMERA_SETTING
from ui.views.closed import ClosedPage
from ui.views.unlock import UnlockScreen
from ui.widgets.text import Elided
from ui.widgets.theme import Theme, look

LONG = 30_000  # the key is derived with real cost


@pytest.fixture
def program(app, laptop, monkeypatch, qtbot, caplog):
    caplog.announced = True  # the test machine has no keyring, which is worth a warning
    monkeypatch.setenv(CAMERA_SETTING, "off")  # the media plugin misses libraries here, and says so
    for owner, name in ((main.sys, "excepthook"), (main.sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    import threading  # noqa: PLC0415

    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    made = main.Program(app, lambda: main.open_door(laptop.home), laptop.home, Settings())
    left: list[bool] = []
    monkeypatch.setattr(app, "quit", lambda: left.append(True), raising=False)
    made._app = Quitter(left)
    made.start()
    yield made
    made.window.close()
    qtbot.waitUntil(lambda: bool(left), timeout=LONG)
    made.window.deleteLater()


class Quitter:
    """Hears that the program wants to end; the application serves other tests."""

    def __init__(self, left: list[bool]) -> None:
        self.quit = lambda: left.append(True)


def unlock(program, password: str, qtbot) -> None:
    screen = program.window.centralWidget()
    assert isinstance(screen, UnlockScreen)
    screen.password.setText(password)
    screen.enter.click()


def texts(root) -> list[str]:
    return [p.full if isinstance(p, Elided) else p.text() for p in root.findChildren(QLabel)]


def test_from_lock_to_work_and_back(program, laptop, qtbot):
    assert program.window.windowTitle() == "网格通"
    unlock(program, laptop.password, qtbot)
    qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=LONG)
    page = program.window.workspace
    qtbot.waitUntil(lambda: "现在没有要处理的事" in texts(page), timeout=LONG)
    page.do("lock")
    assert program.window.workspace is None
    assert isinstance(program.window.centralWidget(), UnlockScreen)
    unlock(program, laptop.password, qtbot)
    qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=LONG)


def test_the_looks_of_the_lock_are_offered_at_their_button_also_by_key(program, qtbot):
    lock = program.window.centralWidget()
    lock.look.setFocus()
    qtbot.keyClick(lock.look, Qt.Key.Key_Space)
    (menu,) = [menu for menu in program.window.findChildren(QMenu) if menu.isVisible()]
    button = lock.look.mapToGlobal(lock.look.rect().bottomLeft())
    wanted = QPoint(button.x(), button.y() + 4)
    screen = program.window.screen().geometry()
    assert menu.x() == min(wanted.x(), screen.right() - menu.width() + 1)
    menu.close()


def test_what_is_loaded_is_spared_by_the_collector_until_the_lock(
    program, laptop, qtbot, monkeypatch
):
    monkeypatch.setattr(idle, "PAUSE_MS", 200)
    unlock(program, laptop.password, qtbot)
    qtbot.waitUntil(lambda: gc.get_freeze_count() > 0, timeout=LONG)
    assert "ui.screens.tickets" in sys.modules
    page = program.window.workspace
    assert list(page._screens)[:2] == ["today", "tickets"]
    qtbot.waitUntil(lambda: list(page._screens)[2:] == ["patrol", "sync"], timeout=LONG)
    program.window.workspace.do("lock")
    assert gc.get_freeze_count() == 0


def test_what_was_typed_just_before_the_lock_is_there_after_it(program, laptop, qtbot):
    for text in ("", "5-1"):
        unlock(program, laptop.password, qtbot)
        qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=LONG)
        page = program.window.workspace
        page.go("patrol")
        form = page._screens["patrol"].form
        qtbot.waitUntil(lambda form=form, text=text: form.place.text() == text, timeout=LONG)
        if not text:
            qtbot.keyClicks(form.place, "5-1")
            page.do("lock")


def test_what_is_written_when_the_device_was_wiped_is_no_bug(program, laptop, qtbot):
    unlock(program, laptop.password, qtbot)
    qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=LONG)
    page, desk = program.window.workspace, program._desk
    page.go("patrol")
    form = page._screens["patrol"].form
    qtbot.waitUntil(form.place.isVisible, timeout=LONG)
    qtbot.keyClicks(form.place, "5-1")
    desk._profile.write.refuse(DeviceWiped(detail="nothing"))
    desk.sync._show(state="wiped")
    qtbot.waitUntil(lambda: program.window.workspace is None, timeout=LONG)
    ended: list[bool] = []
    program._ends.run(lambda: True, ended.append, pytest.fail)
    qtbot.waitUntil(lambda: bool(ended), timeout=LONG)
    assert program._trouble is None


def test_reading_is_closed_while_the_device_is_suspended_and_opens_again(program, laptop, qtbot):
    with (
        closing(build.open_desk(laptop.home, laptop.password)) as desk,
        desk._profile.write.begin() as session,
    ):
        state.put(session, suspended=True)
    unlock(program, laptop.password, qtbot)
    qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=LONG)
    page = program.window.workspace
    for place in ("tickets", "today"):
        page.go(place)
        assert isinstance(page._screens[place].widget, ClosedPage)
        assert any("看不到旧记录" in text for text in texts(page._screens[place].widget))
    program._desk.sync._receiving(False)
    qtbot.waitUntil(lambda: program.window.workspace is not page, timeout=LONG)
    page = program.window.workspace
    assert not isinstance(page._screens["today"].widget, ClosedPage)


def test_a_pause_outlives_the_program_and_a_new_look(program, laptop, qtbot, named):
    for label in ("暂停", "继续"):
        unlock(program, laptop.password, qtbot)
        qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=LONG)
        page = program.window.workspace
        page.go("sync")
        qtbot.waitUntil(lambda page=page: bool(texts(page)), timeout=LONG)
        pressed = page._screens["sync"]._view.state.pause
        qtbot.waitUntil(lambda b=pressed, w=label: b.accessibleName() == w, timeout=LONG)
        pressed.click()
        program._dress(Theme("dark", 1.0 if label == "暂停" else 1.25))
        page = program.window.workspace
        page.do("lock")
    unlock(program, laptop.password, qtbot)
    qtbot.waitUntil(lambda: program.window.workspace is not None, timeout=LONG)
    assert program._desk.sync.connection().state != "paused"
    assert not settings_of(laptop.home).read().paused


def test_a_wrong_password_keeps_the_door_shut(program, qtbot):
    unlock(program, "not the password 1", qtbot)
    screen = program.window.centralWidget()
    qtbot.waitUntil(lambda: screen._problem.count() > 0, timeout=LONG)
    assert program.window.workspace is None


def test_a_new_look_is_remembered(program, laptop, qtbot):
    program._dress(Theme("dark", 1.5))
    kept = settings_of(laptop.home)
    qtbot.waitUntil(lambda: kept.read().theme == "dark", timeout=LONG)
    assert kept.read().text_factor == 1.5
    assert look().theme == Theme("dark", 1.5)
    assert main.chosen_look(kept.read()) == Theme("dark", 1.5)


def test_a_desktop_that_turns_light_or_dark_is_followed(program, laptop, qtbot):
    program._dress(Theme("dark", 1.0, follows=True))
    look().theme = Theme("dark", 1.0, follows=True)  # as it was while the desktop was dark
    before = program.window.centralWidget()
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert look().theme == Theme("light", 1.0, follows=True)
    assert program.window.centralWidget() is not before

    program._dress(Theme("dark", 1.0))
    QGuiApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert look().theme == Theme("dark", 1.0)


def test_settings_lie_where_the_product_puts_them(laptop):
    (laptop.home / "settings.json").write_text(json.dumps({"theme": "contrast"}))
    assert settings_of(laptop.home).read() == SettingsFile(laptop.home / "settings.json").read()
    assert settings_of(laptop.home).read().theme == "contrast"
