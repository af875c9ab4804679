"""Photos that come whole in one request are kept several at a time (sync.md 4.7)."""

import asyncio
import hashlib
from base64 import b64encode

import pytest

from central.api import arriving
from central.api.gathering import Gathering
from central.blobs import PhotosAway
from central.problem import Refused
from central.service import uploads, whole
from central.service.parts import Call
from central.service.whole import Whole
from central.store import devices
from tests.centre.asgi import scope_of

PHOTOS = [b"\xff\xd8\xff\xe0" + bytes([n]) * 9000 for n in range(3)]
NAMES = [hashlib.sha256(data).hexdigest() for data in PHOTOS]
PHOTO, NAME = PHOTOS[0], NAMES[0]


def headers(data=PHOTO, **more):
    name = b64encode(hashlib.sha256(data).hexdigest().encode()).decode()
    return {
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(len(data)),
        "Upload-Length": str(len(data)),
        "Upload-Metadata": f"sha256 {name},filetype {b64encode(b'image/jpeg').decode()}",
        **more,
    }


def send(laptop, data=PHOTO, *, named=None, **more):
    """Announce a photo, all of its bytes with it."""
    return laptop.ask("POST", "/v1/blobs", data, **headers(named or data, **more))


def standing(laptop, name=NAME):
    return laptop.ask("HEAD", f"/v1/blobs/{name}", **{"Tus-Resumable": "1.0.0"})


def patch(laptop, data, offset):
    own = headers(data, **{"Upload-Offset": str(offset)})
    return laptop.ask("PATCH", f"/v1/blobs/{NAME}", data, **own)


def files(centre):
    return sorted(p.name for p in centre.parts.blobs.folder.iterdir() if p.name[0] != ".")


def left(centre):
    return sorted(p.name for p in centre.parts.blobs.parts())


def kept(centre, worker, *pairs):
    """Keep and mark these as one group; return what came of each."""
    call = Call(token=worker.token)
    photos = [Whole(name, "image/jpeg", "", [data[:5], data[5:]]) for name, data in pairs]
    outcomes = whole.keep(centre.parts, call, photos)
    settled = [one for one in outcomes if isinstance(one, uploads.Settled)]
    uploads.mark(centre.parts, call, settled)
    return outcomes


def naming(worker, data=PHOTO):
    photo = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "mime": "image/jpeg",
        "role": "before",
        "source": "file",
    }
    return worker.resolve(args={"photos": [photo], "no_photo_reason": "只有一张"})


def state(worker, op):
    worker.pull()
    return worker.base[op["entity"]["id"]]["body"]["photos"][0]["state"]


def test_it_is_there_with_all_that_was_said_of_it(worker, centre):
    op = naming(worker)
    worker.push(op)
    answer = send(worker)
    assert (answer.status, answer.headers["location"]) == (201, f"/v1/blobs/{NAME}")
    assert answer.headers["upload-offset"] == str(len(PHOTO))
    assert "upload-expires" not in answer.headers
    assert "sync-acked-seq" in answer.headers
    assert (files(centre), left(centre)) == ([NAME], [])
    read = worker.ask("GET", f"/v1/blobs/{NAME}")
    assert (read.body, read.headers["content-type"]) == (PHOTO, "image/jpeg")
    assert state(worker, op) == "stored"


def test_one_that_is_here_is_told_so_and_not_written_again(worker, centre):
    send(worker)
    before = (centre.parts.blobs.folder / NAME).stat()
    answer = send(worker)
    assert (answer.status, answer.headers["upload-offset"]) == (201, str(len(PHOTO)))
    assert (centre.parts.blobs.folder / NAME).stat().st_ino == before.st_ino


def test_what_a_colleague_brought_before_is_brought_by_this_person_as_well(worker, enrol):
    """Both records lie open to both, and each is whole only when its own author has shown it."""
    colleague = enrol("wg0102")
    theirs, ours = naming(colleague), naming(worker)
    colleague.push(theirs)
    worker.push(ours)
    assert send(colleague).status == 201
    assert (state(worker, theirs), state(worker, ours)) == ("stored", "local")
    assert standing(worker).status == 404
    assert send(worker).status == 201
    assert (state(worker, theirs), state(worker, ours)) == ("stored", "stored")


def test_in_a_group_each_one_stands_for_itself(worker, centre):
    send(worker)
    here, wrong, fresh = kept(
        centre, worker, (NAMES[0], PHOTOS[0]), (NAMES[1], b"other"), (NAMES[2], PHOTOS[2])
    )
    assert here.size == len(PHOTO)
    assert wrong.name == "wrong-hash"
    assert fresh.sha256 == NAMES[2]
    assert (files(centre), left(centre)) == (sorted([NAMES[0], NAMES[2]]), [])
    assert standing(worker, NAMES[1]).status == 404


def test_the_same_photo_twice_in_a_group_is_one(worker, centre):
    kept(centre, worker, (NAME, PHOTO), (NAME, PHOTO))
    assert (files(centre), left(centre)) == ([NAME], [])
    assert standing(worker).headers["upload-offset"] == str(len(PHOTO))


