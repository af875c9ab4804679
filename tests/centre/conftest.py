"""A centre in-process on SQLite and on PostgreSQL, and laptops that talk to it over ASGI."""

import asyncio
import itertools
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uuid_utils

from central.build import Centre
from central.demo import Person, Template
from central.main import main
from gridworker.wire import content_digest
from tests.centre import databases
from tests.centre.answers import Answer
from tests.centre.asgi import scope_of
from tests.centre.databases import Pristine

GRID, OTHER_GRID = "G0101", "G0102"


async def ask(
    app: Any, method: str, path: str, headers: Mapping[str, str], *chunks: bytes
) -> Answer:
    """Send one request through the ASGI door, its body in the given chunks."""
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks[:-1]]
    waiting.append(
        {"type": "http.request", "body": chunks[-1] if chunks else b"", "more_body": False}
    )
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()  # the client stays on the line
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = scope_of(method, path, headers)
    await app(scope, receive, send)
    names = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
    return Answer(sent[0]["status"], names, b"".join(m.get("body", b"") for m in sent[1:]))


class Door:
    """The ASGI door of one centre."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request; a body that is not bytes is sent as JSON."""
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        own = {"Sync-Protocol": "1", **(headers or {})}
        answer = asyncio.run(ask(self.centre.app, method, path, own, raw))
        if not path.startswith("/v1/blobs") and method != "HEAD":
            assert answer.headers["content-digest"] == content_digest(answer.body)
            assert answer.headers["sync-epoch"]
        return answer


