"""Scenario 5: the nth call to the disk fails; it is told as that, and nothing acknowledged is lost.

Five ways: EIO, no room, a write that takes half, a failed sync, and a disk that stays broken from
then on. GRIDWORKER_IO_CALLS sets how many of the first calls fail in turn, of each kind; without it
as many as fit, drawn by chance.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.command_line.laptops import NO_KEYRING

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FIRST_CALLS = int(os.environ.get("GRIDWORKER_IO_CALLS", "0"))
STORE_SAMPLE, PROGRAM_SAMPLE = 8, 1
EIO, NO_ROOM, HALF, SYNC, BROKEN = KINDS = "ensfb"
SECONDS = 2.0
DONE, REFUSED = 0, 6


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """The calls that fail, compiled."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler here, so calls cannot be made to fail")
    made = tmp_path_factory.mktemp("calls") / "failing_calls.so"
    source = HERE / "failing_calls.c"
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o", made, source, "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    return made


@pytest.fixture
def fail(library, tmp_path):
    """Run cases of a kind of work from a folder: `fail("store", folder)(kind, nth)`."""
    running = []

    def begin(what, template, **environment):
        driver = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.faults.failing_driver", what],
            cwd=ROOT,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT), "LD_PRELOAD": str(library)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(driver)

        def case(kind, nth):
            given = {"from": str(template), "in": str(tmp_path / "case"), "kind": kind, "nth": nth}
            driver.stdin.write(json.dumps(given) + "\n")
            driver.stdin.flush()
            return json.loads(driver.stdout.readline())

        return case

    yield begin
    for driver in running:
        driver.communicate(timeout=60)


def chosen(calls, sample, first=FIRST_CALLS):
    """Return which calls fail: the first ones, or some of all of them."""
    every = range(1, calls + 1)
    if first:
        return every[:first]
    seed = random.randrange(10**6)
    print("seed", seed)  # noqa: T201  (to run failing cases again)
    return sorted(random.Random(seed).sample(every, min(sample, calls)))


@pytest.mark.long
@pytest.mark.timeout(120 + 20 * FIRST_CALLS)
def test_a_call_that_fails_costs_the_store_nothing(fail, district):
    case = fail("store", district.parent)
    whole = case(EIO, 0)
    assert (whole["told"], len(whole["safe"])) == ([], 7)
    for kind in KINDS:
        refused = 0
        for nth in chosen(whole["calls"][kind], STORE_SAMPLE):
            done = case(kind, nth)
            assert "died" not in done, (kind, nth, done)
            assert done["recovered"], (kind, nth, done)
            assert len(done["safe"]) + len(done["told"]) >= 7, (kind, nth, done)
            codes = {code for code, *_ in done["told"]}
            assert codes <= allowed(kind), (kind, nth, done)
            assert all(words_and_time_are_good(*told) for told in done["told"]), (kind, nth, done)
            refused += bool(codes)
        assert (refused > 0) == (kind != HALF)


def words_and_time_are_good(_code, sentence, next_step, seconds):
    return bool(sentence and next_step) and seconds < SECONDS


def allowed(kind):
    """Return what may be said of a kind of failure; damage of a sound store is said of none.

    A file that could not be opened for writing is opened for reading by the driver, which then
    calls it read-only. A disk that stays broken is not told from a store that is.
    """
    interrupted = {"store_interrupted", "database_read_only"}
    more = {
        NO_ROOM: {"E_DISK_FULL"},
        BROKEN: {"database_busy", "database_damaged"},
    }
    return interrupted | more.get(kind, set())


@pytest.mark.long
@pytest.mark.timeout(180 + 10 * FIRST_CALLS)
def test_a_call_that_fails_is_told_by_the_program_in_a_sentence(fail, laptop):
    keys = {"GRIDWORKER_PASSWORD": laptop.password, **NO_KEYRING}
    case = fail("program", laptop.home, **keys)
    whole = case(EIO, 0)
    assert (whole["code"], whole["looked"]) == (DONE, DONE)
    assert whole["safe"] == whole["ids"]
    for kind in (EIO, NO_ROOM, SYNC):
        for nth in chosen(whole["calls"][kind], PROGRAM_SAMPLE, FIRST_CALLS // 10):
            done = case(kind, nth)
            assert done.get("code") in (DONE, REFUSED), (kind, nth, done)
            assert done["looked"] == DONE, (kind, nth, done)
            assert set(done["safe"]) <= set(done["ids"]), (kind, nth, done)
            assert done["took"] < SECONDS + whole["took"], (kind, nth, done)
            if done["code"] == REFUSED:
                assert done["problem"] in allowed(kind), (kind, nth, done)
                assert done["complaint"].strip(), (kind, nth, done)
