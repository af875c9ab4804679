"""Photos over tus 1.0 (sync.md 4.7)."""

import asyncio
import hashlib
from base64 import b64encode

import pytest

from central.store import devices
from tests.centre.asgi import scope_of

TYPE = "application/offset+octet-stream"
PHOTO = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
SHA = hashlib.sha256(PHOTO).hexdigest()


def tus(**names):
    return {"Tus-Resumable": "1.0.0", "Content-Type": TYPE, **names}


def meta(**names):
    return ",".join(f"{k} {b64encode(v.encode()).decode()}" for k, v in names.items())


def create(laptop, data=PHOTO, *, first=b"", sha=None, length=None, **more):
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(data) if length is None else length),
        "Upload-Metadata": meta(
            **({"sha256": sha or hashlib.sha256(data).hexdigest()} if sha != "" else {}),
            filetype="image/jpeg",
        ),
        **more,
    }
    if first:
        headers["Content-Type"] = TYPE
    return laptop.ask("POST", "/v1/blobs", first, **headers)


def standing(laptop, id_=SHA):
    return laptop.ask("HEAD", f"/v1/blobs/{id_}", **{"Tus-Resumable": "1.0.0"})


def patch(laptop, data, offset, id_=SHA, **more):
    return laptop.ask(
        "PATCH", f"/v1/blobs/{id_}", data, **tus(**{"Upload-Offset": str(offset), **more})
    )


def files(centre):
    return sorted(p.name for p in centre.parts.blobs.folder.iterdir() if p.name[0] != ".")


def parts(centre):
    return sorted(p.name for p in centre.parts.blobs.parts())


def photo(role="before", sha=SHA):
    return {
        "sha256": sha,
        "bytes": len(PHOTO),
        "mime": "image/jpeg",
        "role": role,
        "source": "file",
    }


def with_photo(laptop, **frame):
    return laptop.resolve(args={"photos": [photo()], "no_photo_reason": "只有一张"}, **frame)


def test_options_tells_what_is_spoken_without_a_token(door):
    answer = door.ask("OPTIONS", "/v1/blobs")
    assert answer.status == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-max-size"] == str(25 * 1024 * 1024)
    assert answer.headers["tus-extension"] == (
        "creation,creation-with-upload,checksum,termination,expiration"
    )


def test_a_small_photo_comes_with_its_announcement(worker, centre):
    answer = create(worker, first=PHOTO)
    assert answer.status == 201
    assert answer.headers["location"] == f"/v1/blobs/{SHA}"
    assert answer.headers["upload-offset"] == str(len(PHOTO))
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert files(centre) == [SHA]
    assert parts(centre) == []
    assert (centre.parts.blobs.folder / SHA).read_bytes() == PHOTO


def test_a_photo_comes_in_pieces_and_is_resumed(worker, centre):
    assert standing(worker).status == 404
    assert create(worker).status == 201
    assert standing(worker).headers["upload-offset"] == "0"
    first = patch(worker, PHOTO[:100], 0)
    assert (first.status, first.headers["upload-offset"]) == (204, "100")
    assert "upload-expires" in first.headers
    now = standing(worker)
    assert (now.headers["upload-offset"], now.headers["upload-length"]) == ("100", str(len(PHOTO)))
    assert now.headers["cache-control"] == "no-store"
    assert "sha256 " in now.headers["upload-metadata"]
    assert files(centre) == []
    assert patch(worker, PHOTO[100:], 100).status == 204
    done = standing(worker)
    assert done.headers["upload-offset"] == done.headers["upload-length"] == str(len(PHOTO))
    assert files(centre) == [SHA]


def test_a_wrong_offset_is_409(worker):
    create(worker)
    patch(worker, PHOTO[:100], 0)
    answer = patch(worker, PHOTO[50:], 50)
    assert (answer.status, answer.problem) == (409, "wrong-offset")
    assert standing(worker).headers["upload-offset"] == "100"


def test_a_wrong_hash_is_460_and_the_bytes_are_gone(worker, centre):
    answer = create(worker, first=b"x" * len(PHOTO), sha=SHA)
    assert (answer.status, answer.problem) == (460, "wrong-hash")
    assert (files(centre), parts(centre)) == ([], [])
    assert standing(worker).status == 404
    assert create(worker, first=PHOTO).status == 201


