"""Bringing finished photos into the books: what a device sends side by side goes in together."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from weakref import WeakValueDictionary

from central.service.parts import Call
from central.service.uploads import Settled

GATHER_S = 0.005
Write = Callable[[Call, Sequence[Settled]], Awaitable[None]]


class Marks:
    """Lines of photos, one for each device; who is first takes along all who wait behind.

    A transaction costs much more than a photo in it, so the first waits a moment for those that are
    still under way. Devices do not share one: each of them is admitted by its own token.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()

    @contextmanager
    def expect(self, device: str) -> Iterator["Expected"]:
        """Tell that a photo is under way, until it stands in the line or the block ends."""
        line = self._lines.get(device)
        if line is None:
            line = self._lines[device] = _Line()
        expected = Expected(line)
        try:
            yield expected
        finally:
            expected.over()

    async def add(self, call: Call, photo: Settled, expected: "Expected") -> None:
        """Return when the photo is in the books; raises what `write` raises for its group."""
        line, place = expected.line, _Place(photo)
        line.places.append(place)
        expected.over()
        async with line.turn:
            if not place.over:
                await line.gathered()
                await self._take_along(call, line)
        if place.error is not None:
            raise place.error

    async def _take_along(self, call: Call, line: "_Line") -> None:
        together, line.places = line.places, []
        error: BaseException | None = None
        try:
            await self._write(call, [place.photo for place in together])
        except BaseException as raised:  # noqa: BLE001  (it is raised by everybody in the group)
            error = raised
        for place in together:
            place.over, place.error = True, error


class _Place:
    """A photo in the line, and what came of it."""

    def __init__(self, photo: Settled) -> None:
        self.photo = photo
        self.over = False
        self.error: BaseException | None = None


class _Line:
    """The photos of a device that are verified and not in the books yet, and how many follow."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.places: list[_Place] = []
        self.following = 0
        self.all_here = asyncio.Event()

    async def gathered(self) -> None:
        """Wait a moment for those that follow."""
        if self.following:
            self.all_here.clear()
            try:
                async with asyncio.timeout(GATHER_S):
                    await self.all_here.wait()
            except TimeoutError:
                return


class Expected:
    """A photo that is on its way to the line."""

    def __init__(self, line: _Line) -> None:
        self.line = line
        self._follows = True
        line.following += 1

    def over(self) -> None:
        """Follow no more: it stands in the line, or will not come."""
        if self._follows:
            self._follows = False
            self.line.following -= 1
            if not self.line.following:
                self.line.all_here.set()
