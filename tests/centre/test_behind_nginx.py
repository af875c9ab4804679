"""Two processes on one PostgreSQL behind a real nginx with the configuration that is shipped."""

import hashlib
import random
import re
import signal
import threading
import uuid
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from central.build import Centre, open_office
from central.demo import fill
from central.service import people
from central.store import migrate
from central.store.engine import open_engines
from tests.centre import databases, proxied
from tests.centre.proxied import PAUSE, HttpDoor, Nginx, Process, free_ports
from tests.stories.certificates import make_certificate
from tests.stories.command_line.laptops import Laptop, picture

pytestmark = [
    pytest.mark.skipif(proxied.NGINX is None, reason="nginx is not installed (Debian: nginx)"),
    pytest.mark.timeout(180),
]


@dataclass(frozen=True)
class Place:
    """Where the centre of this file keeps what is its own."""

    url: str
    blobs: Path
    folder: Path
    cert: Path
    key: Path


GRIDS = {"wg0101": "G0101", "wg0102": "G0101", "wg0103": "G0102"}
ROUNDS = 12
PHOTO = b"\xff\xd8\xff\xe0" + random.Random(8).randbytes(3 * 1024 * 1024)
SHA = hashlib.sha256(PHOTO).hexdigest()
OFFSET = "application/offset+octet-stream"
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def place(postgres, tmp_path_factory):
    """A small demo of this file's own, as it is deployed."""
    folder = tmp_path_factory.mktemp("proxied")
    databases.by_administrator(postgres, "database.sql", "proxied")
    admin = postgres.format(name="proxied")
    engines = open_engines(databases.as_role(admin, "gridworker_owner"))
    migrate.bring_up(engines)
    engines.close()
    url = databases.as_role(admin, "gridworker")
    centre = Centre.open(url, folder / "blobs", demo=True)
    fill(centre, "small")
    centre.close()
    yield Place(url, folder / "blobs", folder, *make_certificate(folder, "127.0.0.1"))
    databases.run_sql(postgres.format(name="postgres"), "DROP DATABASE proxied WITH (FORCE)")


@pytest.fixture(scope="module")
def _processes(place):
    ports = enumerate(free_ports(2))
    both = [Process(place, port, place.folder / f"log{number}") for number, port in ports]
    yield both
    for one in both:
        one.end()


@pytest.fixture
def processes(_processes):
    """Both, running, whatever a test before has done to them."""
    for one in _processes:
        one.ensure()
    return _processes


@pytest.fixture(scope="module")
def _nginx(place, _processes):
    server = Nginx(place.folder / "nginx", _processes, place.cert, place.key)
    yield server
    server.close()


@pytest.fixture
def nginx(_nginx, processes):
    return _nginx


@pytest.fixture
def through(nginx, place, enrol_over):
    """Enrol a laptop that speaks to nginx."""
    doors = []

    def enrol(user):
        doors.append(HttpDoor(f"https://127.0.0.1:{nginx.port}", place.cert))
        with open_office(place.url) as office:
            code = people.enrol_code(office, user, valid_hours=1)
        return enrol_over(doors[-1], user, code)

    yield enrol
    for door in doors:
        door.close()


def new_id():
    return str(uuid.uuid4())


def work(laptop, rounds, each=lambda: None):
    """Push and pull as laptops do; return the ids of what was recorded."""
    made = []
    for _ in range(rounds):
        ops = [laptop.patrol(GRIDS[laptop.user]) for _ in range(3)]
        assert {said["verdict"] for said in laptop.push(*ops)} == {"applied"}
        made += [op["entity"]["id"] for op in ops]
        laptop.pull()
        each()
    return made


def test_laptops_work_over_both_while_one_is_killed_and_one_is_renewed(through, processes):
    laptops = [through(user) for user in GRIDS]
    first, second = processes
    turns = threading.Semaphore(0)
    with ThreadPoolExecutor(4) as pool:
        busy = [pool.submit(work, one, ROUNDS, turns.release) for one in laptops]
        for _ in range(6):
            assert turns.acquire(timeout=60)
        first.end(signal.SIGKILL)
        for _ in range(6):
            assert turns.acquire(timeout=60)
        first.start()
        for _ in range(6):
            assert turns.acquire(timeout=60)
        assert second.end(signal.SIGTERM) == 0
        for _ in range(6):
            assert turns.acquire(timeout=60)
        second.start()
        made = [one.result(120) for one in busy]
    for laptop, ids in zip(laptops, made, strict=True):
        laptop.pull()
        records = laptop.bodies("patrol_record")
        assert set(ids) <= set(records)
        assert {laptop.base[id_]["rev"] for id_ in ids} == {1}
    fresh = [laptop.page() for laptop in laptops * 4]
    assert not any(page["changes"] for page in fresh)
    assert all(process.counter("gridworker_requests_total") for process in processes)


def create(laptop, data=PHOTO, first=b"", request=""):
    names = {"sha256": hashlib.sha256(data).hexdigest(), "filetype": "image/jpeg"}
    coded = ",".join(
        f"{name} {b64encode(value.encode()).decode()}" for name, value in names.items()
    )
    said = laptop.ask(
        "POST",
        "/v1/blobs",
        first,
        Tus_Resumable="1.0.0",
        Upload_Length=str(len(data)),
        Upload_Metadata=coded,
        Content_Type=OFFSET,
        Sync_Request_Id=request,
    )
    assert said.status == 201, said.body
    return said.headers["location"]