def test_a_wrong_checksum_of_a_piece_is_460_and_the_piece_is_gone(worker):
    create(worker)
    patch(worker, PHOTO[:10], 0)
    right = b64encode(hashlib.sha1(PHOTO[10:20]).digest()).decode()
    wrong = patch(worker, PHOTO[20:30], 10, **{"Upload-Checksum": f"sha1 {right}"})
    assert wrong.status == 460
    assert standing(worker).headers["upload-offset"] == "10"
    fine = patch(worker, PHOTO[10:20], 10, **{"Upload-Checksum": f"sha1 {right}"})
    assert (fine.status, fine.headers["upload-offset"]) == (204, "20")
    unknown = patch(worker, PHOTO[20:30], 20, **{"Upload-Checksum": "crc32 AAAA"})
    assert unknown.status == 400


@pytest.mark.parametrize("version", [None, "0.2.2", "2.0.0"])
def test_another_version_is_412(worker, version):
    headers = {} if version is None else {"Tus-Resumable": version}
    answer = worker.ask("HEAD", f"/v1/blobs/{SHA}", **headers)
    assert answer.status == 412
    assert answer.headers["tus-version"] == "1.0.0"
    assert worker.ask("POST", "/v1/blobs", **headers, **{"Upload-Length": "1"}).status == 412


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "１"}, 400),
        ({"Upload-Length": str(25 * 1024 * 1024 + 1)}, 413),
        ({"Upload-Length": "9" * 400}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "sha256 !!!"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": meta(sha256="../../etc/passwd")}, 400),
        ({"Upload-Defer-Length": "1"}, 400),
    ],
)
def test_an_announcement_that_makes_no_sense_is_refused(worker, centre, headers, status):
    if "１" in headers.values():
        headers = {"Upload-Length": "1e3"}
    answer = worker.ask("POST", "/v1/blobs", **{"Tus-Resumable": "1.0.0", **headers})
    assert answer.status == status
    assert parts(centre) == []


def test_more_bytes_than_announced_are_refused_and_change_nothing(worker):
    create(worker)
    patch(worker, PHOTO[:10], 0)
    assert patch(worker, PHOTO, 10).status == 413
    assert standing(worker).headers["upload-offset"] == "10"


