"""One history: a few days of three laptops and a centre, decided by one seed."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sync.round import RoundResult
from tests.syncing.simulator import district
from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.centre_host import CentreHost
from tests.syncing.simulator.dice import Crash, Dice, Fuse, World
from tests.syncing.simulator.laptop import Laptop, WatchedJournal
from tests.syncing.simulator.network import Line, Network
from tests.syncing.simulator.sticks import Sticks
from tests.syncing.simulator.work import Worker

MOST_ROUNDS = 14


class Flaw:
    """A deliberate fault; this one is none. Subclasses in `flaws.py` each break one promise."""

    journal = WatchedJournal

    def line(self, line: Line, history: "History") -> object:
        """Stand between engine and network."""
        del history
        return line

    def after_crash(self, laptop: Laptop) -> None:
        """Do something wrong when a laptop starts again."""

    def after_delivery(self, history: "History") -> None:
        """Do something wrong in the centre."""


class History:
    """Runs one history and keeps a trace of it; `check` in `invariants.py` judges the outcome."""

    def __init__(self, seed: int, caller: Caller, *, flaw: Flaw | None = None, jumps: bool = True):
        self.seed = seed
        self.trace: list[str] = []
        self.dice = Dice(seed)
        self.world = World()
        self.flaw = flaw or Flaw()
        self.problems: list[str] = []
        self._jumps = jumps
        self.folder = district.scratch()
        source = district.template()
        shutil.copytree(source / "centre", self.folder / "centre")
        self.host = CentreHost(self.folder / "centre", caller, self.dice, self.world, self.tell)
        self.network = Network(self.dice, self._deliver, self.tell)
        logins = list(district.PEOPLE)[: self.dice.random.choice([2, 3, 3])]
        self.workers = [self._worker(source, login) for login in logins]
        self.sticks = Sticks(self.folder / "sticks", self.host, self.dice, self.tell)
        self._copies: dict[str, int] = {}
        self._backup: Path | None = None
        self.restores = 0
        self.crashes = 0
        self.rebuilds = 0
        self._cursors: dict[str, tuple[str, dict[str, int]]] = {}

    def tell(self, what: str) -> None:
        self.trace.append(what)

    def run(self) -> None:
        """Let things happen, then let everything become quiet."""
        steps: list[tuple[int, Callable[[], None]]] = [
            (16, self._record),
            (8, self._sync),
            (3, self._crash_laptop),
            (2, self._crash_centre),
            (1, self.network.deliver_late),
            (1, self._jump),
            (1, self._back_up),
            (1, self._set_back),
            (1, self._copy_laptop),
            (1, self._put_laptop_back),
            (1, self._lose_store),
            (2, self._write_stick),
            (2, self.sticks.carry),
            (2, self._read_stick),
        ]
        weights = [weight for weight, _ in steps]
        if self.dice.chance(0.3):
            self._back_up()  # last night's
        for _ in range(self.dice.random.randrange(10, 22)):
            self.network.weather = self.dice.random.choice([0.0, 0.2, 0.6])
            self.world.pass_time(self.dice.random.uniform(0.1, 400.0))
            (_, step) = self.dice.random.choices(steps, weights)[0]
            step()
        self._calm_down()

    def close(self) -> None:
        for worker in self.workers:
            worker.laptop.stop()
        self.host.stop()
        shutil.rmtree(self.folder)

    def _worker(self, source: Path, login: str) -> Worker:
        shutil.copytree(source / login, self.folder / login)
        fuse = Fuse(self.tell)
        line = self.flaw.line(Line(self.network, fuse.step), self)
        laptop = Laptop(login, self.folder / login, line, self.world, fuse, self.flaw.journal)
        return Worker(laptop, login, self.dice, self.world)

    def _deliver(self, sent, cut_at):
        try:
            return self.host.deliver(sent, cut_at)
        finally:
            self.flaw.after_delivery(self)

    def _any(self) -> Worker:
        return self.dice.random.choice(self.workers)

    def _record(self) -> None:
        worker = self._any()
        self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")

    def _sync(self) -> None:
        worker = self._any()
        self._guarded(worker, lambda: f"{worker.login}: {described(worker.laptop.engine.round())}")
        self._cursors_only_grow(worker)

    def _crash_laptop(self) -> None:
        """Arm one laptop to die soon, at whatever it does then."""
        worker = self._any()
        worker.laptop.fuse.arm(self.dice.random.randrange(1, 25))
        step = self.dice.random.choice([self._record_at, self._sync_at])
        step(worker)
        worker.laptop.fuse.disarm()

    def _record_at(self, worker: Worker) -> None:
        self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")

    def _sync_at(self, worker: Worker) -> None:
        self._guarded(worker, lambda: f"{worker.login}: {described(worker.laptop.engine.round())}")

    def _copy_laptop(self) -> None:
        """Somebody keeps a copy of a profile."""
        worker = self._any()
        worker.laptop.stop()
        folder = self.folder / f"copy-{worker.login}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(worker.laptop.folder, folder)
        self._copies[worker.login] = len(worker.saved)
        worker.laptop.start(crashed=False)
        self.tell(f"{worker.login}: copied")

    def _put_laptop_back(self) -> None:
        """The copy takes the profile's place; what was recorded since is not its business."""
        worker = self._any()
        if worker.login in self._copies:
            worker.laptop.stop()
            shutil.rmtree(worker.laptop.folder)
            shutil.copytree(self.folder / f"copy-{worker.login}", worker.laptop.folder)
            del worker.saved[self._copies[worker.login] :]
            worker.laptop.start(crashed=True)
            self._cursors.pop(worker.login, None)
            self.tell(f"{worker.login}: put back from its copy")

    def _lose_store(self) -> None:
        """A laptop's store does not read any more: journal and centre fill a new one."""
        worker = self._any()
        worker.laptop.lose_store()
        worker.made_anew = True
        self._cursors.pop(worker.login, None)
        self.rebuilds += 1
        self.tell(f"{worker.login}: its store is gone")

    def _write_stick(self) -> None:
        worker = self._any()
        self._guarded(worker, lambda: self.sticks.write(worker))

    def _read_stick(self) -> None:
        """An answer comes back; the laptop may die over it."""
        if (found := self.sticks.any_answer()) is not None:
            worker, path = found
            if self.dice.chance(0.3):
                worker.laptop.fuse.arm(self.dice.random.randrange(1, 8))
            self._guarded(worker, lambda: self.sticks.read(worker, path))
            worker.laptop.fuse.disarm()
            self._cursors_only_grow(worker)

    def _crash_centre(self) -> None:
        """Arm the centre, and give it something to do."""
        self.host.fuse.arm(self.dice.random.randrange(1, 8))
        self._sync()
        self.host.fuse.disarm()

    def _jump(self) -> None:
        """A laptop's clock goes wrong by up to a year, or right again."""
        days = self.dice.random.choice([-365, -1, 0, 0, 1, 365])
        worker = self._any()
        if self._jumps:
            worker.laptop.clock.wrong_by = timedelta(days=days)
            self.tell(f"{worker.login}: clock wrong by {days} days")

    def _back_up(self) -> None:
        self._backup = self.folder / "backup.db"
        self.host.backup(self._backup)
        self.tell("backup")

    def _set_back(self) -> None:
        if self._backup is not None:
            declared = self.dice.chance(0.5)
            self.tell(f"centre set back, {'declared' if declared else 'silently'}")
            self.host.set_back(self._backup, declared=declared)
            self.restores += 1
            self._cursors.clear()  # a scope that is ahead of its centre is read anew

    def _guarded(self, worker: Worker, act: Callable[[], str]) -> None:
        try:
            self.tell(act())
        except Crash:
            self.crashes += 1
            worker.laptop.restart(crashed=True)
            self.flaw.after_crash(worker.laptop)

    def _cursors_only_grow(self, worker: Worker) -> None:
        """Within an epoch no cursor ever goes back (a reset says so and is not expected here)."""
        rows = worker.laptop.rows("SELECT scope, seq FROM cursor")
        ((epoch,),) = worker.laptop.rows("SELECT epoch FROM sync_state")
        now = dict(rows)
        known, before = self._cursors.get(worker.login, ("", {}))
        back = [s for s, seq in before.items() if known == epoch and now.get(s, 0) < seq]
        if back:
            self.problems.append(f"5 cursor went back: {worker.login} {back}")
        self._cursors[worker.login] = (epoch, now)

    def _calm_down(self) -> None:
        """The network is good from now on: everything has to arrive."""
        self.network.weather = 0.0
        self.host.fuse.disarm()
        self.host.centre.parts.crash_at = self.host.fuse.step
        quiet = 0
        for _ in range(MOST_ROUNDS):
            results = []
            for worker in self.workers:
                worker.laptop.fuse.disarm()
                self.world.pass_time(1000.0)
                results.append(worker.laptop.engine.round())
                self.tell(f"{worker.login}: quiet: {described(results[-1])}")
            still = all(r.failure is None and not r.did for r in results)
            quiet = quiet + 1 if still else 0
            if quiet:
                return
        self.problems.append("11 it never becomes quiet")


def described(result: RoundResult) -> str:
    """A round in one short line."""
    counters = {name: n for name, n in result.counters.items() if n}
    notes = [note.code for note in result.notes]
    return f"round {counters} {result.failure!r} {notes}"
