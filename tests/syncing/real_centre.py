"""A centre behind a real socket, and laptops that reach it."""

import shutil
import threading
from pathlib import Path

import uvicorn

from central.build import Centre
from sync.http import HttpTransport
from sync.transport import Reply
from tests.syncing.simulator import district
from tests.syncing.simulator.dice import Dice, Fuse, World
from tests.syncing.simulator.laptop import Laptop
from tests.syncing.simulator.work import Worker


class RealCentre:
    """The district of the simulator, served by uvicorn from a thread of this process."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(district.template() / "centre", folder / "centre")
        self.database = folder / "centre" / "centre.db"
        self.blobs = folder / "centre" / "blobs"
        self.centre = Centre.open(f"sqlite:///{self.database}", self.blobs)
        config = uvicorn.Config(
            self.centre.app, host="127.0.0.1", port=0, log_level="error", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._ready = threading.Event()
        self._server.startup = self._startup(self._server.startup)
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        assert self._ready.wait(20)
        self.address = self._server.servers[0].sockets[0].getsockname()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.address[1]}"

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self.centre.close()

    def _startup(self, original):
        async def startup(sockets=None):
            await original(sockets=sockets)
            self._ready.set()

        return startup


class Impatient(HttpTransport):
    """Waits half a second for an answer, so that a test of silence is not a long one."""

    def send(self, method, path, headers, body=b"", *, timeout) -> Reply:
        return super().send(method, path, headers, body, timeout=0.5)


def worker(folder: Path, login: str, transport, seed: int = 0) -> Worker:
    """A laptop of the district that has just enrolled."""
    shutil.copytree(district.template() / login, folder / login)
    world = World()
    laptop = Laptop(login, folder / login, transport, world, Fuse(print))
    return Worker(laptop, login, Dice(seed), world)
