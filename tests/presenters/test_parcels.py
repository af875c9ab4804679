"""Sticks in the sync centre: one at a time, how far it is, how it ended, and giving up."""

from pathlib import Path

import pytest

from gridworker.app.ports import ParcelTaken, ParcelWritten
from tests.presenters.conftest import Clockwork, InlineLane
from ui.presenters.parcels import LOOK_AFTER_MS, ParcelsPresenter

STICK = Path("stick.gwp")


class Failed(Exception):
    code = "parcel_unreadable"


class Sync:
    def __init__(self):
        self.asked = []
        self.end = None
        self.cancelled = None

    def write_parcel(self, path, *, progress, cancelled):
        self.asked.append(("write", path))
        self.progress, self.cancelled = progress, cancelled
        return self._end(ParcelWritten(operations=3, photos=2, unreadable=0, at="t"))

    def read_answer(self, path):
        self.asked.append(("read", path))
        return self._end(ParcelTaken(at="t", applied=3, refused=1, pulled=9))

    def _end(self, usual):
        if isinstance(self.end, Exception):
            raise self.end
        return self.end or usual


class View:
    def __init__(self):
        self.seen = []

    def show_ready(self):
        self.seen.append("ready")

    def show_work(self, share):
        self.seen.append(share)

    def show_end(self, told, *, well):
        self.seen.append((told[0], well))


@pytest.fixture
def sync():
    return Sync()


@pytest.fixture
def view():
    return View()


@pytest.fixture
def bugs():
    return []


@pytest.fixture
def lane():
    return InlineLane()


@pytest.fixture
def clockwork():
    return Clockwork()


@pytest.fixture
def parcels(sync, view, lane, clockwork, bugs):
    presenter = ParcelsPresenter(
        sync,
        lane=lane,
        later=clockwork,
        say=lambda code, facts: (f"{code} {sorted(k for k, v in facts.items() if v)}", "next"),
        failed=bugs.append,
    )
    presenter.start(view)
    return presenter


def test_what_went_into_a_parcel_is_told(parcels, sync, view):
    parcels.write(STICK)
    assert sync.asked == [("write", STICK)]
    assert view.seen == ["ready", None, ("parcel_written ['operations', 'photos']", True)]


@pytest.mark.parametrize(
    ("refused", "told"),
    [
        (0, "parcel_taken ['applied', 'pulled']"),
        (1, "parcel_taken_in_part ['applied', 'pulled', 'refused']"),
    ],
)
def test_what_an_answer_brought_is_told(parcels, sync, view, refused, told):
    sync.end = ParcelTaken(at="t", applied=2, refused=refused, pulled=3)
    parcels.read(STICK)
    assert view.seen[-1] == (told, True)


def test_a_centre_that_was_set_back_is_told(parcels, sync, view):
    sync.end = ParcelTaken(at="t", restored=True)
    parcels.read(STICK)
    assert view.seen[-1] == ("sync_centre_restored []", True)


def test_how_far_it_is_and_one_at_a_time(parcels, sync, view, lane, clockwork):
    lane.hold = True
    parcels.write(STICK)
    parcels.read(STICK)
    parcels._progress(25, 100)
    clockwork.pass_by(LOOK_AFTER_MS)
    assert view.seen == ["ready", None, 0.25]
    lane.go()
    assert sync.asked == [("write", STICK)]
    clockwork.pass_by(10 * LOOK_AFTER_MS)
    assert view.seen[-1][1] is True


def test_giving_up_and_closing_end_the_work(parcels, sync, lane):
    parcels.write(STICK)
    assert sync.cancelled() is False
    parcels.give_up()
    assert sync.cancelled() is True
    parcels.write(STICK)
    assert sync.cancelled() is False
    parcels.close()
    assert sync.cancelled() is True


def test_a_failure_gets_its_sentence_and_a_bug_is_one(parcels, sync, view, bugs):
    sync.end = Failed()
    parcels.read(STICK)
    assert view.seen[-1] == ("parcel_unreadable []", False)
    assert bugs == []
    sync.end = KeyError("x")
    parcels.write(STICK)
    assert bugs == [sync.end]
    assert parcels.busy is False
