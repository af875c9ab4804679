"""A laptop as the product builds it: real store, real journal, real engine; only time is not."""

import secrets
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridworker.app.entry import end_wipe
from gridworker.domain.operations import Moment
from gridworker.domain.times import CHINA, utc_text
from gridworker.storage import device_copy, mending, recovery, shredding, state
from gridworker.storage.door import Door, Session
from gridworker.storage.engine import open_engines
from gridworker.storage.failures import DeviceWiped
from gridworker.storage.journal import Journal
from gridworker.storage.keys import answer_key
from gridworker.storage.photos import PhotoFiles
from gridworker.storage.recorder import Recorder
from gridworker.storage.statements import Statements
from gridworker.storage.vault import Vault
from sync.engine import Engine
from sync.enrol_anew import Anew
from sync.parcels import Courier
from sync.round import Store
from sync.wiping import Wiping
from tests.syncing.simulator.dice import Fuse, World
from tests.syncing.simulator.in_turn import InTurn

KEY = bytes(range(32))
JOURNAL_KEY = bytes(range(32, 64))
SEED = "device.seed"


class LaptopClock:
    """Wall time that may be wrong and may jump; the monotonic time is right."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        moment = datetime.fromtimestamp(self._world.unix_ms() / 1000, UTC) + self.wrong_by
        return moment.astimezone(CHINA)

    def monotonic(self) -> float:
        return self._world.seconds

    def stamp(self) -> Moment:
        mono = int(self._world.seconds * 1000)
        return Moment(wall=self.now().isoformat(timespec="milliseconds"), boot="b", mono_ms=mono)


class WatchedJournal(Journal):
    """The journal, with a step before and after each entry."""

    fuse: Fuse

    @contextmanager
    def appending(self, entry, *, day):
        self.fuse.step("journal: before")
        with super().appending(entry, day=day):
            yield
        self.fuse.step("journal: written")


class WatchedPhotos(PhotoFiles):
    """The photo folder, with a step before and after each file."""

    fuse: Fuse

    def write(self, data, *, record):
        self.fuse.step("photo: before")
        sealed = super().write(data, record=record)
        self.fuse.step("photo: written")
        return sealed

    def read(self, name, dek, *, record):
        self.fuse.step("photo: read")
        return super().read(name, dek, record=record)


class WatchedSession(Session):
    """A transaction, with a step before and after its end."""

    fuse: Fuse
    committed: Callable[[], None]

    def commit(self):
        self.fuse.step("commit: before")
        super().commit()
        self.committed()
        self.fuse.step("commit: done")


class WatchedDoor:
    """The writer's door to the store; its sessions step."""

    def __init__(self, door: Door, fuse: Fuse, committed: Callable[[], None]) -> None:
        self._door, self._fuse, self._committed = door, fuse, committed

    def __call__(self) -> WatchedSession:
        session = WatchedSession(self._door)
        session.fuse, session.committed = self._fuse, self._committed
        return session

    begin = Door.begin

    def refuse(self, why: Exception) -> None:
        self._door.refuse(why)


def nothing(laptop: "Laptop") -> None:
    """Let a transaction end without further ado."""


def always() -> bool:
    return True


def any_mark() -> str:
    return secrets.token_hex(4)


class Make(NamedTuple):
    """What a laptop is made of, and who hears that a transaction, or all of it, has ended."""

    journal: type[WatchedJournal] = WatchedJournal
    courier: type[Courier] = Courier
    wiping: type[Wiping] = Wiping
    soon: Callable[[], bool] = always
    mark: Callable[[], str] = any_mark
    committed: Callable[["Laptop"], None] = nothing
    destroyed: Callable[["Laptop"], None] = nothing


