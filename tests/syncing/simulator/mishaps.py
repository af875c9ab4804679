"""What befalls laptops: copies, lost and spoilt stores, clocks that jump."""

import shutil
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from gridworker.storage.statements import Statements
from tests.syncing.simulator.dice import Dice
from tests.syncing.simulator.work import Worker

MONTH = 31 * 86_400.0
SPOILT = (
    "DELETE FROM base WHERE id = ?",
    "UPDATE base SET rev = rev - 1, digest = '' WHERE id = ?",
)


class Copy(NamedTuple):
    """What was so when a copy was made: how much was saved, and whether only digests could tell."""

    saved: int
    in_doubt: bool


class Mishaps:
    """All that happens to the laptops of one history; copies lie in `folder`."""

    def __init__(self, folder: Path, dice: Dice, tell: Callable[[str], None]) -> None:
        self.rebuilds = 0
        self.rots = 0
        self._folder, self._dice, self._tell = folder, dice, tell
        self._copies: dict[str, Copy] = {}

    def copy(self, worker: Worker) -> None:
        """Somebody keeps a copy of a profile."""
        worker.laptop.stop()
        folder = self._folder / f"copy-{worker.laptop.folder.name}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(worker.laptop.folder, folder)
        self._copies[folder.name] = Copy(len(worker.saved), worker.watch.in_doubt)
        worker.laptop.start(crashed=False)
        self._tell(f"{worker.login}: copied")

    def put_back(self, workers: Sequence[Worker]) -> None:
        """A copy takes a profile's place; what was recorded since is not its business."""
        copied = [w for w in workers if f"copy-{w.laptop.folder.name}" in self._copies]
        if copied:
            worker = self._dice.random.choice(copied)
            folder = self._folder / f"copy-{worker.laptop.folder.name}"
            copy = self._copies[folder.name]
            worker.laptop.stop()
            shutil.rmtree(worker.laptop.folder)
            shutil.copytree(folder, worker.laptop.folder)
            del worker.saved[copy.saved :]
            worker.watch.another_store()
            worker.laptop.start(crashed=True)
            worker.put_back = True
            if copy.in_doubt:  # what was spoilt then is spoilt again
                worker.watch.doubt(worker.laptop)
            self._tell(f"{worker.login}: put back from its copy")

    def inherit(self, worker: Worker) -> tuple[Path, Copy] | None:
        """Return the copy of a laptop that is no more, which is nobody's from now on."""
        folder = self._folder / f"copy-{worker.laptop.folder.name}"
        copy = self._copies.pop(folder.name, None)
        return None if copy is None else (folder, copy)

    def doubt(self, workers: Sequence[Worker]) -> None:
        """Remember that the centre was set back: what one has of it may be what it forgot.

        Whoever has lost no verdict hears of it by digests only, and so does a copy.
        """
        for worker in workers:
            worker.watch.doubt(worker.laptop)
        self._copies = {who: Copy(copy.saved, True) for who, copy in self._copies.items()}

    def lose_store(self, worker: Worker) -> None:
        """A laptop's store does not read any more: journal and centre fill a new one."""
        if self._dice.chance(0.6):
            return  # to make a new one takes as long as a whole history
        self.lose_for_sure(worker)

    def lose_for_sure(self, worker: Worker) -> None:
        """As `lose_store`, every time."""
        worker.watch.another_store()
        worker.laptop.lose_store()
        worker.made_anew = True
        self.rebuilds += 1
        self._tell(f"{worker.login}: its store is gone")

    def rot(self, worker: Worker) -> None:
        """A mistake spoils what a laptop holds of the centre; only digests can tell."""
        rows = worker.laptop.rows("SELECT id FROM base ORDER BY id")
        if rows:
            spoilt, sql = self._dice.random.choice(rows), self._dice.random.choice(SPOILT)
            with worker.laptop.engines.write.begin() as session:
                Statements(session).execute(sql, spoilt)
            worker.watch.doubt(worker.laptop)
            self.rots += 1
            self._tell(f"{worker.login}: a record rots")

    def jump(self, worker: Worker, *, really: bool) -> None:
        """A laptop's clock goes wrong by up to a year, or right again."""
        days = self._dice.random.choice([-365, -1, 0, 0, 1, 365])
        if really:
            worker.laptop.clock.wrong_by = timedelta(days=days)
            self._tell(f"{worker.login}: clock wrong by {days} days")
