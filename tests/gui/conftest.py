"""Real windows on Qt's offscreen platform, watched for freezes, leaks and complaints."""

import gc
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEvent,
    QObject,
    Qt,
    QTimer,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from gridworker.app import words
from gridworker.app.jobs import PoolLane
from gridworker.storage.door import AUDITED
from ui.application import dress
from ui.main_thread import MainThread
from ui.main_window import MainWindow
from ui.photo_sources.camera import NoCamera
from ui.photo_sources.sources import Sources
from ui.widgets.theme import Theme, look
from ui.workspace import Parts, Sight, Workspace


def load(name: str) -> ModuleType:
    """Return a module beside this one; test folders are no packages."""
    spec = spec_from_file_location(f"gui_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


samples, driving = load("sample_desk"), load("user_driver")
ROOT = Path(__file__).parents[2]
MOMENT_MS = 200
WATCHED = frozenset(
    {"open", "socket.connect", "socket.getaddrinfo", "os.listdir", "os.scandir", "os.remove"}
    | {"os.rename", "os.mkdir", "subprocess.Popen", AUDITED}
)
# Code and pictures that ship with the program; they are read once and then kept in memory.
SHIPPED = (str(ROOT / "resources"), sys.prefix, sys.base_prefix, "/usr", "/etc")


@pytest.fixture(autouse=True, scope="module")
def _rings_end_here() -> Iterator[None]:
    """Leave no window in a ring for a thread of other tests to destroy."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def _garbage_on_this_thread() -> Iterator[None]:
    """Collect as the program does: a lane that destroyed a widget would end the process."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


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

    @staticmethod
    def ours() -> bool:
        """Whether the windows caused this, rather than the test that looks on or an import."""
        frame = sys._getframe()
        own = str(ROOT / "ui") + os.sep
        while frame is not None:
            if frame.f_code.co_filename.startswith("<frozen importlib"):
                return False
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
    watch.seen.clear()
    watch.on = True
    yield watch
    watch.on = False
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


class StrayWindows(QObject):
    """Notes widgets that are shown before they have a parent: they flash and take the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, happened: QEvent) -> bool:
        if (
            happened.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and watched.windowType() == Qt.WindowType.Window
            and not isinstance(watched, QMainWindow)
            and watched.parent() is None
        ):
            self.seen.append(repr(watched))
        return False


@pytest.fixture
def no_stray_windows(app: QApplication) -> Iterator[None]:
    """The main window is the only one that ever appears."""
    filter_ = StrayWindows()
    app.installEventFilter(filter_)
    yield
    app.removeEventFilter(filter_)
    assert not filter_.seen


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


def bring_up(qtbot, window: QWidget) -> None:
    """Make a window the one that takes keys; there is no window manager to do it."""

    def active() -> bool:
        window.activateWindow()
        return window.isActiveWindow()

    qtbot.waitUntil(active)


@pytest.fixture
def drive(qtbot) -> Callable[[QWidget], object]:
    """Shows a window, waits until it takes keys, and returns who drives it."""

    def driver(window: QWidget) -> object:
        if not window.isVisible():
            window.show()
        bring_up(qtbot, window)
        return driving.UserDriver(window)

    return driver


@pytest.fixture
def noon() -> datetime:
    """A fixed moment, so that words about time never depend on the day of the test."""
    return datetime(2026, 5, 20, 14, 5, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def desk(noon: datetime) -> object:
    """A desk with a morning's work on it."""
    made = samples.SampleDesk(noon)
    samples.fill_desk(made, noon)
    return made


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


@pytest.fixture
def sources() -> Sources:
    """Where photos come from: no camera, and nobody who would answer a file dialog."""

    def pick(_parent: QWidget, _chosen: Callable) -> None:
        pytest.fail("a file dialog was opened")

    return Sources(NoCamera(), pick)


@pytest.fixture
def workspace(
    desk, lanes, noon, sources, qtbot, no_stray_windows
) -> Iterator[Callable[..., Workspace]]:
    """Opens the main window on a desk in memory, in some look, at some place."""
    made: list[MainWindow] = []

    def build(theme: Theme | None = None, place: str = "today") -> Workspace:
        if theme is not None:
            look().apply(theme)
        window = MainWindow(lambda: True)
        made.append(window)
        parts = Parts(
            desk=desk,
            read=lanes("read"),
            write=lanes("write"),
            photos=lanes("photos"),
            say=words.say,
            now=lambda: noon,
            on_look=lambda chosen: (look().apply(chosen), window.build_anew()),
            on_lock=lambda: desk.asked.append("lock"),
            sources=lambda _stage: sources,
        )
        window.show_work(parts, Sight(place))
        window.show()
        bring_up(qtbot, window)
        return window.workspace

    yield build
    for window in made:
        if window.workspace is not None:
            window.workspace.close_down()
        window.hide()
        window.deleteLater()


@pytest.fixture
def settle(qtbot, app: QApplication) -> Callable[[Workspace], None]:
    """Waits until the lanes have answered everything asked so far, and what that led to.

    Choices that rest for a moment before they are followed are waited for, too.
    """

    def resting(page: Workspace) -> bool:
        timers = page.findChildren(QTimer)
        return any(t.isActive() and t.isSingleShot() and t.interval() <= MOMENT_MS for t in timers)

    def wait(page: Workspace) -> None:
        for _ in range(3):
            qtbot.waitUntil(lambda: not resting(page))
            for lane in (page.tools.write, page.tools.read, page.tools.photos):
                answered: list[None] = []
                lane.run(lambda: None, answered.append, answered.append)
                qtbot.waitUntil(lambda answered=answered: bool(answered))
        app.processEvents()

    return wait
