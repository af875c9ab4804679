"""Waiting, as presenters ask for it; `ui/later.py` does it with Qt."""

from collections.abc import Callable
from typing import Protocol

Cancel = Callable[[], None]


class Later(Protocol):
    """Runs work on the windows' thread after a while."""

    def __call__(self, milliseconds: int, work: Callable[[], None]) -> Cancel:
        """Call `work` once, unless what this returns is called first."""
        ...