def test_a_piece_needs_its_own_content_type(worker):
    create(worker)
    answer = worker.ask(
        "PATCH",
        f"/v1/blobs/{SHA}",
        PHOTO,
        **{"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "image/jpeg"},
    )
    assert answer.status == 415


def test_a_foreign_client_without_a_hash_gets_an_id_and_the_photo_by_its_hash(worker, centre):
    answer = create(worker, sha="")
    place = answer.headers["location"].removeprefix("/v1/blobs/")
    assert place != SHA
    assert patch(worker, PHOTO[:7], 0, place).status == 204
    assert patch(worker, PHOTO[7:], 7, place).status == 204
    done = standing(worker, place)
    assert (done.status, done.headers["upload-offset"]) == (200, str(len(PHOTO)))
    assert worker.ask("GET", f"/v1/blobs/{SHA}").body == PHOTO
    assert patch(worker, b"", len(PHOTO), place).status == 404


def test_an_upload_can_be_given_up_but_a_stored_photo_is_kept(worker, centre):
    create(worker)
    patch(worker, PHOTO[:10], 0)
    gone = worker.ask("DELETE", f"/v1/blobs/{SHA}", **{"Tus-Resumable": "1.0.0"})
    assert gone.status == 204
    assert (standing(worker).status, parts(centre)) == (404, [])
    create(worker, first=PHOTO)
    kept = worker.ask("DELETE", f"/v1/blobs/{SHA}", **{"Tus-Resumable": "1.0.0"})
    assert kept.status == 403
    assert files(centre) == [SHA]


def test_unfinished_uploads_end_after_thirty_days(worker, centre, clock, open_centre):
    create(worker)
    patch(worker, PHOTO[:10], 0)
    clock.forward(days=29.9)
    assert standing(worker).headers["upload-offset"] == "10"
    clock.forward(days=0.2)
    assert standing(worker).status == 404
    create(worker)
    clock.forward(days=31)
    centre.close()
    assert parts(open_centre()) == []


@pytest.mark.parametrize(
    ("asked", "status", "found"),
    [
        ("bytes=0-9", 206, PHOTO[:10]),
        ("bytes=10-", 206, PHOTO[10:]),
        ("bytes=-4", 206, PHOTO[-4:]),
        ("bytes=5-99999999", 206, PHOTO[5:]),
        ("bytes=0-0,5-6", 200, PHOTO),
        ("lines=1-2", 200, PHOTO),
        ("bytes=99999999-", 416, None),
    ],
)
def test_a_range_of_a_photo_can_be_read(worker, asked, status, found):
    create(worker, first=PHOTO)
    answer = worker.ask("GET", f"/v1/blobs/{SHA}", Range=asked)
    assert answer.status == status
    if found is not None:
        assert answer.body == found
        assert answer.headers["content-length"] == str(len(found))
        assert answer.headers["content-type"] == "image/jpeg"


def test_a_full_disk_refuses_photos_and_takes_operations(worker, centre):
    centre.parts.blobs._least_free = 2.0
    answer = create(worker, first=PHOTO)
    assert (answer.status, answer.problem) == (507, "storage-full")
    assert answer.headers["retry-after"] == "600"
    assert worker.push(worker.report())[0]["verdict"] == "applied"


def test_a_photo_that_comes_after_its_record_makes_it_stored(worker):
    op = with_photo(worker)
    worker.push(op)
    worker.pull()
    id_ = op["entity"]["id"]
    before = worker.base[id_]
    assert before["body"]["photos"][0]["state"] == "local"
    create(worker, first=PHOTO)
    worker.pull()
    after = worker.base[id_]
    assert after["body"]["photos"][0]["state"] == "stored"
    assert after["rev"] == before["rev"] + 1


@pytest.mark.parametrize("type_", ["image/\0jpeg", "image/jpeg\r\nX-Own: 1"])
def test_a_photo_with_a_type_that_is_none_is_taken_as_bytes(worker, type_):
    named = meta(sha256=SHA, filetype=type_)
    assert create(worker, first=PHOTO, **{"Upload-Metadata": named}).status == 201
    answer = worker.ask("GET", f"/v1/blobs/{SHA}")
    assert (answer.status, answer.body) == (200, PHOTO)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "x-own" not in answer.headers


def test_a_photo_that_comes_before_its_record_is_stored_at_once(worker):
    create(worker, first=PHOTO)
    op = with_photo(worker)
    worker.push(op)
    worker.pull()
    assert worker.base[op["entity"]["id"]]["body"]["photos"][0]["state"] == "stored"


@pytest.mark.parametrize("at_once", [True, False])
def test_a_photo_that_is_lost_from_its_place_is_asked_for_again(worker, centre, at_once):
    worker.push(with_photo(worker))
    create(worker, first=PHOTO)
    (centre.parts.blobs.folder / SHA).unlink()
    assert standing(worker).status == 404
    if at_once:
        assert create(worker, first=PHOTO).status == 201
    else:
        assert create(worker).headers["upload-offset"] == "0"
        assert patch(worker, PHOTO, 0).status == 204
    assert standing(worker).headers["upload-offset"] == str(len(PHOTO))
    assert worker.ask("GET", f"/v1/blobs/{SHA}").body == PHOTO


def test_every_record_that_names_the_photo_is_marked(worker):
    ticket = with_photo(worker)
    patrol = worker.patrol(args={"photos": [photo("other")]})
    more = worker.op(
        "evidence.add@1",
        {"to": {"kind": "ticket", "id": ticket["entity"]["id"]}, "photos": [photo("near")]},
    )
    worker.push(ticket, patrol, more)
    create(worker, first=PHOTO)
    worker.pull()
    named = [row["body"]["photos"] for row in worker.base.values() if "photos" in row["body"]]
    assert len(named) == 3
    assert {p["state"] for photos in named for p in photos} == {"stored"}


def test_photos_of_refused_work_are_stored_too(worker):
    refused = worker.resolve(grid="G0102", args={"photos": [photo()]})
    (result,) = worker.push(refused)
    assert result["verdict"] == "refused"
    create(worker, first=PHOTO)
    worker.pull()
    kept = worker.base[result["evidence_id"]]
    assert kept["kind"] == "late_evidence"
    assert kept["body"]["photos"][0]["state"] == "stored"


@pytest.mark.parametrize("id_", ["..", "%2e%2e%2fcentre", "a%00b", "A" * 64, "0" * 63, "é"])
def test_an_id_that_is_no_id_names_nothing(worker, id_):
    assert standing(worker, id_).status == 404
    assert patch(worker, b"x", 0, id_).status == 404
    assert worker.ask("GET", f"/v1/blobs/{id_}").status == 404


class Crash(BaseException):
    """The power goes."""


@pytest.mark.parametrize("step", ["blob:before_fsync", "blob:after_rename", "blob:before_mark"])
def test_a_crash_while_finishing_loses_nothing(worker, centre, step):
    op = with_photo(worker)
    worker.push(op)
    create(worker)

    def crash(at):
        if at == step:
            raise Crash

    centre.crash_at = crash
    with pytest.raises(Crash):
        patch(worker, PHOTO, 0)
    centre.crash_at = lambda _step: None
    now = standing(worker)
    assert now.headers["upload-offset"] == str(len(PHOTO))
    assert standing(worker).headers["upload-offset"] == str(len(PHOTO))
    worker.pull()
    assert worker.base[op["entity"]["id"]]["body"]["photos"][0]["state"] == "stored"
    assert files(centre) == [SHA]


def test_a_photo_of_a_device_suspended_meanwhile_is_not_taken(worker, centre):
    create(worker)
    set_state = lambda tx: devices.set_state(tx, worker.device_id, "suspended")  # noqa: E731
    centre.parts.store.write(set_state)
    answer = patch(worker, PHOTO, 0)
    assert (answer.status, answer.problem) == (401, "device-suspended")


def begin(app, headers, *messages):
    """Send a PATCH that says just this; returns it, what it was answered, and when it has read all.

    A client that has said everything without an end stays on the line.
    """
    waiting, sent, heard = list(messages), [], asyncio.Event()

    async def receive():
        if waiting:
            return waiting.pop(0)
        heard.set()
        return await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    scope = scope_of("PATCH", f"/v1/blobs/{SHA}", headers)
    return asyncio.ensure_future(app(scope, receive, send)), sent, heard


def part(body):
    return {"type": "http.request", "body": body, "more_body": True}


def test_a_newer_request_takes_over_from_one_that_hangs(worker, centre, send_chunks):
    create(worker)
    headers = {**worker.headers, **tus(**{"Upload-Offset": "0"})}

    async def run():
        old, sent, heard = begin(centre.app, headers, part(PHOTO[:50]))
        await heard.wait()
        new = await send_chunks(centre.app, "PATCH", f"/v1/blobs/{SHA}", headers, PHOTO)
        await old
        return sent[0]["status"], new.status

    old, new = asyncio.run(run())
    assert old == 409
    assert new in {204, 409}
    if new == 409:
        offset = int(standing(worker).headers["upload-offset"])
        assert patch(worker, PHOTO[offset:], offset).status == 204
    assert files(centre) == [SHA]


def test_an_offset_that_was_told_stays_true_although_another_request_hung(
    worker, centre, send_chunks
):
    create(worker)
    headers = {**worker.headers, **tus(**{"Upload-Offset": "0"})}
    path = f"/v1/blobs/{SHA}"

    async def run():
        old, sent, heard = begin(centre.app, headers, part(PHOTO[:50]))
        await heard.wait()
        told = await send_chunks(centre.app, "HEAD", path, headers)
        await old
        going_on = {**headers, "Upload-Offset": told.headers["upload-offset"]}
        rest = PHOTO[int(told.headers["upload-offset"]) :]
        return sent[0]["status"], await send_chunks(centre.app, "PATCH", path, going_on, rest)

    old, new = asyncio.run(run())
    assert (old, new.status) == (409, 204)
    assert files(centre) == [SHA]


def test_what_came_before_the_client_hung_up_stays(worker, centre):
    create(worker)
    headers = {**worker.headers, **tus(**{"Upload-Offset": "0"})}

    async def run():
        await begin(centre.app, headers, part(PHOTO[:77]), {"type": "http.disconnect"})[0]

    asyncio.run(run())
    assert standing(worker).headers["upload-offset"] == "77"
