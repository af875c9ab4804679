"""What several folders need: a laptop that is really enrolled, and has no network any more."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import uvicorn

from central.build import Centre
from central.demo import fill
from gridworker.app.ports import NewPatrol
from gridworker.build import OpenDesk, enrol, open_desk

PASSWORD = "Wangge-Tong-2026"


class Laptop(NamedTuple):
    """A profile on disk and what opens it; its centre is gone."""

    home: Path
    password: str


class Server(uvicorn.Server):
    """Serves in a thread; `url` is known once `is_up`."""

    url = ""

    def __init__(self, app: object) -> None:
        super().__init__(
            uvicorn.Config(app, port=0, lifespan="off", access_log=False, log_level="warning")
        )
        self.is_up = threading.Event()

    async def startup(self, sockets=None) -> None:
        await super().startup(sockets)
        self.url = f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}"
        self.is_up.set()


@pytest.fixture(scope="session")
def _enrolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One first contact with a real centre serves all tests; each gets a copy of its result."""
    where = tmp_path_factory.mktemp("enrolled")
    centre = Centre.open(f"sqlite:///{where}/centre.db", where / "blobs", demo=True)
    worker = next(person for person in fill(centre, "small") if person.role == "grid_worker")
    server = Server(centre.app)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        assert server.is_up.wait(20)
        enrol(where / "home", server.url, centre.enrol_code(worker.user), PASSWORD)
    finally:
        server.should_exit = True
        thread.join(20)
        centre.close()
    return where / "home"


@pytest.fixture
def laptop(_enrolled: Path, tmp_path: Path) -> Laptop:
    """A laptop that was enrolled and has lost its network."""
    home = tmp_path / "home"
    shutil.copytree(_enrolled, home)
    return Laptop(home, PASSWORD)


@pytest.fixture
def offline_desk(laptop: Laptop) -> Iterator[OpenDesk]:
    """The real product on a real store, with one patrol on record; its network never starts."""
    desk = open_desk(laptop.home, laptop.password)
    desk.commands.patrol(NewPatrol(place="阳光花园 3 栋东门", result="normal"))
    yield desk
    desk.close()
