"""Choosing photo files; a port, so that tests never meet a dialog."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.file_dialog import file_dialog
from ui.photo_sources.payload import SUFFIXES


class PickPhotos(Protocol):
    """Asks for photo files."""

    def __call__(self, parent: QWidget, chosen: Callable[[list[Path]], None]) -> None:
        """Ask, and later call `chosen` with at least one file; not at all if nothing is chosen."""
        ...


def pick_photos(parent: QWidget, chosen: Callable[[list[Path]], None]) -> None:
    """Ask with the system's dialog."""
    translate = QCoreApplication.translate
    patterns = " ".join(f"*{end} *{end.upper()}" for end in SUFFIXES)
    dialog = file_dialog(
        parent,
        translate("photos", "Choose photos"),
        translate("photos", "Photos") + f" ({patterns})",
        QStandardPaths.StandardLocation.PicturesLocation,
    )
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.open()
