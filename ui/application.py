"""The Qt application: style, language, input methods, garbage collection, the last defence."""

import gc
import logging
import os
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from ui import translations
from ui.loading import take_turns
from ui.main_thread import MainThread
from ui.widgets.fonts import load_fonts
from ui.widgets.theme import Theme, look

COLLECT_EVERY_MS = 5_000
SWITCH_S = 0.001
Failure = Callable[[str], None]

_log = logging.getLogger("gridworker.windows")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def prepare_environment() -> None:
    """Let Chinese be typed: the wheel ships no fcitx plugin, so Qt tries it and then ibus."""
    os.environ.setdefault("QT_IM_MODULES", "fcitx;ibus")


def make_application(argv: Sequence[str], theme: Theme) -> QApplication:
    """Return the application, dressed and speaking Chinese; no window is open yet."""
    prepare_environment()
    answer_first()
    app = QApplication(list(argv))
    dress(app, theme)
    return app


def answer_first() -> None:
    """Let the windows' thread have the interpreter soon, whatever another thread computes.

    Qt asks for it again and again while it lays out and paints, each time behind a thread that may
    keep it for five milliseconds unless told otherwise.
    """
    sys.setswitchinterval(SWITCH_S)


def dress(app: QApplication, theme: Theme) -> None:
    """Give an application our name, style, fonts and language."""
    take_turns()
    app.setApplicationName("gridworker")
    app.setApplicationDisplayName("网格通")
    app.setDesktopFileName("gridworker")
    # Fusion looks the same everywhere; native styles ignore parts of a palette.
    app.setStyle("Fusion")
    load_fonts()
    translations.install(app)
    look().apply(theme)


def collect_on_this_thread(app: QApplication) -> None:
    """Collect garbage by a timer only.

    A cycle that holds a QObject is destroyed on whichever thread happens to collect, which for Qt
    has to be the thread of the windows.
    """
    gc.disable()
    timer = QTimer(app, interval=COLLECT_EVERY_MS)
    timer.timeout.connect(lambda: gc.collect())  # noqa: PLW0108  (its default is not our signature)
    timer.start()


def spare_what_is_loaded() -> None:
    """Collect only among what is made from now on, until `spare_nothing`.

    To look through every module and class again and again is a standstill of 70 ms each time.
    """
    gc.freeze()


def spare_nothing() -> None:
    """Collect among everything, for much of what was spared has gone."""
    gc.unfreeze()


def log_qt_messages() -> None:
    """Send what Qt says to the log instead of the terminal."""

    def handle(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        _log.log(_LEVELS[kind], "Qt: %s", message)

    qInstallMessageHandler(handle)


def catch_everything(main_thread: MainThread, show: Failure) -> None:
    """Lead every exception that nobody caught to one log line and one calm dialog.

    `show` gets the report as text, on the thread of the windows.
    """

    def caught(
        kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        report = "".join(traceback.format_exception(kind, error, trace))
        _log.error("A bug: %s", report)
        main_thread.post(lambda: show(report))

    def caught_in_thread(args: threading.ExceptHookArgs) -> None:
        caught(args.exc_type, args.exc_value, args.exc_traceback)

    def caught_while_deleting(args: "sys.UnraisableHookArgs") -> None:
        caught(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = caught
    threading.excepthook = caught_in_thread
    sys.unraisablehook = caught_while_deleting
