"""Several photos under way at once over real sockets: quicker, and no other outcome."""

import threading

import pytest

from sync.http import HttpTransport
from tests.syncing.fault_proxy import FaultProxy
from tests.syncing.real_centre import Impatient, worker
from tests.syncing.simulator.invariants import Truth, judge

PHOTOS = 9
PATIENCE = 20.0


@pytest.fixture
def sender(tmp_path):
    """Make a laptop with photos to send, four at once, over the transport given."""
    opened = []

    def make(transport):
        opened.append(worker(tmp_path, "wg0101", transport, seed=5))
        opened[-1].laptop.engine.photos_at_once = 4
        for _ in range(PHOTOS):
            opened[-1].report_with_photo()
        return opened[-1]

    yield make
    for each in opened:
        each.laptop.stop()
        each.laptop.transport.close()


class Watched(HttpTransport):
    """Notes how many photos are under way; `on_photo` is called with each."""

    def __init__(self, url, on_photo=lambda: None) -> None:
        super().__init__(url)
        self.most = self.under_way = 0
        self._on_photo, self._lock = on_photo, threading.Lock()

    def send(self, method, path, headers, body=b"", *, timeout):
        if not path.startswith("/v1/blobs"):
            return super().send(method, path, headers, body, timeout=timeout)
        with self._lock:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        try:
            self._on_photo()
            return super().send(method, path, headers, body, timeout=timeout)
        finally:
            with self._lock:
                self.under_way -= 1


def test_photos_of_a_quick_network_go_side_by_side(centre, sender):
    pairs, first = threading.Barrier(2, timeout=PATIENCE), threading.Event()

    def meet():
        if first.is_set():
            pairs.wait()
        first.set()

    one = sender(Watched(centre.url, meet))
    result = one.laptop.engine.round()
    assert (result.failure, result.photos_stored) == (None, PHOTOS)
    assert 2 <= one.laptop.transport.most <= 4
    assert one.laptop.rows("SELECT DISTINCT state FROM blob") == [("stored",)]
    assert judge([one], Truth(centre.database, centre.blobs)) == []


def test_photos_of_a_slow_network_go_one_after_the_other(centre, sender):
    one = sender(Watched(centre.url, lambda: one.laptop.clock._world.pass_time(5)))
    assert one.laptop.engine.round().photos_stored == PHOTOS
    assert one.laptop.transport.most == 1


@pytest.mark.parametrize("mode", ["rst_mid", "trunc", "blackhole"])
def test_a_photo_that_is_cut_off_ends_the_round_and_loses_none(centre, sender, mode):
    proxy = FaultProxy(centre.address)
    try:
        one = sender(Impatient(proxy.url))
        proxy.spoil("/v1/blobs", mode)
        assert one.laptop.engine.round().failure is not None
        results = [one.laptop.engine.round() for _ in range(2)]
        assert results[-1].failure is None
        assert one.laptop.rows("SELECT DISTINCT state FROM blob") == [("stored",)]
        assert judge([one], Truth(centre.database, centre.blobs)) == []
    finally:
        proxy.close()
