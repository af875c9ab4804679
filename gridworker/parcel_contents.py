"""What is in a parcel: the bodies of GSP/1 as they would have gone over the network (sync.md 4).

To the centre: `request.json`, `ops/000001.json` … (bodies of pushes), `photos/<sha256>` (the files
as given). Back: `answer.json`, `results/000001.json` … (answers to the pushes that were decided),
`pages/000001.json` … (pages of the pull). So both ways meet the same rules, and mixing them does no
harm: operations are known by their ids, pages by the cursors they continue.
"""

from typing import Final

import msgspec

from gridworker.wire import EnrolResponse, Fork, Problem, PullResponse

REQUEST: Final = "request.json"
OPERATIONS: Final = "ops/"
PHOTOS: Final = "photos/"
ANSWER: Final = "answer.json"
RESULTS: Final = "results/"
PAGES: Final = "pages/"


class CarriedPhoto(msgspec.Struct, frozen=True):
    """A photo in a parcel; `size` is in bytes."""

    sha256: str
    mime: str
    size: int


class ParcelRequest(msgspec.Struct, frozen=True):
    """Where the laptop stands, and what the parcel holds.

    `answer_key` is the public X25519 key (hex) of which only this laptop has the other half;
    `acked` is the highest operation with a verdict here; `anew` is that of a pull. `begins` is the
    number before the first operation that is here, for a laptop that turns out to be a copy.
    """

    protocol: int
    epoch: str
    acked: int
    cursors: dict[str, int]
    answer_key: str
    operations: int
    photos: list[CarriedPhoto]
    anew: list[str] = []
    begins: int | None = None


class Another(msgspec.Struct, frozen=True):
    """The device that a copy of a laptop goes on as (sync.md 4.12): how it came to be, and what.

    `acked` is what its parcel said of itself: an answer that comes later than that is not used.
    """

    fork: Fork
    device: EnrolResponse
    acked: int


class ParcelAnswer(msgspec.Struct, frozen=True):
    """What came of it; `epoch` and `acked` are the centre's now.

    `photos` are those that the centre has verified and keeps. With a `problem` the operations were
    not decided from that point on; the pages are there all the same. With `another` the laptop is
    a copy, and uses nothing else of this.
    """

    epoch: str
    acked: int
    at: str
    photos: list[str]
    problem: Problem | None = None
    another: Another | None = None


class ParcelPage(msgspec.Struct, frozen=True):
    """A page of the pull and the cursors that it continues; elsewhere it must not be used."""

    after: dict[str, int]
    page: PullResponse


def name(folder: str, number: int) -> str:
    """Return the name of the `number`th body, counted from 1."""
    return f"{folder}{number:06d}.json"
