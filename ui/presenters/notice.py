"""What happened to the profile while nobody looked, told until the person closes it."""

from typing import Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Desk, Notice


class NoticeView(Protocol):
    """Where it is told."""

    def show_notice(self, notice: Notice | None) -> None:
        """Tell it; None takes it away."""
        ...


class NoticePresenter:
    """Looks once for each start; closing is remembered by the profile."""

    def __init__(self, desk: Desk, *, read: Lane, write: Lane) -> None:
        self._desk, self._read, self._write = desk, read, write
        self._view: NoticeView | None = None

    def start(self, view: NoticeView) -> None:
        """Tell what there is to tell in a view."""
        self._view = view
        self._read.run(self._desk.notice, self._show, _raise)

    def close_notice(self) -> None:
        """Take it away for good: the person has read it."""
        self._show(None)
        self._write.run(self._desk.close_notice, lambda _: None, _raise)

    def close(self) -> None:
        """Answer nothing from now on."""
        self._view = None

    def _show(self, notice: Notice | None) -> None:
        if self._view is not None:
            self._view.show_notice(notice)


def _raise(error: Exception) -> None:
    raise error
