"""A photo that the centre has lost after its laptop heard that it is stored."""

from central.service import photo_check
from tests.syncing.simulator.invariants import Truth, judge


def blob(worker):
    ((sha256, state),) = worker.laptop.rows("SELECT sha256, state FROM blob")
    return sha256, state


def lose(district, sha256):
    """The centre's disk loses it, and its operator asks for it."""
    (district.host.blobs / sha256).unlink()
    parts = district.host.centre.parts
    photo_check.ask_again(parts, [lost.sha256 for lost in photo_check.lost(parts, parts.blobs)])


def test_the_laptop_that_made_it_brings_it_again(one, district):
    one.report_with_photo()
    one.laptop.engine.round()
    sha256, state = blob(one)
    assert state == "stored"
    lose(district, sha256)
    assert one.laptop.engine.round().photos_stored == 1
    assert (district.host.blobs / sha256).exists()
    for worker in (*district.workers, *district.workers):
        assert worker.laptop.engine.round().failure is None
    assert blob(one) == (sha256, "stored")
    assert judge(district.workers, Truth(district.host.database, district.host.blobs)) == []


def test_whoever_only_reads_of_it_sends_nothing(one, district):
    one.report_with_photo()
    one.laptop.engine.round()
    sha256, _ = blob(one)
    other = district.workers[1]
    other.laptop.engine.round()
    lose(district, sha256)
    assert other.laptop.engine.round().photos_stored == 0
    assert other.laptop.rows("SELECT sha256 FROM blob") == []
    assert not (district.host.blobs / sha256).exists()
