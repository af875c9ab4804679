"""Photos of one device that are verified together go into the books together."""

import asyncio

import pytest

from central.api.marking import Marks
from central.problem import Refused
from central.service.parts import Call
from central.service.uploads import Settled, Upload


class Books:
    """Takes down each group; the first one waits until it is let go."""

    def __init__(self, refuse=()) -> None:
        self.groups, self.begun, self.go_on = [], asyncio.Event(), asyncio.Event()
        self._refuse = refuse

    async def write(self, call, settled):
        assert call.token
        names = [one.sha256 for one in settled]
        self.groups.append(names)
        if len(self.groups) == 1:
            self.begun.set()
            await self.go_on.wait()
        if set(names) & set(self._refuse):
            raise Refused("device-suspended")


def photo(name, device="d1"):
    return Settled(Upload(name, device, 10, 0, name), name)


async def arrive(marks, one):
    with marks.expect(one.upload.device_id) as expected:
        await marks.add(Call(token="t"), one, expected)


def marked(books, *photos):
    """Send the first, the others while its transaction runs; return what each came to."""

    async def run():
        marks = Marks(books.write)
        first = asyncio.ensure_future(arrive(marks, photos[0]))
        await books.begun.wait()
        others = [asyncio.ensure_future(arrive(marks, one)) for one in photos[1:]]
        await asyncio.sleep(0)
        books.go_on.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    return asyncio.run(run())


def test_who_waits_behind_one_is_taken_along_by_the_next():
    books = Books()
    assert marked(books, photo("a"), photo("b"), photo("c")) == [None, None, None]
    assert books.groups == [["a"], ["b", "c"]]


def test_devices_do_not_wait_for_each_other():
    books = Books()
    assert marked(books, photo("a"), photo("b", "d2"), photo("c", "d3")) == [None, None, None]
    assert sorted(books.groups) == [["a"], ["b"], ["c"]]


def test_a_refusal_is_told_to_everybody_in_its_group_and_to_nobody_else():
    books = Books(refuse=["c"])
    first, *others = marked(books, photo("a"), photo("b"), photo("c"))
    assert first is None
    assert [(type(other), other.name) for other in others] == [(Refused, "device-suspended")] * 2


def test_who_follows_closely_is_waited_for():
    books = Books()
    books.go_on.set()

    async def run():
        marks = Marks(books.write)
        with marks.expect("d1") as expected:
            first = asyncio.ensure_future(arrive(marks, photo("a")))
            await asyncio.sleep(0)
            await marks.add(Call(token="t"), photo("b"), expected)
        await first

    asyncio.run(run())
    assert books.groups == [["a", "b"]]


def test_who_does_not_come_is_not_waited_for():
    books = Books()
    books.go_on.set()

    async def run():
        marks = Marks(books.write)
        with marks.expect("d1"):
            await arrive(marks, photo("a"))

    asyncio.run(run())
    assert books.groups == [["a"]]


def test_photos_sent_at_once_are_all_stored(centre, worker, send_chunks):
    async def run():
        return await asyncio.gather(*(send_chunks(*request(n)) for n in range(6)))

    def request(number):
        data = bytes([number]) * 5000
        length = {"Upload-Length": str(len(data))}
        headers = {**worker.headers, "Tus-Resumable": "1.0.0", **length}
        headers["Content-Type"] = "application/offset+octet-stream"
        return centre.app, "POST", "/v1/blobs", headers, data

    answers = asyncio.run(run())
    assert [answer.status for answer in answers] == [201] * 6
    stored = [path for path in centre.parts.blobs.folder.iterdir() if path.name[0] != "."]
    assert len(stored) == 6


@pytest.mark.parametrize("days", [0.5, 1.5])
def test_a_part_without_a_note_is_kept_while_somebody_may_still_send_it(
    centre, open_centre, clock, days
):
    part = centre.parts.blobs.part("d1.x")
    part.write_bytes(b"half")
    clock.now = part.stat().st_mtime_ns // 1_000_000 + round(days * 86_400_000)
    centre.close()
    open_centre()
    assert part.exists() == (days < 1)
