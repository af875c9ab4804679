"""What this machine lets tests do to it; whatever they take is given back when they end."""

import shutil
import subprocess
import sys

import pytest

from sync.http import HttpTransport
from tests.faults.disks import Disks
from tests.storage.records.conftest import district, opened  # noqa: F401  (fixtures)
from tests.stories.processes import CentreProcess, calm_down, put_away
from tests.stories.processes import new_laptop as enrolled_laptop
from tests.syncing.simulator.invariants import Truth, judge


@pytest.fixture(scope="session")
def tracing():
    """Skip where programs may not be traced."""
    probe = ["strace", "-f", "-o", "/dev/null", "true"]
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")


@pytest.fixture
def disks(tmp_path):
    """Make small disks; skips where nothing can be mounted."""
    if not sys.platform.startswith("linux"):
        pytest.skip("needs the mounts of Linux")
    made = Disks(tmp_path / "disks")
    yield made
    made.close()


@pytest.fixture
def centre(tmp_path):
    """A centre in a process of its own, with the district of the simulator."""
    centre = CentreProcess(tmp_path)
    yield centre
    centre.end()


@pytest.fixture
def new_laptop(centre, tmp_path):
    """Make laptops of this process, `new_laptop(login)`; all are put away at the end."""
    made = []

    def make(login, kind=HttpTransport):
        made.append(enrolled_laptop(tmp_path, login, centre.url, len(made), kind))
        return made[-1]

    yield make
    put_away(*made)


@pytest.fixture
def all_is_well(centre):
    """Let everything arrive and say that nothing is wrong between laptops and centre."""

    def check(*workers):
        calm_down(*workers)
        assert judge(workers, Truth(centre.database, centre.blobs)) == []

    return check
