"""Qt's media library and its plugin are loaded without a word of Python in between.

From inside their own loading they load further libraries and tell what is missing: through our
labels and our log, that is through Python, while they hold the lock of the system's loader. Another
thread may hold the interpreter while it waits for that very lock, since it imports an extension
module or only calls one that looks a symbol up. The two would wait for each other for ever.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, qInstallMessageHandler

from ui.translations import Labels

LOADING: Final = RLock()
_create = ExtensionFileLoader.create_module


def take_turns() -> None:
    """Let extension modules be loaded only while nobody else holds `LOADING`; may be repeated."""
    ExtensionFileLoader.create_module = _in_turn  # type: ignore[method-assign]  # importlib has no other hook


def _in_turn(self: ExtensionFileLoader, spec: ModuleSpec) -> ModuleType:
    with LOADING:
        return _create(self, spec)


@contextmanager
def without_python() -> Iterator[None]:
    """Load a library of Qt in a `with` block, on the windows' thread.

    Meanwhile Qt speaks English and to the terminal; nothing on the screen is to be made then.
    """
    app = QCoreApplication.instance()
    labels = app.findChildren(Labels) if app is not None else []
    log = qInstallMessageHandler(None)
    try:
        with _unheard(app):
            for one in labels:
                QCoreApplication.removeTranslator(one)
        with LOADING:
            yield
    finally:
        with _unheard(app):
            for one in labels:
                QCoreApplication.installTranslator(one)
        qInstallMessageHandler(log)


class _Unheard(QObject):
    """Lets no widget hear that the language has changed: it will not have."""

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Keep such events back."""
        return event.type() == QEvent.Type.LanguageChange


@contextmanager
def _unheard(app: QCoreApplication | None) -> Iterator[None]:
    if app is None:
        yield
        return
    ears = _Unheard()
    app.installEventFilter(ears)
    try:
        yield
    finally:
        app.removeEventFilter(ears)
