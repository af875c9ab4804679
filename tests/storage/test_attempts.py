"""Waiting after wrong passwords: restart, clock and edited files do not shorten it."""

from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridworker.storage.attempts import WAITS, Attempts
from gridworker.storage.failures import WaitBeforeRetry, WrongSecret
from gridworker.storage.keys import KdfCost
from gridworker.storage.keystore import NoKeyring
from gridworker.storage.uptime import system_uptime
from gridworker.storage.vault import create_vault, open_vault

CHEAP = KdfCost(1, 64, 1)
SECRET = b"s" * 32


@dataclass
class Clock:
    """A computer's uptime that a test moves."""

    boot: str = "first"
    now: float = 1000.0

    def seconds(self):
        return self.now


@dataclass
class Memory:
    """A keyring in memory: the mirror alone is what matters here."""

    name: str = "memory"
    kept: dict = field(default_factory=dict)

    def read(self, account):
        return self.kept.get(account)

    def write(self, account, secret):
        self.kept[account] = secret

    def delete(self, account):
        self.kept.pop(account, None)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def mirror():
    return Memory()


@pytest.fixture
def attempts(tmp_path, mirror, clock):
    """Return a new object as a new start of the program has it."""

    def start(store=mirror, secret=SECRET):
        return Attempts(tmp_path / "attempts", store, "v1", secret=secret, uptime=clock)

    return start


def fail(attempts, clock, times):
    """Fail so often, waiting as told; the last failure's wait has just begun."""
    for _ in range(times):
        try:
            attempts().begin()
        except WaitBeforeRetry as told:
            clock.now += told.facts["seconds"]
            attempts().begin()


def left(attempts, *args, **kwargs):
    try:
        attempts(*args, **kwargs).begin()
    except WaitBeforeRetry as told:
        return told.facts["seconds"]
    return 0


def test_the_waits_are_those_of_the_design(attempts, clock):
    told = []
    for _ in range(11):
        told.append(attempts().begin())
        clock.now += told[-1]
    assert told == [0, 0, 0, 0, 60, 120, 300, 900, 1800, 3600, 3600]
    assert tuple(told[:10]) == WAITS


@pytest.mark.parametrize(("hours", "most"), [(1, 10), (24, 40)])
def test_guesses_in_the_first_hour_and_day_are_few(attempts, clock, tmp_path, hours, most):
    """Somebody who deletes the file before each guess has no more of them."""
    start, guesses = clock.now, 0
    while clock.now - start < hours * 3600:
        (tmp_path / "attempts").unlink(missing_ok=True)
        guesses += 1
        clock.now += attempts().begin()
    assert guesses <= most


def test_the_wait_runs_down_to_the_second(attempts, clock):
    fail(attempts, clock, 5)
    assert left(attempts) == 60
    clock.now += 59.5
    assert left(attempts) == 1
    clock.now += 0.5
    assert left(attempts) == 0


def test_after_a_restart_only_the_new_uptime_counts(attempts, clock):
    fail(attempts, clock, 6)
    clock.boot, clock.now = "second", 20.0
    assert left(attempts) == 100
    clock.now = 120.0
    assert left(attempts) == 0


def test_an_uptime_that_runs_backwards_gains_nothing(attempts, clock):
    fail(attempts, clock, 6)
    clock.now = 5.0
    assert left(attempts) == 115


def test_a_right_password_forgets_it_all(attempts, clock, mirror, tmp_path):
    fail(attempts, clock, 4)
    attempts().clear()
    assert mirror.kept == {}
    assert not (tmp_path / "attempts").exists()
    fail(attempts, clock, 4)
    assert left(attempts) == 0


@pytest.mark.parametrize("damage", ["deleted", "edited", "empty", "old"])
def test_touching_the_file_gains_nothing(attempts, clock, tmp_path, damage):
    file = tmp_path / "attempts"
    attempts().begin()
    old = file.read_bytes()
    fail(attempts, clock, 5)
    if damage == "deleted":
        file.unlink()
    else:
        edited = file.read_bytes().replace(b'"count":6', b'"count":0')
        file.write_bytes({"edited": edited, "empty": b"", "old": old}[damage])
    assert left(attempts) == 120


def test_touching_the_mirror_gains_nothing(attempts, clock, mirror):
    fail(attempts, clock, 6)
    mirror.kept.clear()
    assert left(attempts) == 120


def test_without_a_keyring_the_file_alone_counts(attempts, clock):
    for _ in range(5):
        attempts(NoKeyring()).begin()
    assert left(attempts, NoKeyring()) == 60


def test_the_uptime_of_this_computer_moves():
    uptime = system_uptime()
    first = uptime.seconds()
    assert uptime.boot == system_uptime().boot
    assert uptime.seconds() >= first > 0


def test_the_vault_counts_and_a_new_start_still_waits(tmp_path, keystore, clock):
    create_vault(
        tmp_path,
        user="u",
        device="d",
        password="Dongmen-2026",
        device_key=Ed25519PrivateKey.generate(),
        keystore=keystore,
        cost=CHEAP,
    )

    def enter(password):
        return open_vault(tmp_path, password=password, keystore=keystore, floor=CHEAP, uptime=clock)

    for wait in (0, 0, 0, 0, 60):
        with pytest.raises(WrongSecret) as told:
            enter("Falsch-2026")
        assert told.value.facts == {"wait": wait}
    with pytest.raises(WaitBeforeRetry):
        enter("Dongmen-2026")
    (tmp_path / "attempts").unlink()
    with pytest.raises(WaitBeforeRetry):
        enter("Dongmen-2026")
    clock.now += 60
    assert enter("Dongmen-2026").user == "u"
    assert not (tmp_path / "attempts").exists()
