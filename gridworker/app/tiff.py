"""The structure under EXIF, read so that nothing in it can do harm.

Every offset is checked, nothing is followed twice, and what does not fit is skipped and noted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
SHORT, LONG, RATIONAL, SIGNED_RATIONAL = 3, 4, 5, 10
SIGN_BIT = 1 << 31
HEAD, ENTRY, INLINE = 8, 12, 4  # bytes of the block's head, of an entry, of a value kept in it
V = TypeVar("V")


class Unreadable(Exception):
    """A part of the metadata is not what it should be."""


@dataclass(slots=True)
class Tiff:
    """A TIFF block; `tags` maps (part, tag) to (type, raw value).

    A part is named by the tag that points to it, the main one is 0.
    """

    data: bytes
    order: Literal["little", "big"]
    damaged: bool = False
    tags: dict[tuple[int, int], tuple[int, bytes]] = field(default_factory=dict)

    def number(self, raw: bytes) -> int:
        """Return bytes of the block as a whole number."""
        return int.from_bytes(raw, self.order)

    def read(self, part: int, at: int) -> int:
        """Read one directory into `tags`; returns where the next one is."""
        count = self.number(self.data[at : at + 2])
        end = at + 2 + ENTRY * count
        if at < HEAD or end + 4 > len(self.data):
            self.damaged = True
        for entry in range(at + 2, min(end, len(self.data) - ENTRY + 1), ENTRY):
            self._entry(part, self.data[entry : entry + ENTRY])
        return self.number(self.data[end : end + 4])

    def _entry(self, part: int, raw: bytes) -> None:
        tag, kind, count = (self.number(raw[a:b]) for a, b in ((0, 2), (2, 4), (4, 8)))
        size, at = SIZES.get(kind, 0) * count, self.number(raw[8:12])
        value = raw[8 : 8 + size] if size <= INLINE else self.data[at : at + size]
        if kind not in SIZES or len(value) < size:
            self.damaged = True
        else:
            self.tags[part, tag] = (kind, value)

    def one(self, part: int, tag: int, kind: int) -> int | None:
        """Return a single whole number, or None when the tag is not there."""
        found = self.tags.get((part, tag))
        if found is None:
            return None
        if found[0] != kind or len(found[1]) != SIZES[kind]:
            raise Unreadable(tag)
        return self.number(found[1])

    def text(self, part: int, tag: int) -> str | None:
        """Return a text without its end marks, or None when the tag is not there."""
        found = self.tags.get((part, tag))
        if found is None:
            return None
        try:
            return found[1].partition(b"\0")[0].decode("ascii").strip()
        except UnicodeDecodeError as error:
            raise Unreadable(tag) from error

    def degrees(self, part: int, tag: int) -> float | None:
        """Return degrees, minutes and seconds as degrees, or None when the tag is not there."""
        found = self.tags.get((part, tag))
        if found is None:
            return None
        if found[0] not in (RATIONAL, SIGNED_RATIONAL) or len(found[1]) != 3 * SIZES[RATIONAL]:
            raise Unreadable(tag)
        parts = [self.number(found[1][at : at + 4]) for at in range(0, 24, 4)]
        if not all(parts[1::2]) or max(parts) >= SIGN_BIT:  # some phones write signed ones
            raise Unreadable(tag)
        whole, minutes, seconds = (parts[i] / parts[i + 1] for i in (0, 2, 4))
        return whole + minutes / 60 + seconds / 3600

    def attempt(self, read: Callable[[], V | None]) -> V | None:
        """Return what `read` finds; what is unreadable is noted and counts as not there."""
        try:
            return read()
        except Unreadable:
            self.damaged = True
            return None
