"""Waiting: once, unless taken back; taking back what has happened is no matter."""

from PySide6.QtCore import QObject

from ui.later import QtLater


def test_work_happens_once_and_may_be_taken_back_afterwards(qtbot):
    owner, done = QObject(), []
    cancel = QtLater(owner)(1, lambda: done.append("rang"))
    qtbot.waitUntil(lambda: done == ["rang"])
    qtbot.waitUntil(lambda: owner.children() == [])
    cancel()
    cancel()
    assert done == ["rang"]


def test_what_is_taken_back_does_not_happen(qtbot):
    owner, done = QObject(), []
    later = QtLater(owner)
    cancel = later(1, lambda: done.append("never"))
    cancel()
    later(20, lambda: done.append("rang"))
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["rang"]
