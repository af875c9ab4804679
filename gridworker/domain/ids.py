"""Many ids in little room: a list of 100,000 records is one text, not 100,000 objects."""

from collections.abc import Iterable, Sequence
from typing import overload


class Ids(Sequence[str]):
    """Ids in order, one after the other in one text; shorter ones are padded with spaces.

    Ids of records are UUIDs, so that all are of one length.
    """

    __slots__ = ("text", "width")

    def __init__(self, text: str = "", width: int = 1) -> None:
        """Take a text of ids that are `width` characters long; raises ValueError for others."""
        if width < 1 or len(text) % width:
            raise ValueError("ids of more than one length")
        self.text, self.width = text, width

    @classmethod
    def of(cls, ids: Iterable[str]) -> "Ids":
        """Return the same ids in little room."""
        known = list(ids)
        width = max(map(len, known), default=1)
        return cls("".join(id_.ljust(width) for id_ in known), width)

    def __len__(self) -> int:
        return len(self.text) // self.width

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        """Return the id in a place, or a list of those in several."""
        if isinstance(place, slice):
            return [self._at(one) for one in range(*place.indices(len(self)))]
        return self._at(range(len(self))[place])

    def __eq__(self, other: object) -> bool:
        """Compare with any sequence of ids."""
        if isinstance(other, Ids) and other.width == self.width:
            return self.text == other.text
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # equal to lists, which have none either

    def begins_with(self, first: Sequence[str]) -> bool:
        """Say whether these are the first ids, in this order."""
        if isinstance(first, Ids) and first.width == self.width:
            return self.text.startswith(first.text)
        return len(first) <= len(self) and self[: len(first)] == list(first)

    def index(self, id_: str, start: int = 0, stop: int | None = None) -> int:
        """Return where an id stands; raises ValueError when it does not."""
        wide = self.width
        end = len(self.text) if stop is None else stop * wide
        place = start * wide - 1 if 0 < len(id_) <= wide else end
        while (place := self.text.find(id_.ljust(wide), place + 1, end)) >= 0:
            if place % wide == 0:
                return place // wide
        raise ValueError(f"{id_!r} is not in the list")

    def _at(self, place: int) -> str:
        start = place * self.width
        return self.text[start : start + self.width].rstrip()