class Laptop:
    """One profile; `start` may be called again after a crash, as a new process would.

    `wiped` is what became of what had not been sent, once an order has ended it.
    """

    def __init__(
        self,
        name: str,
        folder: Path,
        transport,
        world: World,
        fuse: Fuse,
        make: Make = Make(),  # noqa: B008  (a tuple cannot change)
    ) -> None:
        self.name = name
        self._make = make
        self.folder = folder
        self.transport = transport
        self.clock = LaptopClock(world)
        self.fuse = fuse
        self.wiped: shredding.Left | None = None
        self.start(crashed=False)

    def start(self, *, crashed: bool) -> None:
        """Open the profile; raises DeviceWiped, as every way into a profile does."""
        self.fuse.renew()
        if (ended := end_wipe(self.folder)) is not None:
            self.wiped = ended.left
            raise DeviceWiped(detail=ended.left)
        self._open()
        with self.write.begin() as session:
            recovery.reconcile(session, self.journal)
            known = state.put(session, generation=state.get(session).generation + 1)
        device_copy.keep(self.folder, JOURNAL_KEY, known)
        self.recorder = Recorder(self.write, self.journal)
        store = Store(self.write, self.read, self.photos, changed=lambda kinds: None)
        self.engine = Engine(
            store,
            self.transport,
            self.clock,
            doubt=crashed,
            mark=self._make.mark(),
            changed=lambda now: device_copy.keep(self.folder, JOURNAL_KEY, now),
            line=lambda: InTurn(self._make.soon),
        )
        self.anew = Anew(
            store,
            self.transport,
            self.folder,
            self._vault().public_key,
            changed=lambda now: device_copy.keep(self.folder, JOURNAL_KEY, now),
        )
        key = partial(answer_key, JOURNAL_KEY)
        self.courier = self._make.courier(
            store,
            self.clock,
            self._sign,
            key,
            changed=lambda now: device_copy.keep(self.folder, JOURNAL_KEY, now),
        )
        self.engine.wiping = self._make.wiping(
            self.courier, self.folder / shredding.PARCEL, self._destroy
        )

    def enrol_anew(self, code: str) -> None:
        """Be let in again by a person's code, as the command does it."""
        self.anew.enrol(code)
        self.engine.start_over()

    def _open(self) -> None:
        self.journal = self._make.journal(self.folder, JOURNAL_KEY)
        self.journal.fuse = self.fuse
        mending.make_sound(self.database, self._vault(), self.journal)
        self.engines = open_engines(self.database, KEY)
        self.write = WatchedDoor(self.engines.write, self.fuse, self._committed)
        self.read = self.engines.read
        self.photos = WatchedPhotos(self.folder / "blobs")
        self.photos.fuse = self.fuse

    @property
    def database(self) -> Path:
        return self.folder / "main.db"

    def _committed(self) -> None:
        self._make.committed(self)

    def _destroy(self, number: int, left: shredding.Left) -> None:
        """Decide the end for good, as an open desk does; the next start finishes it."""
        self.fuse.step("wipe: before")
        shredding.decide(self.folder, at=utc_text(self.clock.now()), number=number, left=left)
        self._make.destroyed(self)
        self.fuse.step("wipe: decided")
        self.wiped = left

    def _vault(self) -> Vault:
        seed = (self.folder / SEED).read_bytes()
        key = Ed25519PrivateKey.from_private_bytes(seed)
        names = {"id": self.name, "user": self.name, "device": self.name, "degraded": False}
        keys = {"db_key": KEY, "index_key": b"", "journal_key": JOURNAL_KEY, "_signing": key}
        return Vault(**names, **keys, public_key=key.public_key().public_bytes_raw())

    def _sign(self, data: bytes) -> bytes:
        return self._vault().sign(data)

    def lose_store(self) -> None:
        """The store is gone, its journal and photos are not; the next start makes a new one."""
        self.stop()
        for path in self.folder.glob("main.db*"):
            path.unlink()
        self.start(crashed=True)

    def stop(self) -> None:
        """End the process; what it had not committed is gone."""
        self.journal.close()
        self.engines.close()

    def restart(self, *, crashed: bool) -> None:
        self.stop()
        self.start(crashed=crashed)

    def rows(self, sql: str, *values: object) -> list[tuple]:
        """Ask the store directly."""
        with self.read() as session:
            return Statements(session).execute(sql, values).fetchall()
