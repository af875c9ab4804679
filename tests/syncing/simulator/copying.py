"""Copies of laptops and backups of the centre, put back in turn: what came of one, and is lost.

And copies that are months old: their tokens are over, and a person lets them in again.
"""

from collections.abc import Sequence

from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.flaw import Flaw
from tests.syncing.simulator.history import History
from tests.syncing.simulator.mishaps import MONTH, Mishaps
from tests.syncing.simulator.work import Worker


class Often(Flaw):
    """Nothing is broken; copies are made and put back all the time."""

    copies = 6


class CopiesAndBackups(Mishaps):
    """After a copy the laptop works on; after one that was put back the centre is set back, too."""

    def __init__(self, history: "CopiedHistory") -> None:
        super().__init__(history.folder, history.dice, history.tell)
        self._history = history

    def copy(self, worker: Worker) -> None:
        super().copy(worker)
        self._history.after_copy()

    def put_back(self, workers: Sequence[Worker]) -> None:
        super().put_back(workers)
        self._history.after_put_back()


class CopiedHistory(History):
    """A history in which laptops become devices of their own that the centre then forgets."""

    def __init__(self, seed: int, caller: Caller) -> None:
        super().__init__(seed, caller, flaw=Often())
        self.mishaps = CopiesAndBackups(self)

    def after_copy(self) -> None:
        for _ in range(2):
            self._record()
        self._sync()
        if self.dice.chance(0.6):
            self._back_up()

    def after_put_back(self) -> None:
        for _ in range(3):
            self._record()
        for _ in self.workers:
            self._sync()
        if self.dice.chance(0.6):
            self._record()
        if self.dice.chance(0.7):
            self._set_back()


class OldCopies(CopiedHistory):
    """A history in which tokens are changed between a copy and the day on which it is put back."""

    def after_copy(self) -> None:
        super().after_copy()
        for _ in range(2):
            worker = self._any()
            for _ in range(2):
                self._guarded(worker, lambda who=worker: f"{who.login}: {who.record()}")
                self._sync_at(worker)
                self.world.pass_time(MONTH)
            self._sync_at(worker)
            self.world.pass_time(3_600.0)
