"""Bringing finished photos into the books: what a device sends side by side goes in together."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from weakref import WeakValueDictionary

from central.service.parts import Call
from central.service.uploads import Settled

Write = Callable[[Call, Sequence[Settled]], Awaitable[None]]


class Marks:
    """Lines of photos, one for each device; who is first takes along all who wait behind.

    A transaction costs much more than a photo in it. Devices do not share one: each of them is
    admitted by its own token.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()

    async def add(self, call: Call, photo: Settled) -> None:
        """Return when the photo is in the books; raises what `write` raises for its group."""
        device = photo.upload.device_id
        line = self._lines.get(device)
        if line is None:
            line = self._lines[device] = _Line()
        place = _Place(photo)
        line.places.append(place)
        async with line.turn:
            if not place.over:
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
    """The photos of a device that are verified and not in the books yet."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.places: list[_Place] = []
