"""Scenario 10: a centre and a laptop on a cable of their own that fails in six ways."""

import os
import signal
import threading

import pytest

from tests.faults.networks import CENTRE, Network
from tests.faults.telling import ToldLaptop, look_at
from tests.stories.certificates import make_certificate
from tests.stories.processes import CENTRAL, CentreProcess
from tests.syncing.simulator.invariants import Truth, judge

pytestmark = pytest.mark.timeout(300)
PATIENCE, LONG_PATIENCE = 1.0, 20.0
UNREACHED = {"no_connection", "no_secure_connection", "timeout"}
KILOBITS, PHOTO = 1000, 150_000


@pytest.fixture
def network():
    network = Network()
    yield network
    network.close()


@pytest.fixture
def centre(network, tmp_path):
    cert, key = make_certificate(tmp_path, CENTRE)
    tls = ("--host", CENTRE, "--tls-cert", str(cert), "--tls-key", str(key))
    centre = CentreProcess(tmp_path, *tls, command=(*network.at_centre(), *CENTRAL, "serve"))
    yield centre
    centre.end()


@pytest.fixture
def laptop(network, centre, tmp_path):
    more = {"prefix": network.at_laptop(), "ca": tmp_path / "certificate.pem", "patience": PATIENCE}
    with ToldLaptop(tmp_path, "wg0101", centre.url, **more) as laptop:
        yield laptop


@pytest.fixture
def all_is_well(laptop, centre):
    """Let everything arrive and look at both sides."""

    def check():
        failed = laptop.until_all_is_there()
        laptop.end()
        truth = Truth(centre.database, centre.blobs)
        look_at([laptop], lambda workers: expect_nothing(judge(workers, truth)))
        return failed

    return check


def expect_nothing(problems):
    assert problems == []


def test_a_fifth_of_the_packets_is_lost(network, laptop, all_is_well):
    network.lose(20)
    laptop.record(4)
    laptop.photo(60_000)
    laptop.round()
    network.lose(20)
    laptop.record(2)
    all_is_well()


def test_a_narrow_link_takes_its_time(network, laptop, all_is_well):
    network.narrow(KILOBITS)
    laptop.be_patient(LONG_PATIENCE)
    laptop.photo(PHOTO)
    took = laptop.round()
    assert took["photos_stored"] == 1
    assert took["seconds"] > PHOTO * 8 / KILOBITS / 1000 * 0.8
    assert all_is_well() == 0


@pytest.mark.parametrize("fault", ["cut", "swallow", "reset"])
def test_a_link_that_is_gone_is_noticed_and_taken_up_again(network, laptop, all_is_well, fault):
    laptop.record(2)
    assert laptop.round()["failure"] is None
    getattr(network, fault)()
    laptop.record(2)
    assert laptop.round()["failure"] in UNREACHED
    network.mend()
    assert all_is_well() == 0


def test_a_link_that_goes_while_a_photo_is_under_way(network, laptop, all_is_well):
    network.narrow(KILOBITS)
    laptop.be_patient(LONG_PATIENCE / 4)
    laptop.photo(PHOTO)
    timer = threading.Timer(0.6, network.cut)
    timer.start()
    assert laptop.round()["failure"] in UNREACHED
    timer.join()
    network.mend()
    assert all_is_well() == 0


def test_a_centre_that_hangs_holds_nobody_up_for_ever(centre, laptop, all_is_well):
    laptop.record()
    assert laptop.round()["failure"] is None
    laptop.record()
    os.kill(centre.process.pid, signal.SIGSTOP)
    failed = laptop.round()
    os.kill(centre.process.pid, signal.SIGCONT)
    assert failed["failure"] in UNREACHED
    all_is_well()
