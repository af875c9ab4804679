"""Real windows on Qt's offscreen platform, watched for freezes, leaks and complaints."""

import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import (
    QAbstractAnimation,
    QBuffer,
    QCoreApplication,
    QEvent,
    QObject,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QImage, QKeySequence, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import Engine, event

from gridworker.app.jobs import PoolLane
from gridworker.app.ports import Connection, Saved, TicketFilter, Who
from gridworker.domain.lines import (
    ClockLine,
    FlowLine,
    InboxLine,
    PhotoLine,
    SyncStatus,
    SyncWord,
    TicketDetail,
    TicketLine,
)
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


class SampleQueries:
    """Answers like the store, from a few tickets in memory; for states a store is slow to reach."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.lines: dict[str, TicketLine] = {}
        self.details: dict[str, TicketDetail] = {}
        self.rows: list[InboxLine] = []
        self.pictures: dict[str, bytes] = {}
        self.counters = SyncStatus(online=True)

    def add(self, number: int, **about) -> TicketLine:
        """Put a ticket into the list."""
        hours = about.pop("due_hours", None)
        due = None if hours is None else (self.now + timedelta(hours=hours)).isoformat()
        line = TicketLine(
            id=f"t{number}",
            number=f"A-{number:04d}",
            local_no=f"A-{number:04d}",
            official_no=None,
            item="S0101",
            due=due,
            found_at=(self.now - timedelta(hours=5, minutes=number)).isoformat(),
            **{
                "title": "落叶堵住雨水口，路面积水",
                "place": "阳光花园 3 栋东门",
                "state": "dispatched" if hours is not None else "onspot_done",
                "sync": SyncWord.DELIVERED,
                **about,
            },
        )
        self.lines[line.id] = line
        return line

    def ticket_ids(self, wanted: TicketFilter) -> list[str]:
        until = self.now + timedelta(hours=wanted.due_within_hours or 0)
        return [
            line.id
            for line in self.lines.values()
            if wanted.search in line.title + line.place + line.number
            and (wanted.state in (None, line.state))
            and (not wanted.mine or line.mine)
            and (not wanted.open_only or line.due)
            and (
                wanted.due_within_hours is None
                or (line.due and datetime.fromisoformat(line.due) < until)
            )
        ]

    def ticket_lines(self, ids) -> dict[str, TicketLine]:
        return {id_: self.lines[id_] for id_ in ids if id_ in self.lines}

    def ticket(self, number: str) -> TicketDetail | None:
        return self.details.get(number)

    def inbox(self) -> list[InboxLine]:
        return self.rows

    def status(self) -> SyncStatus:
        return self.counters

    def thumb(self, sha256: str) -> bytes | None:
        return self.pictures.get(sha256)

    def photo(self, sha256: str, *, longest: int = 1600) -> bytes | None:
        return self.pictures.get(sha256)

    def nothing(self, *_about, **_more) -> list:
        return []

    attention = patrol_ids = items = drafts = places = grids = waiting = sync_log = nothing
    similar = draft_photos = nothing

    def patrol_lines(self, ids) -> dict:
        return {}


class SampleCommands:
    """Notes what was asked and says it is saved; `refuse` makes the next command fail."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []
        self.refuse: Exception | None = None

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)

        def command(*args, **more):
            self.asked.append((name, *args, *more.values()))
            if self.refuse is not None:
                raise self.refuse
            return Saved(id="t1", local_no="A-0001", op_id="op1")

        return command


class SampleSync:
    """A connection that stands as it was set."""

    def __init__(self) -> None:
        self.state = Connection(state="online")

    def connection(self) -> Connection:
        return self.state

    def listen(self, changed) -> None:
        pass

    sync_now = listen


class SampleDesk:
    """An unlocked profile in memory."""

    def __init__(self, now: datetime) -> None:
        self.queries, self.commands, self.sync = SampleQueries(now), SampleCommands(), SampleSync()
        self.closed = False
        self.who = Who(
            user="wg0101",
            name="王小明",
            role="grid_worker",
            roles=("grid_worker",),
            place="幸福里社区",
            grid="330106001001",
            grid_name="03 网格",
            device_code="7F3A",
        )

    def listen(self, changed) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def picture(hue: int) -> bytes:
    """A small JPEG made here: a wall, a floor and something on it."""
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(hue, 60, 200))
    painter = QPainter(image)
    painter.fillRect(0, 300, 640, 180, QColor.fromHsv(hue, 90, 120))
    painter.fillRect(200, 180, 160, 200, QColor.fromHsv((hue + 40) % 360, 140, 150))
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")
    return bytes(buffer.data().data())


