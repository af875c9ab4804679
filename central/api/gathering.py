"""Work that costs hardly more for several than for one: who comes while it is done, waits for next.

So the more arrive at once, the more go together, and one alone waits for nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar, cast
from weakref import WeakValueDictionary

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T]], Awaitable[Sequence[R]]]
Before = Callable[[str], Awaitable[None]]


async def at_once(_key: str) -> None:
    """Wait for nobody."""


class Gathering(Generic[T, R]):
    """Lines of work, one for each key; `work` returns what came of each, in their order.

    `before` is waited for, with the key, before those in a line are taken along.
    """

    def __init__(self, work: Work[T, R], before: Before = at_once) -> None:
        self._work, self._before = work, before
        self._lines: WeakValueDictionary[str, _Line[T, R]] = WeakValueDictionary()

    async def add(self, key: str, item: T) -> R:
        """Return what came of an item; raises what `work` raises for its group."""
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
        place = _Place[T, R](item)
        line.places.append(place)
        async with line.turn:
            if not place.over:
                await self._before(key)
                await self._take_along(line)
        if place.error is not None:
            raise place.error
        return cast("R", place.outcome)

    async def _take_along(self, line: "_Line[T, R]") -> None:
        together, line.places = line.places, []
        try:
            outcomes = await self._work([place.item for place in together])
        except BaseException as error:  # noqa: BLE001  (it is raised by everybody in the group)
            for place in together:
                place.over, place.error = True, error
        else:
            for place, outcome in zip(together, outcomes, strict=True):
                place.over, place.outcome = True, outcome


class _Place(Generic[T, R]):
    """Something in the line, and what came of it."""

    def __init__(self, item: T) -> None:
        self.item = item
        self.over = False
        self.outcome: R | None = None
        self.error: BaseException | None = None


class _Line(Generic[T, R]):
    """What waits for one key's turn."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.places: list[_Place[T, R]] = []
