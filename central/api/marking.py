"""Bringing finished photos into the books: what a device sends side by side goes in together."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from weakref import WeakValueDictionary

from central.api.gathering import Gathering
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
        self._together = Gathering(self._written, self._gathered)
        self._following: WeakValueDictionary[str, _Following] = WeakValueDictionary()

    @contextmanager
    def expect(self, device: str) -> Iterator["Expected"]:
        """Tell that a photo is under way, until it stands in the line or the block ends."""
        following = self._following.get(device)
        if following is None:
            following = self._following[device] = _Following()
        expected = Expected(following)
        try:
            yield expected
        finally:
            expected.over()

    async def add(self, call: Call, photo: Settled, expected: "Expected | None" = None) -> None:
        """Return when the photo is in the books; raises what `write` raises for its group.

        Nobody was told of a photo that came whole.
        """
        if expected is not None:
            expected.over()
        await self._together.add(photo.upload.device_id, (call, photo))

    async def _written(self, asked: Sequence[tuple[Call, Settled]]) -> Sequence[None]:
        await self._write(asked[0][0], [photo for _, photo in asked])
        return [None] * len(asked)

    async def _gathered(self, device: str) -> None:
        """Wait a moment for those that follow."""
        following = self._following.get(device)
        if following is not None and following.many:
            following.all_here.clear()
            try:
                async with asyncio.timeout(GATHER_S):
                    await following.all_here.wait()
            except TimeoutError:
                return


class _Following:
    """How many photos of a device are on their way to the line."""

    def __init__(self) -> None:
        self.many = 0
        self.all_here = asyncio.Event()


class Expected:
    """A photo that is on its way to the line."""

    def __init__(self, following: _Following) -> None:
        self._following = following
        self._follows = True
        following.many += 1

    def over(self) -> None:
        """Follow no more: it stands in the line, or will not come."""
        if self._follows:
            self._follows = False
            self._following.many -= 1
            if not self._following.many:
                self._following.all_here.set()