def fill_desk(desk: SampleDesk, now: datetime) -> None:
    """Put a morning's work on a desk: an overdue ticket, one due soon, photos, a waiting step."""
    queries = desk.queries
    for number, hue in ((1, 30), (2, 90), (3, 200)):
        queries.pictures[f"sha{number}"] = picture(hue)
    lines = [
        queries.add(312, due_hours=5.3, mine=True, thumb="sha1", photos=2, photos_stored=2),
        queries.add(
            309,
            title="车辆占用消防通道",
            place="阳光花园 东门",
            due_hours=-0.7,
            mine=True,
            sync=SyncWord.WAITING_PHOTO,
            photos=2,
            photos_stored=1,
            thumb="sha2",
        ),
        queries.add(
            307,
            title="广场地砖松动翘起",
            place="中心广场 北侧",
            due_hours=0.9,
            mine=True,
            sync=SyncWord.REFUSED,
            thumb="sha3",
        ),
        queries.add(
            304,
            title="楼道口张贴小广告",
            place="和平里 5 栋 2 单元",
            mine=True,
            sync=SyncWord.SAVED,
        ),
    ]
    for number in range(290, 270, -1):
        queries.add(number, title="商户占道摆放货架", due_hours=number / 4, sync=SyncWord.QUEUED)
    for line in lines:
        queries.details[line.id] = detail_of(line, now)
    queries.rows = [
        InboxLine(
            group=1,
            kind="ticket",
            id="t309",
            title=lines[1].title,
            place=lines[1].place,
            due=lines[1].due,
            thumb="sha2",
        ),
        InboxLine(
            group=3,
            kind="attention",
            id="op9",
            title=lines[2].title,
            place=lines[2].place,
            reason="E_ITEM_OFF",
        ),
        InboxLine(
            group=4,
            kind="ticket",
            id="t312",
            title=lines[0].title,
            place=lines[0].place,
            due=lines[0].due,
            thumb="sha1",
        ),
    ]
    queries.counters = SyncStatus(saved=2, queued_ops=5, queued_photos=4, needs_attention=1)


def detail_of(line: TicketLine, now: datetime) -> TicketDetail:
    """Everything about one of the sample tickets."""
    done = line.state == "onspot_done"
    photos = tuple(
        PhotoLine(sha256=sha, role=role, state=state, by="王小明", at=line.found_at, has_bytes=True)
        for sha, role, state in (("sha1", "before", "stored"), ("sha2", "after", "uploading"))
    )
    flow = (
        FlowLine(
            seq=1, action="report", to_state="reported", actor_name="王小明", at=line.found_at
        ),
        FlowLine(
            seq=2,
            action="dispatch",
            to_state="dispatched",
            actor_name="街道值守",
            at=now.isoformat(),
            receiver="03 网格",
            waiting=True,
        ),
    )
    why = ("社区受理，今天 10:00 起算，限 8 个工作小时", "午休 12:00–13:30 不计", "明天 10:30 到期")
    return TicketDetail(
        line=line,
        note="雨后积水，老人出行不便。",
        grid="330106001001",
        grid_name="03 网格",
        path=("市政设施", "道路积水"),
        created_by="wg0101",
        created_by_name="王小明",
        done_at=now.isoformat() if done else None,
        no_photo_reason=None,
        unit=None,
        stage=3,
        photos=photos,
        timeline=flow,
        contacts=(),
        deadlines=() if done else (ClockLine(what="overall", due=line.due, paused=False, why=why),),
        can_retract=done,
        can=("hand_up",) if done else (),
    )


@pytest.fixture
def noon() -> datetime:
    """A fixed moment, so that words about time never depend on the day of the test."""
    return datetime(2026, 5, 20, 14, 5, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def desk(noon: datetime) -> SampleDesk:
    """A desk with a morning's work on it."""
    made = SampleDesk(noon)
    fill_desk(made, noon)
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
