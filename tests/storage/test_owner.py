"""One owner per profile, whatever happens to the one before."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gridworker.storage.failures import ProfileInUse
from gridworker.storage.owner import Owner

HOLD = """
import sys
from pathlib import Path
from gridworker.storage.owner import Owner
held = Owner(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that owns the profile."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path.cwd(),
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_a_second_owner_is_told(tmp_path, other):
    with pytest.raises(ProfileInUse):
        Owner(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_a_killed_owner_leaves_no_lock(tmp_path, other):
    other.send_signal(signal.SIGKILL)
    other.wait()
    with Owner(tmp_path):
        pass


def test_two_owners_in_one_process_are_two(tmp_path):
    with Owner(tmp_path) as owner:
        with pytest.raises(ProfileInUse):
            Owner(tmp_path)
        owner.close()
        owner.close()
        Owner(tmp_path).close()


def test_a_child_process_does_not_keep_the_lock(tmp_path):
    owner = Owner(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner.close()
    Owner(tmp_path).close()
    child.communicate(b"\n")


def test_profiles_do_not_lock_each_other(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    with Owner(tmp_path / "a"), Owner(tmp_path / "b"):
        assert (tmp_path / "a" / "owner.lock").stat().st_mode & 0o777 == 0o600
