"""Runs in a process of its own: the real windows, used while photos sync and the index fills.

Usage: python -m bench.gap_child HOME; the password comes in the environment. Prints JSON.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path
from random import Random

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from bench.driving import Drive
from bench.figure import percentile

PASSWORD = "GRIDWORKER_PASSWORD"
STEP = 0.005
PATIENCE = 900.0
PAGES = 10
LOOKS = 3.0  # seconds that a person looks at the day before going to the tickets


class Gaps(QObject):
    """Knows how long an event would have had to wait that came at any moment.

    A gap counts with its length: of a gap of a second a hundred moments are later than 10 ms.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.waits: list[float] = []
        self._last = time.monotonic()
        self._timer = QTimer(self, interval=round(STEP * 1000))
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)

    def begin(self) -> None:
        self._last = time.monotonic()
        self._timer.start()

    def _turn(self) -> None:
        now = time.monotonic()
        wait = now - self._last - STEP
        self._last = now
        while wait > -STEP:
            self.waits.append(max(0.0, wait) * 1000)
            wait -= STEP


def main() -> None:
    home = Path(sys.argv[1])
    gc.disable()  # as `gridworker.__main__` does it
    from gridworker import main as windows  # noqa: PLC0415  (as there)
    from gridworker.app.entry import ProfileDoor  # noqa: PLC0415  (as there)
    from gridworker.app.process import harden  # noqa: PLC0415  (as there)
    from ui import application  # noqa: PLC0415  (as there)
    from ui.models.ticket_table import LINE_ROLE  # noqa: PLC0415  (as there)
    from ui.widgets.ring import Ring  # noqa: PLC0415  (as there)
    from ui.widgets.table import LongList  # noqa: PLC0415  (as there)

    desks = []

    def furnish(entry):
        desks.append(windows.furnish(entry))
        return desks[-1]

    harden()
    settings = windows.SettingsFile(home / "settings.json").read()
    app = application.make_application(sys.argv[:1], windows.chosen_look(settings))
    application.collect_on_this_thread(app)
    program = windows.Program(app, lambda: ProfileDoor(home, furnish), home, settings)
    program.start()
    window, drive, gaps = program.window, Drive(app), Gaps(app)
    screen = window.centralWidget()
    screen.password.setText(os.environ[PASSWORD])
    screen.enter.click()
    drive.until(lambda: any(r.isVisible() for r in window.findChildren(Ring)), "the day")

    before = desks[0].queries.status().queued_photos
    began, random = time.monotonic(), Random(9)
    gaps.begin()
    drive.rest(LOOKS)
    window.workspace.go("tickets", {"choice": "all"})
    table = next(view for view in window.findChildren(LongList) if view.isVisible())
    whole = lambda row: table.model().index(row, 0).data(LINE_ROLE) is not None  # noqa: E731
    drive.until(lambda: table.model().rowCount() > 0, "the ids of the list")
    left = before
    while left and time.monotonic() - began < PATIENCE:
        drive.scrolled(table, whole, random, turns=PAGES)
        left = desks[0].queries.status().queued_photos
    found = {
        "p999_ms": percentile(gaps.waits, 0.999),
        "median_ms": percentile(gaps.waits, 0.5),
        "most_ms": max(gaps.waits),
        "seconds": time.monotonic() - began,
        "photos": before - left,
        "left": left,
    }
    print(json.dumps(found), flush=True)
    window.close()
    app.exec()


main()
