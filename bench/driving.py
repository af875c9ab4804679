"""Drives a table as a hand would and waits until what it shows is painted."""

import time
from collections.abc import Callable
from random import Random

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTableView

from bench.figure import percentile

TURNS = 100
PATIENCE = 60.0
PULSE_MS = 20
Whole = Callable[[int], bool]


def since(began: float) -> float:
    """Return the milliseconds since a moment of the monotonic clock."""
    return (time.monotonic() - began) * 1000


class Drive:
    """Works off events until something is so."""

    def __init__(self, app: QApplication) -> None:
        self._app = app

    def until(self, reached: Callable[[], bool], what: str) -> None:
        """Work off events until `reached`; raises TimeoutError."""
        began = time.monotonic()
        pulse = QTimer(interval=PULSE_MS)  # a wait with a limit of its own would not sleep
        pulse.start()
        while not reached():
            self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.monotonic() - began > PATIENCE:
                raise TimeoutError(what)

    def rest(self, seconds: float) -> None:
        """Work off events for a while, as a program does that somebody looks at."""
        ends = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > ends, "nothing")

    def painted(self, table: QTableView, whole: Whole) -> None:
        """Wait until every row to be seen is whole, then until it is painted."""
        port = table.viewport()

        def seen() -> bool:
            self._app.processEvents()
            last = table.rowAt(port.height() - 1)
            most = table.model().rowCount() - 1 if last < 0 else last
            return all(map(whole, range(max(table.rowAt(0), 0), most + 1)))

        self.until(seen, "whole rows")
        port.repaint()

    def scrolled(
        self, table: QTableView, whole: Whole, random: Random, *, turns: int = TURNS
    ) -> dict[str, float]:
        """Return the 95th percentiles of a page down and of a jump to anywhere."""
        table.setFocus()
        pages, jumps = [], []
        for _ in range(turns):
            began = time.monotonic()
            QTest.keyClick(table, Qt.Key.Key_PageDown)
            self.painted(table, whole)
            pages.append(since(began))
        for _ in range(turns):
            place = random.randrange(table.model().rowCount())
            began = time.monotonic()
            table.setCurrentIndex(table.model().index(place, 0))
            self.painted(table, whole)
            jumps.append(since(began))
        return {"page_ms": percentile(pages, 0.95), "jump_ms": percentile(jumps, 0.95)}
