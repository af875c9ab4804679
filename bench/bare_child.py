"""Runs in a process of its own: a bare Qt window, then a bare table over as many ids.

Usage: python -m bench.bare_child BEGAN COUNT. Prints JSON.
"""

import json
import sys
import time
from random import Random

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QTableView

SIZE = (1366, 768)


class Ids(QAbstractTableModel):
    """One column of ids that are in memory."""

    def __init__(self, ids: list[str]) -> None:
        super().__init__()
        self._ids = ids

    def rowCount(self, parent=QModelIndex()):
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent=QModelIndex()):
        return 0 if parent.isValid() else 1

    def data(self, index, role=Qt.ItemDataRole.DisplayRole):
        return self._ids[index.row()] if role == Qt.ItemDataRole.DisplayRole else None


class FirstPaint(QObject):
    """Notes when a widget has been painted first."""

    def __init__(self, widget: QLabel) -> None:
        super().__init__(widget)
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not self.at and event.type() == QEvent.Type.Paint:
            self.at = -1.0
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        self.at = time.monotonic()


def main() -> None:
    began, count = float(sys.argv[1]), int(sys.argv[2])
    app = QApplication(sys.argv[:1])
    window, words = QMainWindow(), QLabel("bare")
    window.setCentralWidget(words)
    window.resize(*SIZE)
    first = FirstPaint(words)
    window.show()
    while first.at <= 0:
        app.processEvents()
    usable = (first.at - began) * 1000

    from bench.driving import Drive, since  # noqa: PLC0415  (not a part of a bare window)

    ids = [f"{number:036d}" for number in range(count)]
    drive, opened = Drive(app), time.monotonic()
    table = QTableView()
    table.setModel(Ids(ids))
    table.horizontalHeader().setStretchLastSection(True)
    window.setCentralWidget(table)
    drive.painted(table, lambda _: True)
    timings = {"first_ms": since(opened), **drive.scrolled(table, lambda _: True, Random(7))}
    print(json.dumps({"usable_ms": usable, **timings}), flush=True)


main()