def test_a_stranger_leaves_nothing(worker, centre):
    answer = worker.door.ask("POST", "/v1/blobs", PHOTO, headers=headers())
    assert (answer.status, answer.problem) == (401, "token-expired")
    suspend = lambda tx: devices.set_state(tx, worker.device_id, "suspended")  # noqa: E731
    centre.parts.store.write(suspend)
    assert send(worker).problem == "device-suspended"
    assert (files(centre), left(centre)) == ([], [])


def test_a_full_disk_refuses_what_is_not_here(worker, centre):
    send(worker)
    centre.parts.blobs._least_free = 2.0
    assert send(worker).status == 201
    assert send(worker, PHOTOS[1]).problem == "storage-full"


def test_what_an_earlier_attempt_left_goes(worker, centre):
    announcement = headers(**{"Content-Type": "", "Content-Length": "0"})
    worker.ask("POST", "/v1/blobs", b"", **announcement)
    assert patch(worker, PHOTO[:77], 0).status == 204
    assert send(worker).status == 201
    assert (files(centre), left(centre)) == ([NAME], [])


class Crash(BaseException):
    """The power goes."""


@pytest.mark.parametrize("step", ["blob:before_fsync", "blob:after_rename", "blob:before_mark"])
def test_a_crash_loses_nothing(worker, centre, step):
    op = naming(worker)
    worker.push(op)

    def crash(at):
        if at == step:
            raise Crash

    centre.crash_at = crash
    with pytest.raises(Crash):
        send(worker)
    assert state(worker, op) == "local"
    centre.crash_at = lambda _step: None
    renamed = step != "blob:before_fsync"
    assert standing(worker).status == (200 if renamed else 404)
    assert send(worker).status == 201
    assert state(worker, op) == "stored"
    assert files(centre) == [NAME]


def test_what_the_place_of_photos_did_not_take_is_not_sent_again(worker, centre, monkeypatch):
    def away(*_finished):
        raise PhotosAway

    with monkeypatch.context() as patched:
        patched.setattr(centre.parts.blobs, "keep", away)
        assert send(worker).status == 503
    assert files(centre) == []
    assert standing(worker).headers["upload-offset"] == str(len(PHOTO))
    assert (files(centre), left(centre)) == ([NAME], [])


def hung_up(app, worker, sent):
    """Begin to send a photo and hang up."""
    waiting = [
        {"type": "http.request", "body": sent, "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = scope_of("POST", "/v1/blobs", {**worker.headers, **headers()})

    async def receive():
        return waiting.pop(0)

    async def send(_message):
        return None

    asyncio.run(app(scope, receive, send))


def test_what_came_before_the_client_hung_up_stays(worker, centre):
    hung_up(centre.app, worker, PHOTO[:77])
    assert standing(worker).headers["upload-offset"] == "77"
    assert patch(worker, PHOTO[77:], 77).status == 204
    assert files(centre) == [NAME]


def test_when_too_much_lies_in_memory_it_comes_as_a_stream(worker, centre, monkeypatch):
    monkeypatch.setattr(arriving, "MOST_HELD", len(PHOTO) - 1)
    assert send(worker).status == 201
    assert (files(centre), left(centre)) == ([NAME], [])


def test_a_body_that_does_not_come_at_once_comes_as_a_stream(monkeypatch):
    monkeypatch.setattr(arriving, "AT_ONCE_S", 0)
    heard = [b"half", b" of it"]

    async def receive():
        if not heard:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": heard.pop(0), "more_body": True}

    async def run():
        arrivals = arriving.Arrivals()
        async with arrivals.take_in(receive, 100) as came:
            assert came.whole(100) is None
        heard.append(b", later")
        return [(await came.receive())["body"] for _ in range(3)]

    assert asyncio.run(run()) == [b"half", b" of it", b", later"]


def gathered(*items, refuse=()):
    """Add these while the first one's turn lasts; return the groups and what came of each."""
    groups, begun, go_on = [], asyncio.Event(), asyncio.Event()

    async def work(group):
        groups.append(list(group))
        if len(groups) == 1:
            begun.set()
            await go_on.wait()
        if set(group) & set(refuse):
            raise Refused("overloaded")
        return [item.upper() for item in group]

    async def run():
        lines = Gathering(work)
        first, *others = [asyncio.ensure_future(lines.add(item[0], item)) for item in items]
        await begun.wait()
        await asyncio.sleep(0)
        go_on.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    return asyncio.run(run()), groups


def test_who_comes_during_a_turn_goes_with_the_next():
    outcomes, groups = gathered("a1", "a2", "a3")
    assert outcomes == ["A1", "A2", "A3"]
    assert groups == [["a1"], ["a2", "a3"]]


def test_lines_do_not_wait_for_each_other():
    outcomes, groups = gathered("a1", "b1", "c1")
    assert outcomes == ["A1", "B1", "C1"]
    assert groups == [["a1"], ["b1"], ["c1"]]


def test_a_failure_is_told_to_everybody_in_its_group_and_to_nobody_else():
    outcomes, _ = gathered("a1", "a2", "a3", refuse=["a3"])
    assert outcomes[0] == "A1"
    assert [type(outcome) for outcome in outcomes[1:]] == [Refused, Refused]
