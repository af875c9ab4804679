"""The one bridge by which other threads reach the windows."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot


class MainThread(QObject):
    """Runs callables on the thread that made it; make one, keep it for life."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def post(self, work: Callable[[], None]) -> None:
        """Run `work` soon on the windows' thread; may be called from any thread."""
        self._posted.emit(work)

    @Slot(object)
    def _call(self, work: Callable[[], None]) -> None:
        work()
