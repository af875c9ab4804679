"""The one top-level window: first the lock, then the work, then the lock again."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from ui.widgets.theme import DESIGNED_FOR, look, theme
from ui.workspace import Parts, Sight, Workspace

SIZE = (DESIGNED_FOR, 768)
LEAST = (1024, 640)
AT_REST_MS = 150  # whoever draws at the edge of a window wants it laid out once, at the end


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
        self._rest = QTimer(self, singleShot=True, interval=AT_REST_MS)
        self._rest.timeout.connect(self._lay_out_for_room)

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
        look().give(self.width())
        self.workspace = Workspace(parts, sight)
        self.setCentralWidget(self.workspace)
        self.workspace.setVisible(True)  # Qt would do so later, and what is hidden takes no focus
        self.workspace.begin(sight)

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the work out for the room there is, once it stays."""
        super().resizeEvent(event)
        if self.workspace is not None:
            self._rest.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Go only when everything is put away."""
        if self._on_close():
            event.accept()
        else:
            event.ignore()

    def end_work(self) -> None:
        """Close the screens; what was begun in them is handed to the lanes as drafts."""
        self._rest.stop()
        if self.workspace is not None:
            self.workspace.close_down()
            self.workspace = None

    def _lay_out_for_room(self) -> None:
        """Build the work anew where another layout fits, never under somebody's hands."""
        now, then = theme(), replace(theme(), room=max(1, self.width()))
        if self.workspace is None or (now.compact, now.single) == (then.compact, then.single):
            return
        in_front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if in_front is not None or self.workspace.sheet_is_open():
            self._rest.start()
        else:
            self.build_anew()
