"""Our client brings photos to the official tus server, also when that dies in between."""

import json
import random
import signal
import subprocess

import pytest

from deploy import peers
from sync.exchange import Exchange
from sync.http import HttpTransport
from sync.transport import NoConnection
from sync.tus import Upload, upload

pytestmark = pytest.mark.timeout(peers.SECONDS + 60)
MIB = 1024 * 1024
PHOTO = b"\xff\xd8\xff\xe0" + random.Random(11).randbytes(5 * MIB)
SMALL = PHOTO[:1000]
SERVER = peers.ROOT / "tests" / "interop" / "tus_server.cjs"
SHA = "ab" * 32


class TusServer:
    """`@tus/server` over files; `named` makes the photo's hash the id of its upload."""

    def __init__(self, folder, packages, *, named):
        self.folder = folder
        self._order = {"packages": str(packages), "folder": str(folder), "named": named}
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [peers.NODE, SERVER, json.dumps(self._order)], stdout=subprocess.PIPE, text=True
        )
        self._order["port"] = json.loads(self.process.stdout.readline())["port"]
        self.url = f"http://127.0.0.1:{self._order['port']}"

    def kill(self):
        self.process.kill()
        assert self.process.wait() == -signal.SIGKILL
        self.process.stdout.close()

    def restart(self):
        self.kill()
        self.start()

    @property
    def photos(self):
        return [path for path in self.folder.iterdir() if path.suffix != ".json"]


@pytest.fixture
def serve(tmp_path, tus_packages):
    running = []

    def serve_(*, named=True):
        running.append(TusServer(tmp_path, tus_packages, named=named))
        return running[-1]

    yield serve_
    for server in running:
        server.kill()


@pytest.fixture
def send():
    """Send with a new connection and nothing remembered but whether it was begun before."""
    opened = []

    def send_(url, data=PHOTO, *, started=False):
        opened.append(HttpTransport(url))
        told = []
        what = Upload(SHA, "image/jpeg", "0199c82c-0000-7000-8000-000000000000")
        upload(Exchange(opened[-1], token="any"), what, data, started=started, progress=told.append)
        return told

    yield send_
    for transport in opened:
        transport.close()


def test_a_small_photo_goes_with_its_announcement(serve, send):
    server = serve()
    assert send(server.url, SMALL) == [len(SMALL)]
    (photo,) = server.photos
    assert photo.name == SHA
    assert photo.read_bytes() == SMALL


def test_a_large_photo_goes_in_two_requests_to_whatever_place_it_is_given(serve, send):
    server = serve(named=False)
    assert send(server.url) == [MIB, len(PHOTO)]
    (photo,) = server.photos
    assert photo.name != SHA
    assert photo.read_bytes() == PHOTO


@pytest.mark.parametrize("cut", [MIB // 2, 2 * MIB, 4 * MIB])
def test_a_server_that_dies_in_between_is_taken_up_where_it_stopped(serve, send, proxy, cut):
    server = serve()
    line = proxy(server.url, [cut], on_cut=server.restart)
    with pytest.raises(NoConnection):
        send(line.url)
    kept = sum(part.stat().st_size for part in server.photos)
    assert kept < len(PHOTO)
    sent = line.upward
    send(line.url, started=True)
    (photo,) = server.photos
    assert photo.read_bytes() == PHOTO
    assert line.upward - sent < len(PHOTO) - kept + 10_000


def test_a_line_that_is_cut_again_and_again_ends_with_the_whole_photo(serve, send, proxy):
    server = serve()
    line = proxy(server.url, [MIB // 4, MIB, 300, MIB, MIB])
    started = False
    while line.cuts:
        with pytest.raises(NoConnection):
            send(line.url, started=started)
        started = True
    send(line.url, started=True)
    assert server.photos[0].read_bytes() == PHOTO


def test_a_photo_that_is_there_is_not_sent_again(serve, send, proxy):
    server = serve()
    send(server.url)
    line = proxy(server.url)
    assert send(line.url, started=True) == []
    assert line.upward < 2000


def test_a_part_that_the_server_has_dropped_begins_anew(serve, send, proxy):
    server = serve()
    line = proxy(server.url, [2 * MIB])
    with pytest.raises(NoConnection):
        send(line.url)
    for path in list(server.folder.iterdir()):
        path.unlink()
    send(line.url, started=True)
    assert server.photos[0].read_bytes() == PHOTO
