"""The one top-level window: first the lock, then the work, then the lock again."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from ui.workspace import Parts, Sight, Workspace

SIZE = (1366, 768)
LEAST = (1024, 640)


class MainWindow(QMainWindow):
    """Shows either the unlock screen or the workspace; `on_close` is asked before it goes."""

    def __init__(self, on_close: Callable[[], bool]) -> None:
        super().__init__()
        self._on_close = on_close
        self.setWindowTitle(self.tr("GridWorker"))
        self.setAccessibleName(self.tr("GridWorker"))
        self.resize(*SIZE)
        self.setMinimumSize(*LEAST)
        self.workspace: Workspace | None = None

    def fit(self, screen: QSize) -> bool:
        """Be no larger than the screen; says whether that took anything away."""
        whole = self.size()
        self.setMinimumSize(self.minimumSize().boundedTo(screen))
        self.resize(whole.boundedTo(screen))
        return self.size() != whole

    def show_lock(self, unlock: QWidget) -> None:
        """Show the unlock screen; whatever was there is gone."""
        self.end_work()
        self.setCentralWidget(unlock)

    def show_work(self, parts: Parts, sight: Sight) -> None:
        """Show the workspace."""
        self.end_work()
        self.workspace = Workspace(parts, sight)
        self.setCentralWidget(self.workspace)

    def build_anew(self) -> None:
        """Build the workspace again in another theme, with the same sight."""
        if self.workspace is not None:
            parts, sight = self.workspace.parts, self.workspace.close_down()
            self.workspace = None
            self.show_work(parts, sight)

    def committed(self, kinds: frozenset[str]) -> None:
        """Hear of changed records."""
        if self.workspace is not None:
            self.workspace.committed(kinds)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go only when everything is put away."""
        if self._on_close():
            event.accept()
        else:
            event.ignore()

    def end_work(self) -> None:
        """Close the screens; what was begun in them is handed to the lanes as drafts."""
        if self.workspace is not None:
            self.workspace.close_down()
            self.workspace = None
