"""What wiped laptops leave: the parcels they have sealed, who carries them, and what must be there.

When a laptop obeys, all it ever acknowledged is in the centre's log or in a sealed parcel, photos
included. What was in a parcel is decided in the end, whatever happens to the centre meanwhile.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from central.problem import Refused
from central.service import escrow, identity, parcels
from central.service.parcels import UnknownDevice
from central.store import op_log
from gridworker.parcel import opened
from gridworker.parcel_contents import OPERATIONS, PHOTOS
from gridworker.storage import shredding
from gridworker.wire import PushRequest
from tests.syncing.simulator.centre_host import CentreHost
from tests.syncing.simulator.dice import Crash, Dice
from tests.syncing.simulator.invariants import Truth
from tests.syncing.simulator.work import Worker

QUARANTINED = "quarantined"


class Sealed(NamedTuple):
    """What lies in parcels: ids of operations, hashes of photos."""

    operations: frozenset[str]
    photos: frozenset[str]

    @property
    def sorted(self) -> tuple[list[str], list[str]]:
        """An order that a seed decides; the names of parcels are chance."""
        return sorted(self.operations), sorted(self.photos)


class Estate(NamedTuple):
    """A laptop that obeyed: as which device, what it left, and how often the centre had been set
    back by then."""

    worker: Worker
    device: str
    left: Sealed
    restores: int


class Estates:
    """All that wiped laptops of one history have left; `folder` is where an operator works."""

    def __init__(
        self, folder: Path, host: CentreHost, dice: Dice, tell: Callable[[str], None]
    ) -> None:
        folder.mkdir()
        self.all: list[Estate] = []
        self.carried = 0
        self._folder, self._host, self._dice, self._tell = folder, host, dice, tell
        self._known: dict[str, Sealed] = {}

    def open(self, worker: Worker, device: str, restores: int) -> Iterator[str]:
        """See a laptop end; yields what is neither at the centre nor in what it leaves."""
        sealed = [self._sealed(name, path) for name, path in self._parcels(worker, device)]
        left = Sealed(
            frozenset().union(*(one.operations for one in sealed)),
            frozenset().union(*(one.photos for one in sealed)),
        )
        self.all.append(Estate(worker, device, left, restores))
        ids = {saved.op_id for saved in worker.saved}
        there = self._host.centre.parts.store.read(lambda tx: op_log.known(tx, ids))
        files = {path.name for path in self._host.blobs.iterdir()}
        for saved in worker.saved:
            known = there.get(saved.op_id)
            if known is None and saved.op_id not in left.operations:
                yield f"1 {saved.op_id[-6:]} was destroyed with the laptop and is nowhere else"
            if known is not None and known.verdict == QUARANTINED:
                continue  # its photos wait until somebody has decided it
            for sha in saved.photos.keys() - files - left.photos:
                yield f"15 photo {sha[:8]} was destroyed with the laptop and is nowhere else"

    def carry(self) -> str | None:
        """Take in any parcel, new or old, at a centre that may die over it; returns a problem."""
        there = [*self._everything()]
        if not there:
            return None
        estate, name, path = self._dice.random.choice(there)
        if self._dice.chance(0.3):
            self._host.fuse.arm(self._dice.random.randrange(1, 12))
        try:
            return self._take_in(estate, name, path)
        except Crash:
            self._tell(f"centre: died over what {estate.worker.login} left")
            return None
        finally:
            if self._host.fuse.blown:
                self._host.restart()
            self._host.fuse.disarm()

    def carry_all(self) -> Iterator[str]:
        """Take in everything that lies anywhere; yields problems."""
        for estate, name, path in [*self._everything()]:
            if problem := self._take_in(estate, name, path):
                yield problem

    def judge(self, truth: Truth, restores: int) -> Iterator[str]:
        """Yield what is missing at the end."""
        for estate in self.all:
            for saved in estate.worker.saved:
                known = truth.verdicts.get(saved.op_id)
                if known is None:
                    lost = "was left sealed and never decided"
                    if saved.op_id not in estate.left.operations:
                        lost = "was the centre's and is gone"
                        if restores > estate.restores:
                            continue  # what it had given away before, no laptop can bring again
                    yield f"1 {saved.op_id[-6:]} {lost} [{estate.worker.login}, wiped]"
                elif known[3] != QUARANTINED:
                    wanted = saved.photos.keys()
                    for sha in (wanted - truth.files.keys()) | (
                        (wanted & estate.left.photos) - truth.stored
                    ):
                        yield f"15 photo {sha[:8]} is not there [{estate.worker.login}, wiped]"

    def _take_in(self, estate: Estate, name: str, path: Path | None) -> str | None:
        parts = self._host.centre.parts
        if path is None:
            path = self._folder / f"{name}.gwp"
            with path.open("wb") as file:
                escrow.copy(parts.blobs, name, file)
        answer = self._folder / "answer.gwp"
        self.carried += 1
        try:
            try:
                handed = parcels.take_in(parts, path, answer, last=True)
            except UnknownDevice:  # the centre was set back to before it
                of = estate.worker.login
                handed = parcels.take_in(parts, path, answer, last=True, of=of)
        except Refused as refused:
            return f"11 what {estate.worker.login} left was refused: {refused.name}"
        self._tell(f"centre: what {estate.worker.login} left: {handed}")
        if handed.problem:
            return f"11 what {estate.worker.login} left was not decided: {handed.problem}"
        return None

    def _everything(self) -> Iterator[tuple[Estate, str, Path | None]]:
        for estate in self.all:
            for name, path in self._parcels(estate.worker, estate.device):
                yield estate, name, path

    def _parcels(self, worker: Worker, device: str) -> Iterator[tuple[str, Path | None]]:
        """Yield names of parcels; with a path where they lie beside what was the profile."""
        aside = [name for name, _ in self._host.centre.parts.blobs.aside()]
        own = [name for name in aside if name.rpartition("-")[0] == device]
        for name in sorted(own, key=lambda name: self._sealed(name, None).sorted):
            yield name, None
        beside = worker.laptop.folder / shredding.PARCEL
        if beside.exists():
            yield worker.laptop.folder.name, beside

    def _sealed(self, name: str, path: Path | None) -> Sealed:
        if path is None and name in self._known:
            return self._known[name]
        parts = self._host.centre.parts
        where = path or self._folder / f"{name}.gwp"
        if path is None:
            with where.open("wb") as file:
                escrow.copy(parts.blobs, name, file)
        key = identity.opening_key(parts.settings["server_key"])
        operations, photos = set(), set()
        with opened(where, lambda _: None) as parcel:
            for entry, inside in parcel.contents(key):
                if entry.startswith(OPERATIONS):
                    ops = msgspec.json.decode(inside.read(), type=PushRequest).ops
                    operations |= {msgspec.json.decode(op)["op_id"] for op in ops}
                elif entry.startswith(PHOTOS):
                    inside.read()
                    photos.add(entry.removeprefix(PHOTOS))
        sealed = Sealed(frozenset(operations), frozenset(photos))
        if path is None:
            self._known[name] = sealed
        return sealed
