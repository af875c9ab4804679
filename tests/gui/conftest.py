"""Real windows on Qt's offscreen platform, watched for freezes, leaks and complaints."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import Engine, event

from gridworker.app.jobs import PoolLane
from ui.application import dress
from ui.main_thread import MainThread
from ui.widgets.theme import Theme, look

ROOT = Path(__file__).parents[2]
WATCHED = frozenset(
    {"open", "socket.connect", "socket.getaddrinfo", "os.listdir", "os.scandir", "os.remove"}
    | {"os.rename", "os.mkdir", "subprocess.Popen"}
)
# Code and pictures that ship with the program; they are read once and then kept in memory.
SHIPPED = (str(ROOT / "resources"), sys.prefix, sys.base_prefix, "/usr", "/etc")


class Watch:
    """Notes what waits on the thread of the windows while code of `ui` is running there."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.on = False
        self.here = threading.get_ident()
        # An audit hook cannot be taken away again, so one serves all tests.
        sys.addaudithook(self._audit)

    def _audit(self, name: str, args: tuple[object, ...]) -> None:
        if not self.on or name not in WATCHED or threading.get_ident() != self.here:
            return
        first = str(args[0]) if args else ""
        shipped = first.startswith(SHIPPED) or first.endswith((".py", ".pyc", ".so"))
        if not shipped and self.ours():
            self.seen.append(f"{name} {first}")

    def query(self, _conn, _cursor, statement, *_rest) -> None:
        if self.on and threading.get_ident() == self.here and self.ours():
            self.seen.append(statement)

    @staticmethod
    def ours() -> bool:
        """Whether the windows caused this, rather than the test that looks on."""
        frame = sys._getframe()
        own = str(ROOT / "ui") + os.sep
        while frame is not None:
            if frame.f_code.co_filename.startswith(own):
                return True
            frame = frame.f_back
        return False


@pytest.fixture(scope="session")
def watch() -> Watch:
    return Watch()


@pytest.fixture(autouse=True)
def no_database_on_gui_thread(watch: Watch) -> Iterator[Watch]:
    """A query, a file or the network on the thread of the windows is a freeze waiting to happen."""
    event.listen(Engine, "before_cursor_execute", watch.query)
    watch.seen.clear()
    watch.on = True
    yield watch
    watch.on = False
    event.remove(Engine, "before_cursor_execute", watch.query)
    assert not watch.seen, f"waited on the thread of the windows: {watch.seen}"


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application with our style, fonts and Chinese."""
    dress(qapp, Theme())
    return qapp


@pytest.fixture(autouse=True)
def app(dressed: QApplication) -> Iterator[QApplication]:
    """The application in the usual look; every test leaves it so."""
    if look().theme != Theme():
        look().apply(Theme())
    yield dressed
    if look().theme != Theme():
        look().apply(Theme())


@pytest.fixture(autouse=True)
def no_leaks(app: QApplication) -> Iterator[None]:
    """Threads, top-level widgets, timers and animations end with their test."""
    threads = set(threading.enumerate())
    windows = set(map(id, app.topLevelWidgets()))
    yield
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        app.processEvents()
    assert not {t.name for t in threading.enumerate() if t not in threads}
    left = [w for w in app.topLevelWidgets() if id(w) not in windows and w.isVisible()]
    assert not left, f"windows left open: {left}"
    assert not [t for t in app.findChildren(QTimer) if t.isActive()]
    running = QAbstractAnimation.State.Running
    assert not [a for a in app.findChildren(QAbstractAnimation) if a.state() == running]


@pytest.fixture(autouse=True)
def no_complaints(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log that no test announced is a failure."""
    yield
    loud = [r for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    announced = getattr(caplog, "announced", False)
    assert announced or not loud, [r.getMessage() for r in loud]


@pytest.fixture
def main_thread(app: QApplication) -> MainThread:
    return MainThread()


@pytest.fixture
def lanes(main_thread: MainThread) -> Iterator[Callable[[str, int], PoolLane]]:
    """Makes real lanes and ends them with the test."""
    made: list[PoolLane] = []

    def make(name: str = "read", width: int = 1) -> PoolLane:
        made.append(PoolLane(name, width, main_thread.post))
        return made[-1]

    yield make
    for lane in made:
        lane.close()


class UserDriver:
    """Does what a person does and counts it: key presses, clicks, typed characters.

    A press with modifiers counts as one, as the keystroke-level model of `goals.md` U1 does.
    """

    def __init__(self, window: QWidget) -> None:
        self.window = window
        self.keys = self.clicks = self.typed = 0

    def press(self, keys: str) -> None:
        """Press a key or combination, e.g. "F8" or "Ctrl+Return", where the focus is."""
        self.keys += 1
        stroke = QKeySequence.fromString(keys)[0]
        QTest.keyClick(self._target(), stroke.key(), stroke.keyboardModifiers())

    def type(self, text: str) -> None:
        """Type words where the focus is."""
        self.typed += len(text)
        for char in text:
            if char.isascii():
                QTest.keyClick(self._target(), char)
            else:
                # Han text arrives from an input method as one commit, not as keys.
                QTest.keyClicks(self._target(), char)

    def click(self, widget: QWidget) -> None:
        """Click in the middle of something that is visible."""
        assert widget.isVisible(), "a person cannot click what is not there"
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self.window


@pytest.fixture
def drive(qtbot) -> Callable[[QWidget], UserDriver]:
    """Shows a window, waits until it takes keys, and returns who drives it."""

    def driver(window: QWidget) -> UserDriver:
        if not window.isVisible():
            window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return UserDriver(window)

    return driver


@pytest.fixture
def named() -> Callable[[QObject, str], QWidget]:
    """Finds a visible widget by its accessible name, as a screen reader would."""

    def find(root: QWidget, name: str) -> QWidget:
        found = [
            w
            for w in root.findChildren(QWidget)
            if w.accessibleName() == name and w.isVisibleTo(root)
        ]
        assert found, f"nothing is called {name!r}"
        return next((w for w in found if w.focusPolicy() != Qt.FocusPolicy.NoFocus), found[0])

    return find
