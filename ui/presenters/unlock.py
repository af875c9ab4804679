"""The unlock screen: a password, or the first contact with a centre; every failure has words."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from gridworker.app.jobs import Lane
from gridworker.app.ports import Desk, ProfileInfo
from gridworker.app.startup import DeviceWiped, WaitBeforeRetry
from ui.presenters.timing import Cancel, Later


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """What the first contact with a centre needs; `ca` is a certificate file or empty."""

    centre: str
    code: str
    password: str
    ca: str = ""


Tell = Callable[[Exception], tuple[str, str] | None]
"""Returns sentence and next step of a failure that has words; None means it is a bug."""


class UnlockView(Protocol):
    """What the unlock screen can be told."""

    def show_profile(self, info: ProfileInfo) -> None:
        """Show the way in that this computer has: a password, or enrolment."""
        ...

    def set_busy(self, busy: bool) -> None:
        """Say that the door is being opened; nothing can be pressed twice."""
        ...

    def show_problem(self, sentence: str, next_step: str) -> None:
        """Say why it does not open and what to do; empty takes it away."""
        ...

    def show_wait(self, seconds: int) -> None:
        """Say how long to wait before the next try; 0 means now."""
        ...


class UnlockPresenter:
    """Opens the door in a lane, for deriving the key takes its time."""

    def __init__(
        self,
        *,
        info: Callable[[], ProfileInfo],
        unlock: Callable[[str], Desk],
        enrol: Callable[[Enrolment], Desk],
        lane: Lane,
        later: Later,
        tell: Tell,
        opened: Callable[[Desk], None],
    ) -> None:
        self._info, self._unlock, self._enrol = info, unlock, enrol
        self._lane, self._later, self._tell, self._opened = lane, later, tell, opened
        self._view: UnlockView | None = None
        self._cancel: Cancel | None = None

    def start(self, view: UnlockView) -> None:
        """Look at the door and show what is there."""
        self._view = view
        self._lane.run(self._info, self._show, self._failed)

    def close(self) -> None:
        """Answer nothing from now on."""
        self._view = None
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def unlock(self, password: str) -> None:
        """Try a password."""
        self._try(lambda: self._unlock(password))

    def enrol(self, asked: Enrolment) -> None:
        """Make this computer known to a centre."""
        self._try(lambda: self._enrol(asked))

    def _try(self, work: Callable[[], Desk]) -> None:
        if self._view is not None:
            self._view.set_busy(True)
            self._view.show_problem("", "")
        self._lane.run(work, self._open, self._failed)

    def _open(self, desk: Desk) -> None:
        self.close()
        self._opened(desk)

    def _show(self, info: ProfileInfo) -> None:
        if self._view is not None:
            self._view.show_profile(info)
            if info.wiped is not None:
                words = self._tell(DeviceWiped(detail=info.wiped))
                self._view.show_problem(*(words or ("", "")))

    def _failed(self, error: Exception) -> None:
        if self._view is None:
            return
        self._view.set_busy(False)
        words = self._tell(error)
        if words is None:
            raise error
        self._view.show_problem(*words)
        if isinstance(error, WaitBeforeRetry):
            self._wait(int(str(error.facts.get("seconds", 1))))

    def _wait(self, seconds: int) -> None:
        self._cancel = None
        if self._view is not None:
            words = self._tell(WaitBeforeRetry(seconds=seconds)) if seconds > 0 else None
            self._view.show_problem(*(words or ("", "")))
            self._view.show_wait(seconds)
            if seconds > 0:
                self._cancel = self._later(1000, lambda: self._wait(seconds - 1))
