"""Ctrl+V of a photo works in every field of a form, not only on its slots."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from ui.photo_sources.payload import has_photo


class PhotoPaste(QObject):
    """Takes Ctrl+V away from text fields when the clipboard holds a photo or files."""

    def __init__(self, owner: QObject, on_paste: Callable[[QMimeData], None]) -> None:
        super().__init__(owner)
        self._on_paste = on_paste

    def watch(self, field: QWidget) -> None:
        """Look after a field."""
        field.installEventFilter(self)

    def paste(self) -> None:
        """Take the photo that is on the clipboard, if there is one."""
        held = QGuiApplication.clipboard().mimeData()
        if has_photo(held):
            self._on_paste(held)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Answer Ctrl+V before the field does."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Paste)
        ):
            held = QGuiApplication.clipboard().mimeData()
            if has_photo(held):
                self._on_paste(held)
                return True
        return False