def test_an_upload_that_breaks_off_goes_on_where_it_stands(place, through, processes, nginx):
    laptop, asked = through("wg0101"), new_id()
    path = create(laptop, request=asked)
    half = len(PHOTO) // 2
    head = [f"PATCH {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(PHOTO)}"]
    head += [f"{name}: {value}" for name, value in laptop.headers.items()]
    head += ["Tus-Resumable: 1.0.0", "Upload-Offset: 0", f"Content-Type: {OFFSET}", "", ""]
    with nginx.dial(place.cert) as broken:
        broken.sendall("\r\n".join(head).encode() + PHOTO[:half])
        (part,) = (place.blobs / ".parts").glob(f"*.{SHA}")
        while not part.stat().st_size:
            PAUSE.wait(0.01)
    (line,) = nginx.logged(asked, 1)
    (holder,) = [one for one in processes if line["process"].endswith(f":{one.port}")]
    holder.end(signal.SIGKILL)
    standing = int(laptop.ask("HEAD", path, Tus_Resumable="1.0.0").headers["upload-offset"])
    assert 0 < standing < len(PHOTO)
    done = laptop.ask(
        "PATCH",
        path,
        PHOTO[standing:],
        Tus_Resumable="1.0.0",
        Upload_Offset=str(standing),
        Content_Type=OFFSET,
    )
    assert (done.status, done.headers["upload-offset"]) == (204, str(len(PHOTO)))
    assert laptop.ask("GET", f"/v1/blobs/{SHA}").body == PHOTO


def test_uploads_of_a_laptop_stay_with_one_process(through, nginx):
    holders = []
    for user in (*GRIDS, *GRIDS):
        laptop, asked = through(user), new_id()
        for photo in (random.randbytes(2000) for _ in range(4)):
            path = create(laptop, photo, photo[:900], asked)
            said = laptop.ask("HEAD", path, Tus_Resumable="1.0.0", Sync_Request_Id=asked)
            assert said.headers["upload-offset"] == "900"
        holders.append({line["process"] for line in nginx.logged(asked, 8)})
    assert {len(processes) for processes in holders} == {1}


def test_the_program_itself_works_through_it(nginx, place, tmp_path):
    """Enrolled over TLS by an authority of our own, a day with photos."""
    with open_office(place.url) as office:
        code = people.enrol_code(office, "wg0103", valid_hours=1)
    person = {"code": code, "password": "Lamp-post-7-quiet"}
    laptop = Laptop(tmp_path / "laptop", person, f"https://127.0.0.1:{nginx.port}")
    laptop.enrolled("--ca", place.cert)
    photo = picture(tmp_path / "photo.jpg", "brown")
    found = ("report", "--item", "S0101", "--place", "示例路8号", "--note", "请来看")
    made = laptop.do(*found, "--photo", photo)
    done = laptop.do("sync")
    assert (done["applied"], done["photos_stored"]) == (1, 1)
    assert laptop.do("ticket", made["id"])["sync"] == "delivered"
    assert (place.blobs / hashlib.sha256(photo.read_bytes()).hexdigest()).exists()


def test_a_poke_comes_through_whoever_it_was_that_wrote(through):
    listener, writers = through("wg0101"), [through("wg0101") for _ in range(2)]
    lines = listener.door.wire.lines("/v1/sync/events", {**listener.headers, "Sync-Protocol": "1"})
    assert next(line for line in lines if line.startswith(b"event")) == b"event: news"
    for writer in writers:
        work(writer, 2)
        assert next(line for line in lines if line.startswith(b"event")) == b"event: news"
    lines.close()


def test_who_sends_by_drops_is_cut_off_and_holds_up_nobody(through, nginx, place):
    laptop = through("wg0101")
    head = b"POST /v1/sync/push HTTP/1.1\r\nHost: x\r\n"
    starts = (b"", head + b"X-Slow: ", head + b"Content-Length: 1000\r\n\r\n{")
    slow = [nginx.dial(place.cert) for _ in range(20 * len(starts))]
    try:
        for line, start in zip(slow, starts * 20, strict=True):
            line.sendall(start)
        work(laptop, 2)
        assert all(_is_cut_off(line) for line in slow)
    finally:
        for line in slow:
            line.close()
    work(laptop, 1)


def _is_cut_off(line):
    try:
        said = line.recv(1000)
        return not said or (b" 408 " in said and not line.recv(1000))
    except ConnectionResetError:
        return True


def test_more_than_is_taken_is_refused_before_the_centre(through, nginx, processes):
    laptop = through("wg0101")
    before = sum(one.counter("gridworker_received_bytes_total") for one in processes)
    assert laptop.ask("POST", "/v1/sync/push", bytes(11 * MEGABYTE)).status == 413
    after = sum(one.counter("gridworker_received_bytes_total") for one in processes)
    assert after == before


def test_what_is_for_operators_stays_inside(through):
    door = through("wg0101").door
    for path in ("/metrics", "/readyz", "/schema/openapi.json", "/", "/v2/meta"):
        assert door.ask("GET", path).status == 404
    assert door.ask("GET", "/healthz").json == {"status": "ok"}


def test_requests_have_ids_and_the_log_of_nginx_holds_no_token_and_no_words(through, nginx):
    laptop, own = through("wg0101"), new_id()
    said = laptop.ask("POST", "/v1/sync/push", b"{", Sync_Request_Id=own)
    assert (said.status, said.json["instance"]) == (400, own)
    wordy = laptop.ask("POST", "/v1/sync/push?name=zhang", b"{", Sync_Request_Id="13800001111")
    given = wordy.json["instance"]
    assert re.fullmatch("[0-9a-f]{32}", given)
    for request in (own, given):
        (line,) = nginx.logged(request, 1)
        assert (line["path"], line["status"]) == ("/v1/sync/push", 400)
    text = nginx.log
    assert not [word for word in ("13800001111", "zhang", laptop.token) if word in text]
