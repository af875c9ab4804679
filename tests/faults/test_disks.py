"""Scenarios 3, 4 and 6 on real file systems: no power, no room, no writing."""

import shutil

import pytest

from gridworker.storage.files import sync_file, sync_folder
from tests.faults.saving import Saving
from tests.storage.records.acknowledged import check

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def enrolled(district):
    """Put the store of an enrolled laptop on a disk; returns its folder there."""

    def put(disk):
        folder = disk.place / "laptop"
        folder.mkdir()
        shutil.copy(district, folder / "main.db")
        sync_file(folder / "main.db")
        for name in (folder, disk.place):
            sync_folder(name)
        return folder

    return put


@pytest.fixture
def sound(opened):
    """Open a store anew and look at everything that was acknowledged; returns the store."""

    def look(folder, safe):
        store = opened(folder)
        store.start()
        check(store, safe)
        return store

    return look


def test_a_disk_without_power_keeps_what_was_acknowledged(disks, enrolled, sound):
    disk, safe = disks.ext4(48), []
    folder = enrolled(disk)
    for cut in range(3):
        with Saving(folder, seed=cut) as child:
            while len(child.safe) < 3 + cut:
                child.save()
            disk.cut_power()
            assert child.save() is not None, "the disk was to be dead"
            safe += child.safe
        disk.repair()
        sound(folder, safe).close()
    assert len(safe) == 12


def test_a_full_disk_refuses_and_takes_more_once_there_is_room(disks, enrolled, sound):
    disk = disks.in_memory("5m")
    folder = enrolled(disk)
    with Saving(folder) as child:
        for _ in range(300):
            if len(child.refused) == 3:
                break
            child.save()
        assert set(child.refused) == {"E_DISK_FULL"}
        before = len(child.safe)
        assert before > 0
        disk.resize("24m")
        for _ in range(5):
            assert child.save() is None
        child.end()
        store = sound(folder, child.safe)
    assert len(store.rows("SELECT 1 FROM outbox")) == before + 5
    assert not list(folder.rglob("*.part"))
    store.close()


def test_a_disk_that_turns_read_only_is_told_as_that_and_loses_nothing(disks, enrolled, sound):
    disk = disks.ext4(32)
    folder = enrolled(disk)
    with Saving(folder) as child:
        for _ in range(4):
            assert child.save() is None
        disk.meet_an_error()
        assert child.save() == "database_read_only"
        assert child.save() == "database_read_only"
        safe = child.safe
    disk.repair()
    with Saving(folder, seed=2) as child:
        assert child.save() is None
        safe += child.safe
        child.end()
    sound(folder, safe).close()
