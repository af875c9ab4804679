"""Making things before they are wanted, one in a turn: the window answers in between."""

from collections import deque
from collections.abc import Callable, Iterable

from ui.presenters.timing import Later

PAUSE_MS = 2_500  # what is made in many turns, as the rows of a list are, is done by then
Step = Callable[[], None]


def one_by_one(later: Later, steps: Iterable[Step], *, while_: Callable[[], bool]) -> None:
    """Take one step after the other, each in a turn of its own, as long as they are wanted."""
    waiting = deque(steps)

    def take_next() -> None:
        if while_():
            waiting.popleft()()
            go_on()

    def go_on() -> None:
        if waiting:
            later(PAUSE_MS, take_next)

    go_on()
