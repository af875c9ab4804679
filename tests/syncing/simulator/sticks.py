"""Sticks between laptops and centre: written, carried late or twice, read, or lost."""

from collections.abc import Callable
from pathlib import Path

from central.problem import Refused
from central.service import parcels
from central.service.parcels import UnknownDevice
from sync.parcels import ParcelRefused
from tests.syncing.simulator.centre_host import CentreHost
from tests.syncing.simulator.dice import Crash, Dice
from tests.syncing.simulator.work import Worker


class Sticks:
    """All sticks of a history; none is ever wiped, so that the oldest may come once more."""

    def __init__(
        self, folder: Path, host: CentreHost, dice: Dice, tell: Callable[[str], None]
    ) -> None:
        folder.mkdir()
        self._folder, self._host, self._dice, self._tell = folder, host, dice, tell
        self._there: list[tuple[Worker, Path]] = []
        self._back: list[tuple[Worker, Path]] = []
        self._doubted: set[Path] = set()
        self._suspect = False

    def write(self, worker: Worker) -> str:
        """The laptop puts what waits on a new stick."""
        path = self._folder / f"{len(self._there)}.gwp"
        try:
            written = worker.laptop.courier.write(path)
        except ParcelRefused as refused:  # no round has told it what to seal it to
            return f"{worker.login}: no stick: {refused.code}"
        self._there.append((worker, path))
        return f"{worker.login}: stick {path.stem}: {written.operations} operations"

    def carry(self) -> None:
        """Any stick reaches the centre, which may die over it."""
        if not self._there:
            return
        worker, path = self._dice.random.choice(self._there)
        answer = path.with_name(f"answer-{len(self._back)}.gwp")
        if self._dice.chance(0.3):
            self._host.fuse.arm(self._dice.random.randrange(1, 12))
        try:
            handed = parcels.take_in(self._host.centre.parts, path, answer)
        except (Crash, Refused, UnknownDevice) as end:
            self._tell(f"centre: stick {path.stem}: {end!r}")
        else:
            self._back.append((worker, answer))
            self._tell(f"centre: stick {path.stem}: {handed}")
        finally:
            if self._host.fuse.blown:
                self._host.restart()
            self._host.fuse.disarm()

    def there_and_back(self, worker: Worker) -> str:
        """One stick goes to the centre and comes back at once, and nothing happens to it."""
        told = self.write(worker)
        path = self._there[-1][1]
        answer = path.with_name(f"back-{path.stem}.gwp")
        handed = parcels.take_in(self._host.centre.parts, path, answer)
        return f"{told}, {handed}, {self.read(worker, answer)}"

    def any_answer(self) -> tuple[Worker, Path] | None:
        there = [back for back in self._back if back[0].laptop.wiped is None]
        return self._dice.random.choice(there) if there else None

    def doubt_answers(self) -> None:
        """Remember that the centre was set back: what answers bring may be what it forgot."""
        self._doubted.update(path for _, path in self._back)

    def read(self, worker: Worker, path: Path) -> str:
        """Any answer comes back to its laptop, however old it is by now."""
        self._suspect = path in self._doubted
        try:
            taken = worker.laptop.courier.read(path)
        except ParcelRefused as refused:
            self._suspect = False
            return f"{worker.login}: {path.stem}: {refused.code}"
        finally:
            worker.laptop.engine.start_over()
        return f"{worker.login}: {path.stem}: {taken}"

    def doubt(self, worker: Worker) -> None:
        """Expect that the answer that was read last, to its end or not, has brought such things."""
        if self._suspect and worker.laptop.wiped is None:
            worker.watch.doubt(worker.laptop)
