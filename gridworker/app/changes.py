"""Who wants to know that something was committed; there is no bus, only this one list."""

from collections.abc import Callable
from threading import Lock
from typing import Final

RECORDED: Final = "recorded"
Listener = Callable[[frozenset[str]], None]


class Changes:
    """Tells its listeners which kinds of records changed, from the thread that committed.

    Kinds are those of records, and `draft`, `attention` and `sync` for what is only here;
    `recorded` says that a person has put something on record, which now waits to be sent.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._listeners: tuple[Listener, ...] = ()

    def listen(self, changed: Listener) -> None:
        """Call `changed` after each commit from now on."""
        with self._lock:
            self._listeners = (*self._listeners, changed)

    def tell(self, kinds: frozenset[str]) -> None:
        """Say that records of these kinds changed; nothing is said when there are none."""
        if kinds:
            for changed in self._listeners:
                changed(kinds)
