"""One history: a few days of three laptops and a centre, decided by one seed."""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from central.store import devices
from gridworker.storage import outbox, state
from sync.round import RoundResult
from tests.syncing.simulator import district
from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.centre_host import CentreHost
from tests.syncing.simulator.dice import Crash, Dice, Fuse, World
from tests.syncing.simulator.flaw import Flaw
from tests.syncing.simulator.laptop import Laptop, Make
from tests.syncing.simulator.mishaps import MONTH, Mishaps
from tests.syncing.simulator.network import Line, Network, Sent
from tests.syncing.simulator.operators import Operators
from tests.syncing.simulator.readmission import Readmission, is_needed
from tests.syncing.simulator.sticks import Sticks
from tests.syncing.simulator.watch import Watch, described
from tests.syncing.simulator.work import Worker

if TYPE_CHECKING:
    from tests.syncing.simulator.invariants import Truth

MOST_ROUNDS = 14
MOST_REQUESTS = 60
STEPS = (10, 24)
DAY = 86_401.0
Clocks = Callable[["History"], None]


class History:
    """Runs one history and keeps a trace of it; `check` in `invariants.py` judges the outcome.

    Without `jumps` every clock goes right; `clocks` may put each laptop's wrong before it begins.
    `steps` are the fewest that happen, and more than the most. `pages` are how many rows the
    answers to pulls may have.
    """

    pages: tuple[int | None, ...] = (None, None, None, 7)
    most_requests = MOST_REQUESTS
    renumbered: Collection[str] = ()  # devices whose last parcels the centre gave its own numbers
    made_anew = False  # the store of one that is no more

    def __init__(
        self,
        seed: int,
        caller: Caller,
        *,
        flaw: Flaw | None = None,
        jumps: bool = True,
        clocks: Clocks | None = None,
        steps: tuple[int, int] = STEPS,
    ) -> None:
        self.seed = seed
        self.trace: list[str] = []
        self.dice = Dice(seed)
        self.world = World()
        self.flaw = flaw or Flaw()
        self.problems: list[str] = []
        self._jumps, self._steps = jumps, steps
        self.folder = district.scratch()
        source = district.template()
        shutil.copytree(source / "centre", self.folder / "centre")
        self.host = CentreHost(
            self.folder / "centre", caller, self.dice, self.world, self.tell, rules=self.flaw.rules
        )
        self.network = Network(self.dice, self._deliver, self.tell)
        logins = list(district.PEOPLE)[: self.dice.random.choice([2, 3, 3])]
        for login in logins:
            shutil.copytree(source / login, self.folder / login)
        self.workers = [self._worker(login, self.folder / login) for login in logins]
        self.sticks = Sticks(self.folder / "sticks", self.host, self.dice, self.tell)
        self.operators = Operators(self.host, self.dice, self.world, self.tell)
        self.mishaps = Mishaps(self.folder, self.dice, self.tell)
        self.readmission = Readmission(self.host, self.tell)
        self._meanwhile: tuple[str, int, Callable[[], None]] | None = None
        self._backup: Path | None = None
        self.restores = self.crashes = self.between = self.rounds = self.most_asked = 0
        if clocks is not None:
            clocks(self)

    def tell(self, what: str) -> None:
        self.trace.append(what)

    def _complain(self, problem: str) -> None:
        self.problems.append(problem)
        self.tell(f"PROBLEM {problem}")

    def run(self) -> None:
        """Let things happen, then let everything become quiet."""
        copies, sticks = self.flaw.copies, 2 * self.flaw.sticks
        steps: list[tuple[int, Callable[[], None]]] = [
            (16, self._record),
            (8, self._sync),
            (3 * self.flaw.crashes, self._crash_laptop),
            (2, self._crash_centre),
            (1, self.network.deliver_late),
            (1, lambda: self.mishaps.jump(self._any(), really=self._jumps)),
            (1, self._back_up),
            (1, self._set_back),
            (copies, lambda: self.mishaps.copy(self._any())),
            (2 * copies, lambda: self.mishaps.put_back(self.workers)),
            (1, lambda: self.mishaps.lose_store(self._any())),
            (1, lambda: self.mishaps.rot(self._any())),
            (sticks, self._write_stick),
            (sticks, self.sticks.carry),
            (sticks, self._read_stick),
            (2 * self.flaw.moves, lambda: self.operators.move(self._any().login)),
            (1, self.operators.move_record),
            (1, self.operators.dissolve),
            (2, lambda: self.operators.judge(self._device(self._any()))),
            (2, self.operators.renew),
            (3, self._sync_meanwhile),
            (1, self._suspend_in_photo),
            (1, self._month),
            (1, self._close_card),
            *self.further_steps(),
        ]
        weights = [weight for weight, _ in steps]
        self.network.most_rows = self.dice.random.choice(self.pages)
        if self.dice.chance(0.7):
            self.operators.move("wg0102")
        if self.dice.chance(0.3):
            self._back_up()  # last night's
        for _ in range(self.dice.random.randrange(*self._steps)):
            self.network.weather = self.dice.random.choice([0.0, 0.2, 0.6])
            self.world.pass_time(self.dice.random.uniform(0.1, 400.0))
            (_, step) = self.dice.random.choices(steps, weights)[0]
            step()
        self._calm_down()

    def further_steps(self) -> list[tuple[int, Callable[[], None]]]:
        """What may happen besides, and how often."""
        return []

    def further_problems(self, truth: "Truth") -> list[str]:
        """Return what else is wrong when everything is quiet."""
        del truth
        return []

    def destroyed(self, worker: Worker) -> None:
        """Hear that a laptop obeys an order to wipe; here none is ever given."""

    def met(self) -> dict[str, int]:
        """How often what could go wrong did."""
        return {
            **self.network.met,
            "crashes": self.crashes,
            "restores": self.restores,
            "rebuilds": self.mishaps.rebuilds,
            "rots": self.mishaps.rots,
            "moves": self.operators.moves,
            "between": self.between,
            "restarts": self.host.restarts,
            "enrolled anew": self.readmission.times,
        }

    def close(self) -> None:
        for worker in self.workers:
            worker.laptop.stop()
        self.host.stop()
        shutil.rmtree(self.folder)

    def _worker(self, login: str, folder: Path) -> Worker:
        fuse = Fuse(self.tell)
        watch = Watch(login, self.host, lambda problem: self._complain(f"{problem} [{login}]"))
        watch.asking = lambda _: self._between(login)
        line = self.flaw.line(Line(self.network, fuse.step, watch), self)

        def committed(laptop: Laptop) -> None:
            self.flaw.after_commit(laptop)
            watch.committed(laptop)

        make = Make(
            journal=self.flaw.journal,
            courier=self.flaw.courier,
            wiping=self.flaw.wiping,
            soon=lambda: self.dice.chance(0.5),
            mark=lambda: f"{self.dice.random.getrandbits(32):08x}",
            committed=committed,
            destroyed=lambda laptop: self.destroyed(worker),
        )
        laptop = Laptop(login, folder, line, self.world, fuse, make)
        worker = Worker(laptop, login, self.dice, self.world)
        worker.watch = watch
        return worker

    def _deliver(self, sent: Sent, cut_at: int | None):
        try:
            return self.host.deliver(sent, cut_at)
        finally:
            self.flaw.after_delivery(self)

    def _any(self) -> Worker:
        return self.dice.random.choice(self.workers)

    def _device(self, worker: Worker) -> str:
        with worker.laptop.read() as session:
            return state.get(session).device_id

    def _record(self) -> None:
        worker = self._any()
        self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
        worker.watch.after_round(worker.laptop)

    def _sync(self) -> None:
        self._sync_at(self._any())

    def _sync_at(self, worker: Worker) -> RoundResult | None:
        results: list[RoundResult] = []

        def round_() -> str:
            results.append(worker.laptop.engine.round())
            return f"{worker.login}: {described(results[0])}"

        self._guarded(worker, round_)
        result = results[0] if results else None
        worker.watch.after_round(worker.laptop, result)
        if self._needs_person(worker, result) and self.dice.chance(0.5):
            self._let_in(worker)
        return result

    def _needs_person(self, worker: Worker, result: RoundResult | None) -> bool:
        """Say whether a laptop asks for a person; only one that was put back from a copy may."""
        if not is_needed(result):
            return False
        if not worker.put_back:
            self._complain(f"11 nobody but a person can let it in [{worker.login}]")
        return True

    def _let_in(self, worker: Worker) -> None:
        """A person with a code enrols a laptop anew; that may fail, or the laptop die over it."""
        if self.dice.chance(0.2):
            worker.laptop.fuse.arm(self.dice.random.randrange(1, 8))
        self._guarded(worker, lambda: self.readmission.let_in(worker))
        worker.laptop.fuse.disarm()
        worker.watch.begin()

    def _crash_laptop(self) -> None:
        """Arm one laptop to die soon, at whatever it does then."""
        worker = self._any()
        worker.laptop.fuse.arm(self.dice.random.randrange(1, 18))
        if self.dice.chance(0.5):
            self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
        else:
            self._sync_at(worker)
        worker.laptop.fuse.disarm()

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
            self.sticks.doubt(worker)
            worker.watch.after_stick(worker.laptop)

    def _crash_centre(self) -> None:
        """Arm the centre, and give it something to do."""
        self.host.fuse.arm(self.dice.random.randrange(1, 8))
        self._sync()
        self.host.fuse.disarm()

    def _sync_meanwhile(self) -> None:
        """Something happens at the centre between two requests of one round."""
        worker = self._any()
        happens = self.dice.random.choice(
            [
                lambda: self.operators.move(worker.login),
                self.operators.move_record,
                self.operators.dissolve,
                lambda: self.operators.put_state(self._device(worker), devices.SUSPENDED),
                lambda: self.operators.put_state(self._device(worker), devices.DRAINING),
                self.operators.renew,
                self._set_back,
                lambda: self._others_work(worker),
                lambda: self._others_work(worker),
            ]
        )
        self._meanwhile = (worker.login, self.dice.random.randrange(1, 6), happens)
        self._sync_at(worker)
        self._meanwhile = None

    def _between(self, login: str) -> None:
        if self._meanwhile is not None and self._meanwhile[0] == login:
            _, left, happens = self._meanwhile
            self._meanwhile = (login, left - 1, happens) if left > 1 else None
            if left == 1:
                self.between += 1
                happens()

    def _others_work(self, worker: Worker) -> None:
        """Somebody else records and sends while this laptop is in the middle of a round."""
        other = self.dice.random.choice([w for w in self.workers if w is not worker])
        self._guarded(other, lambda: f"{other.login}: {other.record()}")
        self._sync_at(other)

    def _suspend_in_photo(self) -> None:
        """A device is suspended after it has begun to send a photo, and let in again."""
        worker, weather = self._any(), self.network.weather
        self.network.weather = 0.0
        report = worker.report_with_photo
        self._guarded(worker, lambda: f"{worker.login}: {worker.attempt(report)}")
        self.network.certain = ("cut_off", "POST", "/v1/blobs")
        self._sync_at(worker)
        self.network.certain = None
        device = self._device(worker)
        self.operators.put_state(device, devices.SUSPENDED)
        self._sync_at(worker)
        if self.dice.chance(0.7):
            self.operators.put_state(device, devices.ACTIVE)
            self._sync_at(worker)
        self.network.weather = weather

    def _month(self) -> None:
        """So long that tokens are due to change; the answer to the first that does may be lost."""
        self.world.pass_time(MONTH)
        if self.dice.chance(0.5):
            self.network.certain = ("lost_after", "POST", "/v1/devices/self/token")
        self.tell("a month passes")
        self._sync()

    def _close_card(self) -> None:
        """A person has read what became of something."""
        worker = self._any()
        cards = worker.laptop.rows(
            "SELECT op_id FROM outbox WHERE state = 'refused' AND NOT closed_by_user ORDER BY seq"
        )
        if cards:
            (op_id,) = self.dice.random.choice(cards)
            worker.watch.closes(worker.laptop, op_id)
            with worker.laptop.engines.write.begin() as session:
                outbox.close(session, op_id)
            worker.closed.add(op_id)
            self.tell(f"{worker.login}: card of {op_id[-6:]} closed")

    def _back_up(self) -> None:
        self._backup = self.folder / "backup.db"
        self.host.backup(self._backup)
        self.operators.remember()
        self.tell("backup")

    def _set_back(self) -> None:
        if self._backup is not None:
            declared = self.dice.chance(0.5)
            self.tell(f"centre set back, {'declared' if declared else 'silently'}")
            self.host.set_back(self._backup, declared=declared)
            self.operators.forget()
            self.mishaps.doubt(self.workers)
            self.sticks.doubt_answers()
            self.restores += 1

    def _guarded(self, worker: Worker, act: Callable[[], str]) -> None:
        try:
            self.tell(act())
        except Crash:
            self.crashes += 1
            worker.laptop.restart(crashed=True)
            worker.watch.begin()
            self.flaw.after_crash(worker.laptop)

    def _calm_down(self) -> None:
        """The network is good from now on: everything has to arrive."""
        self.network.weather, self.network.certain = 0.0, None
        self.host.fuse.disarm()
        self.host.centre.parts.crash_at = self.host.fuse.step
        self.operators.settle()
        self.world.pass_time(DAY)
        for self.rounds in range(1, MOST_ROUNDS + 1):
            results = []
            for worker in [*self.workers]:
                worker.laptop.fuse.disarm()
                self.world.pass_time(1000.0)
                asked = worker.watch.requests
                results.append(worker.laptop.engine.round())
                worker.watch.after_round(worker.laptop, results[-1])
                self.most_asked = max(self.most_asked, worker.watch.requests - asked)
                self.tell(f"{worker.login}: quiet: {described(results[-1])}")
                if self._needs_person(worker, results[-1]):
                    self.tell(self.readmission.let_in(worker))
            if all(r.failure is None and not r.did for r in results):
                break
        else:
            self.problems.append("11 it never becomes quiet")
        if self.most_asked > self.most_requests:
            self.problems.append(f"11 a round takes {self.most_asked} requests")
