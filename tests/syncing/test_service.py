"""The thread of the sync centre: rounds when asked and due, holds, pause, and a clean end."""

import threading
from datetime import UTC, datetime
from random import Random

import pytest

from gridworker.app.ports import ParcelTaken
from gridworker.domain.problem import Code, RuleBroken
from gridworker.wire import Problem, problem_type
from sync.exchange import NotTheCentre
from sync.problem import CentreSaid
from sync.round import RoundResult
from sync.service import SyncService, state_of
from sync.switch import Switch
from sync.transport import NoConnection, Reply, UnknownCertificate

PATIENCE = 10.0


class Clock:
    """Time that stands still until a test moves it; waiting threads are woken by `sync_now`."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 5, 12, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds


class Rounds:
    """Stands where the engine stands: each round waits for the test to say how it ends."""

    def __init__(self) -> None:
        self.began = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)
        self.results: list[RoundResult | Exception] = []
        self.held: list[frozenset[str]] = []
        self.was_cancelled: list[bool] = []

    def round(self, *, held, cancelled, receiving) -> RoundResult:
        self.held.append(held())
        receiving(True)
        self.began.release()
        assert self.may_end.acquire(timeout=PATIENCE)
        self.was_cancelled.append(cancelled())
        receiving(False)
        result = self.results.pop(0) if self.results else RoundResult()
        if isinstance(result, Exception):
            raise result
        return result

    def start_over(self) -> None:
        self.results.append(RoundResult())


class Sticks:
    """Stands where the courier stands, and where a code is shown."""

    def __init__(self) -> None:
        self.read_in: list[object] = []
        self.codes: list[str] = []

    def let_in(self, code: str) -> None:
        self.codes.append(code)

    def read(self, path) -> ParcelTaken:
        self.read_in.append(path)
        return ParcelTaken(at="t", applied=1)


class Direct:
    near = True

    def send(self, *args, **kwargs) -> Reply:
        return Reply(200, {})


@pytest.fixture
def rounds():
    return Rounds()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def switch():
    return Switch(Direct())


@pytest.fixture
def sticks():
    return Sticks()


@pytest.fixture
def service(rounds, clock, switch, sticks):
    service = SyncService(rounds, switch, clock, Random(1), sticks, enrol_anew=sticks.let_in)
    yield service
    rounds.may_end.release(10)
    service.close()


class Watcher:
    """Waits until the service says what a test expects."""

    def __init__(self, service: SyncService) -> None:
        self._service = service
        self._told = threading.Condition()
        service.listen(self._tell)

    def _tell(self) -> None:
        with self._told:
            self._told.notify_all()

    def until(self, right) -> None:
        with self._told:
            assert self._told.wait_for(lambda: right(self._service.connection()), PATIENCE)


def begin(rounds: Rounds) -> None:
    assert rounds.began.acquire(timeout=PATIENCE)


def test_the_first_round_begins_at_once_and_shows_how_it_went(service, rounds):
    watch = Watcher(service)
    service.start()
    begin(rounds)
    watch.until(lambda c: c.busy and c.receiving)
    rounds.may_end.release()
    watch.until(lambda c: not c.busy)
    now = service.connection()
    assert (now.state, now.code, now.receiving) == ("online", None, False)
    assert now.next_try is not None
    assert "2026-05-12T00:00:54" <= now.next_try <= "2026-05-12T00:01:06.000Z"
    assert now.since == "2026-05-12T00:00:00.000Z"


def test_asking_during_a_round_brings_another_after_it(service, rounds):
    service.start()
    begin(rounds)
    service.sync_now()
    service.sync_now()
    rounds.may_end.release(2)
    begin(rounds)
    Watcher(service).until(lambda c: not c.busy)
    assert len(rounds.held) == 2


def test_it_comes_back_by_itself_when_it_is_time(service, rounds, clock):
    watch = Watcher(service)
    service.start()
    begin(rounds)
    clock.seconds = 70.0  # while the round lasts: due counts from its end
    rounds.may_end.release()
    watch.until(lambda c: not c.busy and c.next_try is not None)
    clock.seconds = 200.0
    service.hold("any", 0.0)  # wakes the thread without asking for a round
    begin(rounds)
    rounds.may_end.release()


def test_held_operations_stay_until_their_time_is_over_and_then_go_at_once(service, rounds, clock):
    watch = Watcher(service)
    service.hold("op-1", 10.0)
    service.start()
    begin(rounds)
    assert rounds.held[-1] == {"op-1"}
    rounds.may_end.release()
    watch.until(lambda c: not c.busy and c.next_try == "2026-05-12T00:00:10.000Z")
    clock.seconds = 10.0
    service.hold("other", 0.0)
    begin(rounds)
    assert rounds.held[-1] == frozenset()
    rounds.may_end.release()


def test_a_pause_ends_the_round_under_way_and_keeps_still(service, rounds):
    watch = Watcher(service)
    service.start()
    begin(rounds)
    service.pause(paused=True)
    rounds.may_end.release()
    watch.until(lambda c: not c.busy)
    assert rounds.was_cancelled == [True]
    assert service.connection().state == "paused"
    service.sync_now()
    service.pause(paused=False)
    begin(rounds)
    rounds.may_end.release()
    watch.until(lambda c: c.state == "online" and not c.busy)


def test_the_network_can_be_taken_away_and_given_back(service, switch):
    service.cut_network(cut=True)
    with pytest.raises(NoConnection) as error:
        switch.send("GET", "/", {}, timeout=1)
    assert state_of(error.value) == "demo_offline"
    service.cut_network(cut=False)
    assert switch.send("GET", "/", {}, timeout=1).status == 200


def test_a_full_disk_is_said_and_work_goes_on(service, rounds):
    rounds.results = [RuleBroken(Code.DISK_FULL, free=7), RoundResult()]
    watch = Watcher(service)
    service.start()
    begin(rounds)
    rounds.may_end.release()
    watch.until(lambda c: c.code == "E_DISK_FULL" and c.facts == {"free": 7} and not c.busy)
    service.sync_now()
    begin(rounds)
    rounds.may_end.release()
    watch.until(lambda c: c.state == "online" and c.code is None)


def test_a_bug_is_logged_and_does_not_end_syncing(service, rounds, caplog):
    rounds.results = [ZeroDivisionError(), RoundResult()]
    watch = Watcher(service)
    service.start()
    begin(rounds)
    rounds.may_end.release()
    watch.until(lambda c: c.code == "sync_bug")
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()
    service.sync_now()
    begin(rounds)
    rounds.may_end.release()
    watch.until(lambda c: c.state == "online")


def test_a_failure_is_shown_with_its_code_and_when_it_is_tried_again(service, rounds):
    rounds.results = [RoundResult(failure=NoConnection())]
    watch = Watcher(service)
    service.start()
    begin(rounds)
    rounds.may_end.release()
    watch.until(lambda c: c.code == "no_connection" and not c.busy)
    assert service.connection().state == "offline"
    assert service.connection().next_try < "2026-05-12T00:00:02.500Z"


def test_the_end_does_not_wait_for_a_centre_that_keeps_silent(rounds, clock, sticks):
    class Silent(Direct):
        def give_up(self) -> None:
            rounds.may_end.release()

    service = SyncService(
        rounds, Switch(Silent()), clock, Random(1), sticks, enrol_anew=sticks.let_in
    )
    service.start()
    begin(rounds)
    service.close()
    assert rounds.was_cancelled == [True]


def said(name: str, status: int) -> CentreSaid:
    return CentreSaid(Problem(problem_type(name), name, status))


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (None, "online"),
        (NoConnection(), "offline"),
        (NoConnection("timeout", reached=True), "unreachable"),
        (NoConnection(reached=True), "unreachable"),
        (NotTheCentre(), "unreachable"),
        (UnknownCertificate(), "unreachable"),
        (said("overloaded", 503), "unreachable"),
        (said("internal", 500), "unreachable"),
        (said("token-expired", 401), "login"),
        (said("device-forked", 409), "login"),
        (said("device-suspended", 401), "suspended"),
        (said("device-wiped", 410), "wiped"),
        (said("scope-denied", 403), "online"),
        (said("malformed", 400), "online"),
        (said("client-too-old", 426), "online"),
    ],
)
def test_the_word_for_each_end_of_a_round(failure, state):
    assert state_of(failure) == state


def test_only_the_last_page_of_a_pull_opens_what_was_closed(rounds, clock, switch, sticks):
    service = SyncService(
        rounds, switch, clock, Random(1), sticks, enrol_anew=sticks.let_in, suspended=True
    )
    for result in (RoundResult(failure=said("device-suspended", 401)), RoundResult()):
        service._finished(result)
        assert service.connection().suspended
    service._receiving(True)
    assert service.connection().suspended
    service._receiving(False)
    assert not service.connection().suspended


def test_a_cut_is_kept_before_the_attempt_that_meets_it(rounds, clock, switch, sticks):
    kept = []
    service = SyncService(
        rounds, switch, clock, Random(1), sticks, enrol_anew=sticks.let_in, keep_cut=kept.append
    )
    service.start()
    begin(rounds)
    assert not kept
    service.cut_network(True)
    rounds.may_end.release()
    begin(rounds)
    assert kept == [True]
    rounds.may_end.release()
    service.close()


def test_an_answer_is_read_between_two_rounds(service, rounds, sticks, tmp_path):
    service.start()
    begin(rounds)
    taken = []
    reader = threading.Thread(target=lambda: taken.append(service.read_answer(tmp_path / "a")))
    reader.start()
    while not service._stopping():
        reader.join(0.005)
    assert not sticks.read_in
    rounds.may_end.release()
    reader.join(PATIENCE)
    assert sticks.read_in == [tmp_path / "a"]
    assert taken[0].applied == 1
    begin(rounds)
    assert rounds.was_cancelled[0]
    assert len(rounds.results) == 1, "the engine begins anew after it"


def test_a_code_is_shown_between_two_rounds_and_one_follows(service, rounds, sticks):
    service.start()
    begin(rounds)
    person = threading.Thread(target=lambda: service.enrol_again("AB12"))
    person.start()
    while not service._stopping():
        person.join(0.005)
    assert not sticks.codes
    rounds.may_end.release()
    person.join(PATIENCE)
    assert sticks.codes == ["AB12"]
    begin(rounds)
    assert rounds.was_cancelled[0]
    assert len(rounds.results) == 1, "the engine begins anew after it"
