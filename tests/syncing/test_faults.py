"""Thirteen ways to spoil a request, on push, pull and photos, over real sockets (sync.md 7)."""

import pytest

from tests.syncing.fault_proxy import MODES, FaultProxy
from tests.syncing.real_centre import Impatient, worker
from tests.syncing.simulator.invariants import Truth, judge

HARMLESS = {"delay", "dup"}
PATHS = ("/sync/push", "/sync/pull", "/v1/blobs")


@pytest.fixture
def proxy(centre):
    proxy = FaultProxy(centre.address)
    yield proxy
    proxy.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("mode", MODES)
def test_a_spoilt_request_loses_nothing_and_does_nothing_twice(tmp_path, centre, proxy, mode, path):
    sender = worker(tmp_path, "wg0101", Impatient(proxy.url), seed=5)
    reader = worker(tmp_path, "cr0101", Impatient(centre.url))
    sender.report_with_photo()
    sender.record()
    sender.record()

    proxy.spoil(path, mode)
    first = sender.laptop.engine.round()
    assert proxy.met == 1
    assert (first.failure is None) == (mode in HARMLESS)

    again = [sender.laptop.engine.round() for _ in range(2)]
    assert again[-1].failure is None
    assert reader.laptop.engine.round().failure is None
    assert judge([sender, reader], Truth(centre.database, centre.blobs)) == []
    assert len(sender.saved) >= 1
    for each in (sender, reader):
        each.laptop.stop()
        each.laptop.transport.close()
