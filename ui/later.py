"""Waiting with Qt, for presenters that know none."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class QtLater:
    """Runs work on the windows' thread after a while; what waits dies with `owner`."""

    def __init__(self, owner: QObject) -> None:
        self._owner = owner

    def __call__(self, milliseconds: int, work: Callable[[], None]) -> Callable[[], None]:
        """Call `work` once; what this returns takes it back, and does nothing afterwards."""
        timer = QTimer(self._owner, singleShot=True, interval=milliseconds)
        waiting = [timer]

        def ring() -> None:
            waiting.clear()
            timer.deleteLater()
            work()

        def cancel() -> None:
            while waiting:
                waiting.pop().stop()
                timer.deleteLater()

        timer.timeout.connect(ring)
        timer.start()
        return cancel
