"""The application itself: language, fonts, input methods, garbage, and what nobody caught."""

import gc
import logging
import sys
import threading

import pytest
from PySide6.QtCore import QLocale, QObject, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox

from ui import application
from ui.dialogs.trouble import TroubleDialog
from ui.later import QtLater
from ui.widgets.theme import theme

ROUNDS = 10_000


def test_the_application_has_our_names(app):
    assert app.applicationName() == "gridworker"
    assert app.applicationDisplayName() == "网格通"


def test_dates_and_qts_own_words_are_chinese(app):
    assert QLocale().language() == QLocale.Language.Chinese
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "取消"
    box.deleteLater()


def test_chinese_has_glyphs(app):
    metrics = QFontMetrics(theme().font())
    assert all(metrics.inFontUcs4(ord(char)) for char in "网格通当场办结")


def test_chinese_can_be_typed_where_the_desktop_asks_for_fcitx(monkeypatch):
    monkeypatch.delenv("QT_IM_MODULES", raising=False)
    application.prepare_environment()
    import os  # noqa: PLC0415

    assert os.environ["QT_IM_MODULES"] == "fcitx;ibus"


def test_a_choice_of_the_desktop_is_respected(monkeypatch):
    monkeypatch.setenv("QT_IM_MODULES", "ibus")
    application.prepare_environment()
    import os  # noqa: PLC0415

    assert os.environ["QT_IM_MODULES"] == "ibus"


def test_garbage_is_collected_by_a_timer_on_this_thread(app, monkeypatch, qtbot):
    monkeypatch.setattr(application, "COLLECT_EVERY_MS", 10)
    try:
        application.collect_on_this_thread(app)
        assert not gc.isenabled()
        seen: list[int] = []

        def note(phase: str, _info: dict) -> None:
            if phase == "start":
                seen.append(threading.get_ident())

        gc.callbacks.append(note)
        qtbot.waitUntil(lambda: bool(seen))
        gc.callbacks.remove(note)
        assert set(seen) == {threading.get_ident()}
    finally:
        gc.enable()
        for timer in app.findChildren(QTimer):
            timer.stop()
            timer.deleteLater()


@pytest.fixture
def hooks(monkeypatch):
    """Puts the hooks back after a test."""
    for owner, name in (
        (sys, "excepthook"),
        (sys, "unraisablehook"),
        (threading, "excepthook"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))


def test_what_nobody_caught_is_logged_and_shown(hooks, main_thread, qtbot, caplog):
    shown: list[str] = []
    application.catch_everything(main_thread, shown.append)
    caplog.announced = True
    error = ValueError("out of the blue")
    sys.excepthook(type(error), error, None)
    thread = threading.Thread(target=lambda: {}["missing"])
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert "out of the blue" in shown[0]
    assert "KeyError" in shown[1]
    assert [r.levelno for r in caplog.records] == [logging.ERROR, logging.ERROR]


def test_the_dialog_for_a_bug_can_be_copied_and_put_away(qtbot, drive):
    dialog = TroubleDialog(None, "Traceback: something")
    qtbot.addWidget(dialog)
    dialog.open()
    user = drive(dialog)
    user.click(dialog.copy)
    assert QGuiApplication.clipboard().text() == "Traceback: something"
    assert dialog.copy.accessibleName() == "已复制"
    assert dialog.report.isReadOnly()
    user.click(dialog.dismiss)
    assert not dialog.isVisible()


def test_later_waits_can_be_taken_back_and_end_with_their_owner(app, qtbot):
    owner = QObject()
    later, rang = QtLater(owner), []
    cancel = later(0, lambda: rang.append("taken back"))
    cancel()
    later(0, lambda: rang.append("rang"))
    qtbot.waitUntil(lambda: bool(rang))
    assert rang == ["rang"]
    owner.deleteLater()


class Bell(QObject):
    """Rings without saying anything, and with a truth."""

    rang = Signal()
    told = Signal(bool)


def test_signals_do_not_wear_out_none_and_true(app):
    """A release of the binding lost references of these until the program aborted."""
    bell, heard = Bell(), []
    bell.rang.connect(lambda: None)
    bell.told.connect(heard.append)
    before = sys.getrefcount(None), sys.getrefcount(True), sys.getrefcount(False)
    for _ in range(ROUNDS):
        bell.rang.emit()
        bell.told.emit(True)
        bell.setObjectName("bell")
        heard.clear()
    after = sys.getrefcount(None), sys.getrefcount(True), sys.getrefcount(False)
    assert all(abs(a - b) < ROUNDS / 10 for a, b in zip(after, before, strict=True))
