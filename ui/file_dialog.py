"""The system's dialog for files, without a nested event loop."""

from PySide6.QtCore import QDir, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def file_dialog(
    parent: QWidget, title: str, kinds: str, near: QStandardPaths.StandardLocation
) -> QFileDialog:
    """Return a dialog that goes away when it closes; `kinds` is what is listed, as Qt takes it.

    The first one begins `near`, and not where the program was started; the next where the last one
    was.
    """
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setNameFilter(kinds)
    if dialog.directory() == QDir.current():
        start = QDir(QStandardPaths.writableLocation(near))
        dialog.setDirectory(start if start.exists() else QDir.home())
    return dialog
