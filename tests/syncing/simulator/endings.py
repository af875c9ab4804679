"""Laptops that end by order, copies that work beside them, and a centre that goes back and forth.

All at once: two laptops of one profile both work, a wiped one comes back out of a copy, the centre
is set back to any of several backups, in any order, and what wiped laptops left is taken in late.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from central.store import devices
from gridworker.storage import shredding
from gridworker.storage.failures import DeviceWiped
from sync import enrol
from tests.syncing.simulator import district
from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.estates import Estates
from tests.syncing.simulator.flaw import Flaw
from tests.syncing.simulator.history import STEPS, History
from tests.syncing.simulator.invariants import Truth
from tests.syncing.simulator.laptop import SEED
from tests.syncing.simulator.network import Sent
from tests.syncing.simulator.readmission import is_needed
from tests.syncing.simulator.work import Saved, Worker

MOST_LAPTOPS = 5
MOST_WHILE_SEALED = 2  # a laptop that never comes to rest is ended all the same
LAST_TRIES = 4
LOCK = "owner.lock"
STAYS = {shredding.FILE, shredding.PARCEL, LOCK, SEED}  # the seed is part of a real header


class Relic(NamedTuple):
    """A copy of a laptop that was wiped since; fields as of its worker then."""

    login: str
    folder: Path
    saved: list[Saved]
    closed: set[str]
    made_anew: bool


class Endings(History):
    """A history in which laptops are wiped, copied and enrolled, and backups put back in turn."""

    def __init__(
        self,
        seed: int,
        caller: Caller,
        *,
        flaw: Flaw | None = None,
        steps: tuple[int, int] = STEPS,
    ) -> None:
        super().__init__(seed, caller, flaw=flaw, steps=steps)
        self.estates = Estates(self.folder / "estates", self.host, self.dice, self.tell)
        self.twins = 0
        self._caller = caller
        self._backups: list[tuple[Path, dict[str, object]]] = []
        self._relics: list[Relic] = []
        self.renumbered: set[str] = set()
        self._ordered: set[str] = set()
        self._devices: dict[Worker, str] = {}
        self._while_sealed = 0
        self._laptops = 0

    def further_steps(self) -> list[tuple[int, Callable[[], None]]]:
        """Let laptops end, and let what is left of them come back."""
        return [
            (5, self._wipe),
            (3, self._order_again),
            (3, self._wipe_copy),
            (2, lambda: self._twin(self._any())),
            (2, self._take_numbers),
            (3, self._revive),
            (3, self._carry),
            (2, self._judge_and_copy),
            (2, self._let_in_and_set_back),
            (1, self._lose_twice),
            (2, self._back_up),
            (3, self._set_back),
        ]

    def further_problems(self, truth: Truth) -> list[str]:
        return [*self.estates.judge(truth, self.restores)]

    def met(self) -> dict[str, int]:
        """As ever, and how many laptops ended, had a twin, or were carried in by an operator."""
        wiped, carried = len(self.estates.all), self.estates.carried
        return {**super().met(), "wiped": wiped, "twins": self.twins, "carried": carried}

    def destroyed(self, worker: Worker) -> None:
        """A laptop obeys: all it holds has to be somewhere else by now."""
        device = self._devices[worker] = super()._device(worker)
        self.renumbered.add(device)
        self.made_anew |= worker.made_anew
        if device not in self._ordered:
            self._complain(f"12 nobody ordered device {device[-6:]} to be wiped")
        for problem in self.estates.open(worker, device, self.restores):
            self._complain(f"{problem} [{worker.login}]")
        self.flaw.after_wipe(worker.laptop)

    def _worker(self, login: str, folder: Path) -> Worker:
        worker = super()._worker(login, folder)
        between = worker.watch.asking

        def asking(sent: Sent) -> None:
            between(sent)
            self._sealing(worker, sent)

        worker.watch.asking = asking
        return worker

    def _sealing(self, worker: Worker, sent: Sent) -> None:
        """Somebody goes on recording while the last parcel is on its way."""
        if not sent.path.endswith("/escrow") or self._while_sealed == MOST_WHILE_SEALED:
            return
        if self.dice.chance(0.4):
            self._while_sealed += 1
            self.tell(f"{worker.login}: meanwhile: {worker.record()}")

    def _device(self, worker: Worker) -> str:
        if worker.laptop.wiped is not None:
            return self._devices[worker]
        return super()._device(worker)

    def _guarded(self, worker: Worker, act: Callable[[], str]) -> None:
        if worker not in self.workers:
            return  # it was wiped a moment ago
        self._while_sealed = 0
        try:
            super()._guarded(worker, act)
        except DeviceWiped:
            worker.watch.begin()
        if worker.laptop.wiped is not None:
            self._bury(worker)

    def _bury(self, worker: Worker) -> None:
        """Hold that nothing of a wiped laptop can be seen again; its person gets another one."""
        laptop = worker.laptop
        laptop.stop()
        try:
            laptop.start(crashed=False)
        except DeviceWiped:
            pass
        else:
            self._complain(f"12 a wiped laptop opens again [{worker.login}]")
            laptop.stop()
        if rest := {path.name for path in laptop.folder.iterdir()} - STAYS:
            self._complain(f"12 a wiped laptop keeps {sorted(rest)} [{worker.login}]")
        if (copied := self.mishaps.inherit(worker)) is not None:
            folder, copy = copied
            saved, closed = worker.saved[: copy.saved], set(worker.closed)
            self._relics.append(Relic(worker.login, folder, saved, closed, worker.made_anew))
        self.tell(f"{worker.login}: wiped, {laptop.wiped}")
        self.workers[self.workers.index(worker)] = self._enrolled(worker.login)

    def _enrolled(self, login: str) -> Worker:
        """A laptop that has just been enrolled, on a good network."""
        self.host.fuse.disarm()
        parts, folder = self.host.centre.parts, self._place(login)
        attempt = enrol.Attempt(self.dice.id(parts.clock()), self.dice.random.randbytes(32))
        answer = enrol.enrol(
            district.Direct(self._caller, self.host.centre),
            code=self.host.centre.enrol_code(login),
            attempt=attempt,
            platform="sim",
            app="sim",
        )
        district.profile(folder, answer, attempt.seed)
        self.tell(f"{login}: another laptop, device {answer.device_id[-6:]}")
        return self._newcomer(login, folder)

    def _newcomer(self, login: str, folder: Path) -> Worker:
        worker = self._worker(login, folder)
        worker.put_back = True  # a centre that is set back to before it knows no token of it
        return worker

    def _place(self, login: str) -> Path:
        self._laptops += 1
        return self.folder / f"{login}-{self._laptops}"

    def _order(self, device: str) -> None:
        self._ordered.add(device)
        self.operators.put_state(device, devices.WIPED)

    def _wipe(self) -> None:
        """A laptop is ordered to end; it may hear so at once, or much later."""
        worker = self._any()
        if self.dice.chance(0.6):
            self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
        self._order(self._device(worker))
        if self.dice.chance(0.3):
            self._set_back()
        if self.dice.chance(0.3):
            worker.laptop.fuse.arm(self.dice.random.randrange(1, 30))
        if self.dice.chance(0.7):
            self._sync_at(worker)
        worker.laptop.fuse.disarm()

    def _order_again(self) -> None:
        """An order is repeated, as after a restore that has forgotten it."""
        if self._ordered:
            self._order(self.dice.random.choice(sorted(self._ordered)))
            self._sync()

    def _wipe_copy(self) -> None:
        """A laptop works on after a copy was made; the copy takes its place and is to end."""
        worker = self._any()
        self.mishaps.copy(worker)
        for _ in range(2):
            self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
        self._sync_at(worker)
        if self.dice.chance(0.4):
            self._back_up()
        if worker not in self.workers:
            return
        self.mishaps.put_back([worker])
        for _ in range(2):
            self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
        if self.dice.chance(0.4):
            self._set_back()
        if self.dice.chance(0.4):
            self._sync_at(worker)
        self._order(self._device(worker))
        self._sync_at(worker)

    def _twin(self, worker: Worker) -> Worker | None:
        """Two laptops of one profile work from now on, and do not know of each other."""
        if len(self.workers) == MOST_LAPTOPS:
            return None
        folder = self._place(worker.login)
        worker.laptop.stop()
        shutil.copytree(worker.laptop.folder, folder)
        worker.laptop.start(crashed=False)
        twin = self._newcomer(worker.login, folder)
        twin.saved, twin.closed = list(worker.saved), set(worker.closed)
        twin.made_anew = worker.made_anew
        twin.shared = worker.shared = worker.put_back = True
        if worker.watch.in_doubt:
            twin.watch.doubt(twin.laptop)
        self.workers.append(twin)
        self.twins += 1
        self.tell(f"{worker.login}: works on two laptops, the other is {folder.name}")
        return twin

    def _take_numbers(self) -> None:
        """The centre forgets a laptop's work, its twin takes the numbers, and the first is to end.

        That may end before it hears of any of it.
        """
        worker = self._any()
        if (twin := self._twin(worker)) is None:
            return
        self._back_up()
        for one in (worker, twin):
            for _ in range(self.dice.random.randrange(1, 3)):
                self._guarded(one, lambda who=one: f"{who.login}: {who.record()}")
            self._sync_at(one)
            if one is worker:
                self._put_in_place(len(self._backups) - 1)
        self._order(self._device(worker))
        self._sync_at(worker)

    def _revive(self) -> None:
        """A copy of a laptop that was wiped since is started."""
        if not self._relics or len(self.workers) == MOST_LAPTOPS:
            return
        relic = self._relics.pop(self.dice.random.randrange(len(self._relics)))
        folder = self._place(relic.login)
        shutil.copytree(relic.folder, folder)
        worker = self._newcomer(relic.login, folder)
        worker.saved, worker.closed = list(relic.saved), relic.closed
        worker.made_anew, worker.shared = relic.made_anew, True
        worker.watch.doubt(worker.laptop)
        self.workers.append(worker)
        self.tell(f"{relic.login}: a copy of what was wiped is started, {folder.name}")
        if self.dice.chance(0.5):
            self._sync_at(worker)

    def _carry(self) -> None:
        """An operator takes in what some wiped laptop has left."""
        if problem := self.estates.carry():
            self._complain(problem)

    def _judge_and_copy(self) -> None:
        """A device that may not receive, or may not work, is copied; then both try."""
        worker = self._any()
        state = self.dice.random.choice([devices.SUSPENDED, devices.DRAINING])
        self.operators.put_state(self._device(worker), state)
        if self.dice.chance(0.5):
            self._sync_at(worker)
        if worker in self.workers:
            self._twin(worker)
        for _ in range(2):
            self._record()
            self._sync()

    def _let_in_and_set_back(self) -> None:
        """A laptop is enrolled once more, works, and the centre goes back to before that."""
        self._back_up()
        worker = self._any()
        worker.put_back = True
        self._let_in(worker)
        self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
        self._sync_at(worker)
        self._set_back()

    def _lose_twice(self) -> None:
        """A store is lost, the centre set back, and the store lost again."""
        worker = self._any()
        self.mishaps.lose_for_sure(worker)
        for _ in range(2):
            self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
            self._sync_at(worker)
        self._set_back()
        self._sync_at(worker)
        if worker in self.workers:
            self.mishaps.lose_for_sure(worker)

    def _back_up(self) -> None:
        """One more backup; those before it are kept."""
        path = self.folder / f"backup-{len(self._backups)}.db"
        self.host.backup(path)
        self._backups.append((path, dict(self.operators.marked)))
        self.tell(f"backup {len(self._backups) - 1}")

    def _set_back(self) -> None:
        """Any backup is put in place, also a later one after an earlier one."""
        if self._backups:
            self._put_in_place(self.dice.random.randrange(len(self._backups)))

    def _put_in_place(self, n: int) -> None:
        path, marked = self._backups[n]
        declared = self.dice.chance(0.5)
        self.tell(f"centre set back to {n}, {'declared' if declared else 'silently'}")
        self.host.set_back(path, declared=declared)
        self.operators.marked = dict(marked)
        self.mishaps.doubt(self.workers)
        self.sticks.doubt_answers()
        self.restores += 1

    def _calm_down(self) -> None:
        """Whoever is to end does so, what is left is taken in, and then all becomes quiet."""
        self.network.weather, self.network.certain = 0.0, None
        self.host.fuse.disarm()
        for _ in range(LAST_TRIES):
            for worker in [*self.workers]:
                worker.laptop.fuse.disarm()
                self.world.pass_time(1000.0)
                while is_needed(self._sync_at(worker)):
                    self.world.pass_time(1000.0)
        for problem in self.estates.carry_all():
            self._complain(problem)
        super()._calm_down()
