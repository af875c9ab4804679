"""Photos over plain tus: in one request, in two, resumed, refused, and never from a stranger."""

import hashlib
from base64 import b64decode

import pytest

from sync.exchange import Exchange, NotTheCentre
from sync.http import HttpTransport
from sync.problem import CentreSaid, Remedy
from sync.tus import Upload, WrongHash, upload

SMALL = b"\xff\xd8" + bytes(range(256)) * 100
LARGE = b"\xff\xd8" + bytes(range(256)) * 9000
TUS = {"Tus-Resumable": "1.0.0"}


class TusServer:
    """The least of a tus server, with faults on order: each is taken once, in order."""

    def __init__(self, answers) -> None:
        self.plain = answers.plain
        self.parts: dict[str, bytearray] = {}
        self.sizes: dict[str, int] = {}
        self.faults: dict[str, list] = {}
        self.creates_with_upload = True

    def __call__(self, asked):
        waiting = self.faults.get(asked.method, [])
        if waiting:
            fault = waiting.pop(0)
            if fault is not None:
                return fault(self, asked)
        return getattr(self, asked.method.lower())(asked)

    def post(self, asked):
        assert asked.headers["tus-resumable"] == "1.0.0"
        pairs = (pair.split(" ") for pair in asked.headers["upload-metadata"].split(","))
        names = {name: b64decode(value).decode() for name, value in pairs}
        self.sizes[names["sha256"]] = int(asked.headers["upload-length"])
        part = self.parts.setdefault(names["sha256"], bytearray())
        place = {"Location": f"http://elsewhere.example/v1/blobs/{names['sha256']}"}
        if not self.creates_with_upload:
            return self.plain(201, b"", {**TUS, **place})
        del part[:]
        part += asked.body
        return self.plain(201, b"", {**TUS, **place, "Upload-Offset": str(len(part))})

    def head(self, asked):
        sha = asked.path.rpartition("/")[2]
        if sha not in self.parts:
            return self.plain(404, b"", TUS)
        offset, size = str(len(self.parts[sha])), str(self.sizes[sha])
        return self.plain(200, b"", {**TUS, "Upload-Offset": offset, "Upload-Length": size})

    def patch(self, asked):
        part = self.parts.get(asked.path.rpartition("/")[2])
        if part is None:
            return self.plain(404, b"", TUS)
        if int(asked.headers["upload-offset"]) != len(part):
            return self.plain(409, b"", TUS)
        part += asked.body
        return self.plain(204, b"", {**TUS, "Upload-Offset": str(len(part))})


@pytest.fixture
def server(small_server, answers):
    server = small_server()
    server.answer = server.tus = TusServer(answers)
    return server


@pytest.fixture
def send(server):
    exchange = Exchange(HttpTransport(server.url()), token="secret")

    def send(data: bytes, *, started: bool = False) -> list[int]:
        told: list[int] = []
        what = Upload(hashlib.sha256(data).hexdigest(), "image/jpeg", "op-1")
        upload(exchange, what, data, started=started, progress=told.append)
        assert server.tus.parts[what.sha256] == data
        return told

    return send


def methods(server):
    return [asked.method for asked in server.asked]


def test_a_small_photo_takes_one_request(server, send):
    assert send(SMALL) == [len(SMALL)]
    assert methods(server) == ["POST"]
    assert server.asked[0].headers["authorization"] == "Bearer secret"


def test_a_large_photo_takes_two(server, send):
    assert send(LARGE) == [1024 * 1024, len(LARGE)]
    assert methods(server) == ["POST", "PATCH"]


def test_a_server_that_creates_without_bytes_gets_them_in_a_patch(server, send):
    server.tus.creates_with_upload = False
    assert send(SMALL) == [0, len(SMALL)]
    assert methods(server) == ["POST", "PATCH"]


def test_an_interrupted_photo_goes_on_where_it_stopped(server, send):
    sha = hashlib.sha256(LARGE).hexdigest()
    server.tus.parts[sha], server.tus.sizes[sha] = bytearray(LARGE[:1_500_000]), len(LARGE)
    assert send(LARGE, started=True) == [len(LARGE)]
    assert methods(server) == ["HEAD", "PATCH"]
    assert len(server.asked[1].body) == len(LARGE) - 1_500_000


def test_a_photo_that_is_there_already_is_not_sent_again(server, send):
    sha = hashlib.sha256(SMALL).hexdigest()
    server.tus.parts[sha], server.tus.sizes[sha] = bytearray(SMALL), len(SMALL)
    send(SMALL, started=True)
    assert methods(server) == ["HEAD"]


def test_a_part_that_was_dropped_begins_anew(server, send):
    send(SMALL, started=True)
    assert methods(server) == ["HEAD", "POST"]


def test_a_wrong_offset_is_asked_for_and_put_right(server, send):
    def shorter(tus, asked):
        del tus.parts[asked.path.rpartition("/")[2]][1000:]
        return tus.patch(asked)

    server.tus.faults["PATCH"] = [shorter]
    send(LARGE)
    assert methods(server) == ["POST", "PATCH", "HEAD", "PATCH"]


def test_a_part_lost_in_the_middle_begins_anew(server, send):
    def forget(tus, asked):
        tus.parts.clear()
        return tus.patch(asked)

    server.tus.faults["PATCH"] = [forget]
    send(LARGE)
    assert methods(server) == ["POST", "PATCH", "HEAD", "POST", "PATCH"]


def test_changed_bytes_are_told(server, send):
    server.tus.faults["POST"] = [lambda tus, _: tus.plain(460, b"", TUS)]
    with pytest.raises(WrongHash):
        send(SMALL)


def test_no_room_is_told(server, send, answers):
    server.tus.faults["POST"] = [lambda *_: answers.problem("storage-full", 507)]
    with pytest.raises(CentreSaid) as error:
        send(SMALL)
    assert error.value.remedy is Remedy.PAUSE_PHOTOS


@pytest.mark.parametrize(
    ("method", "status", "headers"),
    [
        ("POST", 200, {}),
        ("POST", 201, {"Location": "/v1/blobs/x", "Upload-Offset": "5"}),
        ("POST", 201, {**TUS, "Location": "/login"}),
        ("POST", 302, {"Location": "http://login.example"}),
        ("HEAD", 200, TUS),
        ("HEAD", 200, {**TUS, "Upload-Offset": "99999999"}),
        ("PATCH", 204, {"Upload-Offset": "7"}),
    ],
)
def test_what_does_not_speak_tus_is_not_the_centre(server, send, method, status, headers):
    server.tus.faults[method] = [lambda tus, _: tus.plain(status, b"", headers)] * 5
    with pytest.raises(NotTheCentre):
        send(LARGE, started=method == "HEAD")


def test_a_centre_that_always_loses_the_part_is_given_up_for_now(server, send):
    server.tus.faults["PATCH"] = [lambda tus, _: tus.plain(409, b"", TUS)] * 9
    with pytest.raises(NotTheCentre):
        send(LARGE)
