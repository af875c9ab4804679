"""A real centre process and laptops enrolled with it, in a folder that goes away afterwards."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Self

from central.demo import places
from deploy.demo_district import BIN, Demo
from gridworker.app.entry import enter
from gridworker.app.profile import Profile
from gridworker.storage import state
from sync.engine import Engine, never, nobody, nothing_held
from sync.exchange import Exchange
from sync.http import HttpTransport
from sync.photos import send_photos
from sync.pull import pull
from sync.push import push
from sync.round import Round, Store
from sync.schedule import BatchSize, Pause
from sync.transport import CONNECTIONS, Transport

WORKER = "wg0101"
MOST_ENTITIES = 1_000_000  # the rounds of P1 alone put more into a grid than a laptop may hold


class Laptop:
    """An unlocked profile that syncs only when told to, one half of a round at a time."""

    def __init__(self, home: Path, password: str) -> None:
        self.home, self.password = home, password
        self.profile = Profile(enter(home, password))
        known = self.profile.device
        self.transport = HttpTransport(known.server_url, ca_pem=known.ca_pem)
        profile = self.profile
        self._store = Store(profile.write, profile.read, profile.files, profile.changes.tell)
        self._exchange = Exchange(
            self.transport, token=known.token, epoch=known.epoch, acked=known.acked_seq
        )
        self._batch = BatchSize()

    def push(self) -> None:
        """Send operations until every one of them has its verdict."""
        push(self._round())
        with self.profile.read() as session:
            known = state.get(session)
        assert known.acked_seq == known.next_seq - 1, "something was not acknowledged"

    def pull(self) -> None:
        """Take in pages until the centre has no more."""
        pull(self._round())

    def send_photos(self) -> int:
        """Send photos as the product does; return how many the centre has verified."""
        now = self._round()
        send_photos(now, at_once=CONNECTIONS)
        return now.counts.get("photos_stored", 0)

    def engine(self, over: Callable[[Transport], Transport]) -> Engine:
        """Return what runs whole rounds, its requests led through what `over` makes."""
        return Engine(self._store, over(self.transport), self.profile.clock)

    def close(self) -> None:
        self.transport.close()
        self.profile.close()

    def _round(self) -> Round:
        return Round(
            store=self._store,
            exchange=self._exchange,
            clock=self.profile.clock,
            held=nothing_held,
            cancelled=never,
            receiving=nobody,
            batch=self._batch,
            photo_pause=Pause(),
            push_pause=Pause(),
        )


class District:
    """A demo centre that serves; use it in a `with` block."""

    def __init__(self, folder: Path, database: str | None = None, owner: str | None = None) -> None:
        self._demo = Demo(folder, database, owner)
        self._people = {person["user"]: person for person in self._demo.people()}

    def __enter__(self) -> Self:
        self._demo.start_centre()
        self._central("max-entities", str(MOST_ENTITIES))
        return self

    def __exit__(self, *_: object) -> None:
        self._demo.stop_centre()

    @property
    def folder(self) -> Path:
        """Where everything lies: floors are measured in the same file system."""
        return self._demo.folder

    @property
    def url(self) -> str:
        """Where the centre is asked."""
        return self._demo.url

    @property
    def database(self) -> str:
        """The URL of the centre's database."""
        return self._demo.database

    @property
    def centre_pid(self) -> int:
        """The process of the centre, for its CPU time."""
        return self._demo.centre_pid

    def grids(self, count: int) -> list[str]:
        """Return the scopes of so many of the smallest grids."""
        finest = [grid.code for grid in places.full().grids if grid.level == 3]
        return [f"grid:{code}" for code in finest[:count]]

    def add_person(self, user: str, *scopes: str) -> None:
        """Give the district one more grid worker, with these places."""
        places = [part for scope in scopes for part in ("--scope", scope)]
        self._central("user", "add", user, "--role", "grid_worker", *places)
        self._people[user] = {
            "user": user,
            "password": next(iter(self._people.values()))["password"],
        }

    def enrolled(self, name: str, user: str = WORKER) -> tuple[Path, str]:
        """Enrol one more laptop of a person; return its folder and password."""
        home = self.folder / name
        person = {**self._people[user], "code": self._code(user)}
        self._demo.enrol(person, home)
        return home, person["password"]

    def laptop(self, name: str, user: str = WORKER) -> Laptop:
        """Enrol one more laptop of a person and unlock it."""
        return Laptop(*self.enrolled(name, user))

    def _code(self, user: str) -> str:
        return self._central("enrol-code", user).strip()

    def _central(self, *words: str) -> str:
        command = [BIN / "gridworker-central", *words, "--database", self.database]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ)
        return done.stdout
