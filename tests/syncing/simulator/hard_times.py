"""What is rare in a district and hard on a protocol: long absence, and devices that may not read.

The feed's past is forgotten while laptops are away and answers are short; devices may only hand in,
with stores that were made anew and by stick. What each has to come to is judged on the spot.
"""

from collections.abc import Callable

from central.store import devices, op_log
from tests.syncing.simulator.history import History
from tests.syncing.simulator.operators import NEVER
from tests.syncing.simulator.readmission import is_needed
from tests.syncing.simulator.work import Worker

TRIES = 4
WAITS = (
    "SELECT (SELECT count(*) FROM outbox WHERE state = 'queued'),"
    " (SELECT count(*) FROM blob b WHERE state IN ('local', 'uploading') AND NOT EXISTS"
    " (SELECT 1 FROM outbox o WHERE o.op_id = b.op_id AND o.state = 'quarantined'))"
)


class HardTimes(History):
    """A history in which the past is forgotten and laptops hand in without reading."""

    pages = (1, 2, 3, 7)
    most_requests = 1_000

    def further_steps(self) -> list[tuple[int, Callable[[], None]]]:
        """Let the rare happen all the time."""
        return [(4, self._be_away), (2, self._prune), (4, self._only_hand_in)]

    def _be_away(self) -> None:
        """One laptop hears nothing while much leaves its scopes; then that it left is forgotten."""
        away = self._any()
        for _ in range(self.dice.random.randrange(1, 4)):
            self._others_work(away)
            self.operators.move_record()
        if self.dice.chance(0.5):
            self.operators.dissolve()
        self._prune()
        self.tell(f"{away.login}: back after half a year")
        if self.dice.chance(0.4):
            away.laptop.fuse.arm(self.dice.random.randrange(4, 40))
        self._sync_at(away)
        away.laptop.fuse.disarm()
        if self.dice.chance(0.3):
            self._prune()
            self._sync_at(away)

    def _prune(self) -> None:
        """What went is forgotten; who reads on where half of a scope was read needs digests."""
        self.operators.prune()
        for worker in self.workers:
            if worker.laptop.rows("SELECT 1 FROM cursor WHERE sweeping"):
                worker.watch.doubt(worker.laptop)

    def _only_hand_in(self) -> None:
        """A device may only hand in; over a good network, or by stick, everything soon is there."""
        worker, weather = self._any(), self.network.weather
        self.network.weather, self.network.certain = 0.0, None
        device = self._device(worker)
        by_stick = self.dice.chance(0.5)
        if self.dice.chance(0.4):
            self.mishaps.lose_store(worker)
        if self.dice.chance(0.4):
            self._be_forgotten(worker)
        if by_stick or self.dice.chance(0.5):
            self.operators.put_state(device, devices.DRAINING)
        else:
            self.operators.put_state(device, devices.ACTIVE)
            self.operators.put_min_pull(NEVER)
        if self.dice.chance(0.7):
            self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
        if self._hand_in(worker, by_stick=by_stick):
            ((operations, photos),) = worker.laptop.rows(WAITS)
            saved = {saved.op_id for saved in worker.saved}
            there = self.host.centre.parts.store.read(lambda tx: op_log.known(tx, saved))
            if operations or photos or saved - there.keys():
                counts = f"{operations}, {photos} and {len(saved - there.keys())}"
                self._complain(f"11 {counts} were not handed in [{worker.login}]")
        if self.dice.chance(0.7):
            self.operators.put_state(device, devices.ACTIVE)
            self.operators.put_min_pull("")
        self.network.weather = weather

    def _be_forgotten(self, worker: Worker) -> None:
        """What a laptop has delivered is lost by the centre."""
        self._back_up()
        self._guarded(worker, lambda: f"{worker.login}: {worker.record()}")
        self._sync_at(worker)
        self._close_card()
        self._set_back()

    def _hand_in(self, worker: Worker, *, by_stick: bool) -> bool:
        """Do so some times; says whether it can have come to an end."""
        for _ in range(TRIES):
            self.world.pass_time(1_000.0)
            if by_stick:
                self._guarded(worker, lambda: self.sticks.there_and_back(worker))
                worker.watch.after_stick(worker.laptop)
            elif is_needed(self._sync_at(worker)):
                return False
        return True
