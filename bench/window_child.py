"""Runs in a process of its own: the real windows on a filled profile, driven and timed.

Usage: python -m bench.window_child BEGAN HOME; the password comes in the environment. Prints JSON.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path
from random import Random

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from ui.widgets.ring import Ring

PASSWORD = "GRIDWORKER_PASSWORD"
LOOKS = 3.0  # seconds that a person looks at the day before going to the tickets


class FirstRow(QObject):
    """Notes when the first row of the day's list has been painted."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.at = 0.0
        self._waiting = QEventLoop()
        app.installEventFilter(self)

    def wait(self) -> None:
        """Let the program run until then."""
        self._waiting.exec()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.at and isinstance(watched, Ring) and event.type() == QEvent.Type.Paint:
            self.at = -1.0
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        self.at = time.monotonic()
        self._waiting.quit()


def main() -> None:
    began, home = float(sys.argv[1]), Path(sys.argv[2])
    gc.disable()  # as `gridworker.__main__` does it
    from gridworker import main as windows  # noqa: PLC0415  (as there)
    from gridworker.app.process import harden  # noqa: PLC0415  (as there)
    from ui import application  # noqa: PLC0415  (as there)

    harden()
    settings = windows.SettingsFile(home / "settings.json").read()
    app = application.make_application(sys.argv[:1], windows.chosen_look(settings))
    application.collect_on_this_thread(app)
    application.log_qt_messages()
    program = windows.Program(app, lambda: windows.open_door(home), home, settings)
    first = FirstRow(app)
    program.start()
    screen = program.window.centralWidget()
    screen.password.setText(os.environ[PASSWORD])
    screen.enter.click()
    first.wait()
    usable = (first.at - began) * 1000
    app.removeEventFilter(first)

    # What measures the rest is no part of a start.
    from bench.driving import Drive, since  # noqa: PLC0415  (see above)
    from gridworker.app.entry import opened_vault  # noqa: PLC0415  (see above)
    from gridworker.app.paths import Paths  # noqa: PLC0415  (see above)
    from ui.models.ticket_table import LINE_ROLE  # noqa: PLC0415  (see above)
    from ui.widgets.table import LongList  # noqa: PLC0415  (see above)

    kdf = time.monotonic()
    opened_vault(Paths(home), os.environ[PASSWORD])
    kdf_ms = since(kdf)
    drive = Drive(app)

    drive.rest(LOOKS)
    opened = time.monotonic()
    program.window.workspace.go("tickets", {"choice": "all"})
    found = program.window.findChildren(LongList)
    table = next(view for view in found if view.isVisible())
    whole = lambda row: table.model().index(row, 0).data(LINE_ROLE) is not None  # noqa: E731
    drive.until(lambda: table.model().rowCount() > 0, "the ids of the list")
    drive.painted(table, whole)
    timings = {"first_ms": since(opened), **drive.scrolled(table, whole, Random(7))}
    print(
        json.dumps({"usable_ms": usable, "kdf_ms": kdf_ms, "rss_mb": _rss_mb(), **timings}),
        flush=True,
    )
    program.window.close()
    app.exec()


def _rss_mb() -> float:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise LookupError("VmRSS")


main()
