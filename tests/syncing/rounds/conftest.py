"""Laptops whose lines a test has in its hand."""

import logging

import pytest

from tests.syncing.rounds.scripted import Scripted
from tests.syncing.simulator.history import History
from tests.syncing.simulator.invariants import Truth, judge


@pytest.fixture
def district(caller, caplog):
    caplog.set_level(logging.CRITICAL, "central")
    district = History(0, caller)  # three laptops and a centre; this file decides what happens
    for worker in district.workers:
        worker.laptop.transport = Scripted(worker.laptop.transport)
        worker.laptop.restart(crashed=False)
        worker.line = worker.laptop.transport
        worker.round = worker.laptop.engine.round
    yield district
    district.close()


@pytest.fixture
def other(district):
    return district.workers[1]


@pytest.fixture
def all_is_well(district):
    def check() -> None:
        for worker in district.workers:
            assert worker.laptop.engine.round().failure is None
        truth = Truth(district.host.database, district.host.blobs)
        assert judge(district.workers, truth) == []

    return check
