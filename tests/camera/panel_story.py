"""A person at the real on-the-spot panel with the real camera back end; run by its test.

Prints one JSON document: what was pressed, what was shown, what the store then held.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gridworker.app import words
from gridworker.app.jobs import PoolLane
from gridworker.app.ports import NewPatrol, TicketFilter
from gridworker.build import open_desk
from ui.application import dress
from ui.main_thread import MainThread
from ui.main_window import MainWindow
from ui.photo_sources.sources import system_sources
from ui.views.form_notices import Notice
from ui.widgets.capture_slot import CaptureSlot
from ui.widgets.theme import Theme
from ui.widgets.toast import Toast
from ui.workspace import Parts, Sight

PATIENCE_MS = 20_000


class Story:
    """The program, and a person who waits for what they see."""

    def __init__(self, home: str, password: str) -> None:
        self.app = QApplication([])
        dress(self.app, Theme())
        self.keys = 0
        self.desk = open_desk(Path(home), password)
        self.desk.commands.patrol(NewPatrol(place="阳光花园 3 栋", result="normal"))
        bridge = MainThread()
        self.lanes = [PoolLane(name, 1, bridge.post) for name in ("read", "write", "photos")]
        self.window = MainWindow(lambda: True)
        now = lambda: datetime.now(UTC)  # noqa: E731
        self.window.show_work(
            Parts(
                self.desk,
                *self.lanes,
                words.say,
                now,
                lambda _: None,
                lambda: None,
                system_sources,
            ),
            Sight(),
        )
        self.window.show()
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def until(self, so) -> None:
        clock = QElapsedTimer()
        clock.start()
        while not so():
            assert clock.elapsed() < PATIENCE_MS, "nothing happened"
            self.app.processEvents()

    def press(self, keys: str) -> None:
        self.keys += 1
        stroke = QKeySequence.fromString(keys)[0]
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, stroke.key(), stroke.keyboardModifiers())

    def resolve(self) -> dict:
        """Press without waiting for a camera that is still waking up; later look what it shows."""
        for keys in ("F8", "Space", "Space", "1", "Ctrl+Return"):
            self.press(keys)
        pressed = self.keys
        self.until(lambda: self.window.findChildren(Toast))
        (ticket_id,) = self.desk.queries.ticket_ids(TicketFilter(mine=True))
        ticket = self.desk.queries.ticket(ticket_id)
        self.press("F8")
        self.until(lambda: any(slot.is_live for slot in self.window.findChildren(CaptureSlot)))
        self.press("Escape")
        self.until(lambda: not self.window.workspace.sheet_is_open())
        return {
            "keys": pressed,
            "state": ticket.line.state,
            "photos": [[photo.role, photo.sha256] for photo in ticket.photos],
        }

    def trouble(self) -> dict:
        self.press("F8")
        self.until(lambda: any(n.words for n in self.window.findChildren(Notice)))
        said = [n.words for n in self.window.findChildren(Notice) if n.words]
        self.press("Escape")
        return {"said": said}

    def end(self) -> None:
        self.window.workspace.close_down()
        self.window.workspace = None
        self.window.hide()
        for lane in self.lanes:
            lane.close()
        self.desk.close()


def main(what: str, home: str, password: str) -> None:
    story = Story(home, password)
    told = getattr(story, what)()
    story.end()
    sys.stdout.write(json.dumps(told, ensure_ascii=False))


main(*sys.argv[1:])