@dataclass
class Laptop:
    """An enrolled device that numbers its operations."""

    door: Door
    user: str
    device_id: str
    device_code: str
    token: str
    epoch: str
    scopes: list[str]
    seq: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    cursors: dict[str, int] = field(default_factory=dict)
    base: dict[str, dict[str, Any]] = field(default_factory=dict)
    member: set[tuple[str, str]] = field(default_factory=set)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Sync-Epoch": self.epoch}

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.door.ask(method, path, body, headers={**self.headers, **own})

    def op(self, type_: str, args: Mapping[str, Any], **frame: Any) -> dict[str, Any]:
        kind = {"patrol_record.create@1": "patrol_record", "evidence.add@1": "evidence"}
        entity = {"kind": kind.get(type_, "ticket"), "id": frame.pop("id", None) or new_id()}
        return {
            "op_id": new_id(),
            "seq": next(self.seq),
            "type": type_,
            "actor": self.user,
            "entity": entity,
            "args": dict(args),
            "at": {"wall": "2026-05-12T18:03:11.123+08:00", "skew_ms": 0},
            **frame,
        }

    def report(self, grid: str = GRID, **frame: Any) -> dict[str, Any]:
        args = {
            "item": "B0101",
            "place": "示例路8号",
            "note": "井盖破损",
            "grid": grid,
            "found_at": "2026-05-12T18:00:00+08:00",
            **frame.pop("args", {}),
        }
        return self.op("ticket.report@1", args, **frame)

    def resolve(self, grid: str = GRID, **frame: Any) -> dict[str, Any]:
        args = {
            "item": "OTS06",
            "place": "3号楼2单元",
            "note": "已清理",
            "grid": grid,
            "found_at": "2026-05-12T18:00:00+08:00",
            "done_at": "2026-05-12T18:02:00+08:00",
            "no_photo_reason": "没有带相机",
            **frame.pop("args", {}),
        }
        return self.op("ticket.resolve@1", args, **frame)

    def patrol(self, grid: str = GRID, **frame: Any) -> dict[str, Any]:
        args = {
            "place": "东门",
            "result": "normal",
            "note": "",
            "grid": grid,
            "at": "2026-05-12T18:00:00+08:00",
            **frame.pop("args", {}),
        }
        return self.op("patrol_record.create@1", args, **frame)

    def act(self, ticket: str, action: str, state: str, **args: Any) -> dict[str, Any]:
        return self.op(
            "ticket.act@1", {"action": action, **args}, id=ticket, expect={"state": state}
        )

    def send(self, *ops: dict[str, Any], **headers: str) -> Answer:
        return self.ask("POST", "/v1/sync/push", {"ops": list(ops)}, **headers)

    def push(self, *ops: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.send(*ops)
        assert answer.status == 200, answer.body
        results: list[dict[str, Any]] = answer.json["results"]
        return results

    def page(self, **request: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/v1/sync/pull", {"cursors": self.cursors, **request})
        assert answer.status == 200, answer.body
        page: dict[str, Any] = answer.json
        return page

    def pull(self, **request: Any) -> list[dict[str, Any]]:
        """Pull until the checkpoint, keeping base and membership as a client does."""
        changes: list[dict[str, Any]] = []
        while True:
            page = self.page(**request)
            for scope in page["reset"]:
                self.member = {pair for pair in self.member if pair[1] != scope}
            for change in page["changes"]:
                self._take(change)
            self.cursors = page["cursors"]
            self.member = {pair for pair in self.member if pair[1] in page["scopes"]}
            held = {id_ for id_, _ in self.member}
            self.base = {id_: row for id_, row in self.base.items() if id_ in held}
            changes += page["changes"]
            if not page["more"]:
                return changes

    def _take(self, change: dict[str, Any]) -> None:
        pair = (change["id"], change["scope"])
        if change["op"] == "gone":
            self.member.discard(pair)
            return
        self.member.add(pair)
        known = self.base.get(change["id"])
        if known is None or change["rev"] >= known["rev"]:
            self.base[change["id"]] = change

    def bodies(self, kind: str) -> dict[str, dict[str, Any]]:
        return {id_: row["body"] for id_, row in self.base.items() if row["kind"] == kind}


def new_id() -> str:
    return str(uuid_utils.uuid7())


def enrolled(door: Door, code: str, key: str | None = None) -> Answer:
    pubkey = urlsafe_b64encode(b"k" * 32).rstrip(b"=").decode()
    body = {"code": code, "pubkey": pubkey, "platform": "linux", "app": "0.1"}
    headers = {"Idempotency-Key": key or new_id()}
    return door.ask("POST", "/v1/devices", body, headers=headers)


def enrolled_laptop(door: Door, user: str, code: str) -> Laptop:
    answer = enrolled(door, code)
    assert answer.status == 201, answer.body
    said = answer.json
    return Laptop(
        door=door,
        user=user,
        device_id=said["device_id"],
        device_code=said["device_code"],
        token=said["token"],
        epoch=said["epoch"],
        scopes=said["scopes"],
    )


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a throwaway PostgreSQL with the roles of a centre, without a database name."""
    try:
        with databases.throwaway() as url:
            yield url
    except databases.NotInstalled as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def pristine(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Pristine:
    return databases.pristine(postgres, tmp_path_factory.mktemp("template-blobs"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


@dataclass(frozen=True)
class Ground:
    """A small demo that nobody has opened yet."""

    url: str
    blobs: Path
    people: dict[str, Person]

    def open(self, **options: Any) -> Centre:
        return Centre.open(self.url, self.blobs, **{"demo": True, **options})


@pytest.fixture(params=["sqlite", "postgresql"])
def ground(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ground]:
    """A small demo of one's own, on each database."""
    blobs = tmp_path / "blobs"
    if request.param == "sqlite":
        template: Template = request.getfixturevalue("template")
        template.open(tmp_path).close()
        people = {person.user: person for person in template.people}
        yield Ground(f"sqlite:///{tmp_path / 'centre.db'}", blobs, people)
        return
    pristine: Pristine = request.getfixturevalue("pristine")
    pristine.restore()
    blobs.mkdir()
    (blobs / ".epoch").write_text(pristine.epoch)
    yield Ground(pristine.url, blobs, {person.user: person for person in pristine.people})


class Clock:
    """A clock that stands still until it is moved (unix milliseconds)."""

    def __init__(self) -> None:
        self.now = 1_778_580_000_000

    def __call__(self) -> int:
        return self.now

    def forward(self, *, minutes: float = 0, days: float = 0) -> None:
        self.now += round(minutes * 60_000 + days * 86_400_000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_centre(ground: Ground, clock: Clock) -> Iterator[Callable[..., Centre]]:
    """Open the centre, perhaps again; every one is closed in the end."""
    opened: list[Centre] = []

    def open_(**options: Any) -> Centre:
        centre = ground.open(**{"clock": clock, **options})
        opened.append(centre)
        return centre

    yield open_
    for centre in opened:
        centre.close()


@pytest.fixture
def centre(open_centre: Callable[..., Centre]) -> Centre:
    return open_centre()


@pytest.fixture
def door(centre: Centre) -> Door:
    return Door(centre)


@pytest.fixture
def enrol(door: Door) -> Callable[..., Laptop]:
    """Enrol a laptop of a person; the second one of the same person too."""

    def enrol_(user: str, through: Door | None = None) -> Laptop:
        through = through or door
        return enrolled_laptop(through, user, through.centre.enrol_code(user))

    return enrol_


@pytest.fixture
def enrol_over() -> Callable[..., Laptop]:
    """Enrol a laptop over any door that answers `ask`, with a code."""
    return enrolled_laptop


@pytest.fixture
def worker(enrol: Callable[..., Laptop]) -> Laptop:
    return enrol("wg0101")


@pytest.fixture
def dispatcher(enrol: Callable[..., Laptop]) -> Laptop:
    return enrol("pq01")


@pytest.fixture
def send_chunks() -> Callable[..., Any]:
    """The bare ASGI call, for tests that need several requests at once."""
    return ask


@pytest.fixture
def make_door() -> Callable[[Centre], Door]:
    return Door


@pytest.fixture
def ask_enrolment() -> Callable[..., Answer]:
    return enrolled


@pytest.fixture
def run(ground: Ground, capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Any]:
    """Run a command over the small demo; return exit code, lines of stdout, stderr."""

    def run_(*arguments: str, database: str | None = None) -> tuple[int, list[str], str]:
        capfdbinary.readouterr()
        code = main([*arguments, "--database", database or ground.url])
        out, err = capfdbinary.readouterr()
        return code, out.decode().splitlines(), err.decode()

    return run_
