"""A program that fills the on-the-spot form in and is killed; run by test_resolve_steps."""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from gridworker.app import words
from gridworker.app.jobs import PoolLane
from gridworker.app.ports import NewPatrol
from gridworker.build import open_desk
from ui.application import dress
from ui.main_thread import MainThread
from ui.main_window import MainWindow
from ui.photo_sources.sources import Sources
from ui.widgets.theme import Theme
from ui.workspace import Parts, Sight

PROMISE_MS = 300


class Camera:
    """Always has a picture."""

    def start(self, on_frame, on_failed):
        pass

    def capture(self, done):
        picture = QImage(320, 240, QImage.Format.Format_RGB32)
        picture.fill(0x336655)
        done(picture)

    def stop(self):
        pass


def let(app: QApplication, milliseconds: int) -> None:
    """Let the program run for a while."""
    clock = QElapsedTimer()
    clock.start()
    while clock.elapsed() < milliseconds:
        app.processEvents()


def main(home: str, password: str) -> None:
    """Fill the form in and die."""
    app = QApplication([])
    dress(app, Theme())
    bridge = MainThread()
    lanes = [PoolLane(name, 1, bridge.post) for name in ("read", "write", "photos")]
    window = MainWindow(lambda: True)
    desk = open_desk(Path(home), password)
    desk.commands.patrol(NewPatrol(place="阳光花园 3 栋", result="normal"))
    parts = Parts(
        desk,
        *lanes,
        words.say,
        lambda: datetime.now(UTC),
        lambda _theme: None,
        lambda: None,
        lambda _stage: Sources(Camera(), lambda _parent, _chosen: None),
    )
    window.show_work(parts, Sight())
    window.show()
    window.activateWindow()
    let(app, 300)
    window.workspace.do("resolve")
    let(app, 300)
    slot = app.focusWidget()
    QTest.keyClick(slot, " ")
    QTest.keyClick(slot, "1")
    let(app, 4000)  # the decoder of photos is a child process that has to start
    field = next(f for f in window.findChildren(QLineEdit) if f.accessibleName() == "说明")
    field.setFocus()
    field.selectAll()
    typed = QInputMethodEvent()  # Han text comes from an input method, not as keys
    typed.setCommitString("已清理，楼道畅通")
    QApplication.sendEvent(field, typed)
    let(app, PROMISE_MS)
    os.kill(os.getpid(), signal.SIGKILL)


main(*sys.argv[1:])
