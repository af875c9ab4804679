"""Orders to wipe where two laptops come of one profile and the centre was set back."""

import shutil

import pytest

from central.service import escrow, fleet, parcels
from central.store import devices
from gridworker.storage import state
from gridworker.storage.failures import DeviceWiped


@pytest.fixture
def twin(district, one):
    """Another laptop that works as the same device, and knows nothing of it."""
    folder = district.folder / "twin"
    one.laptop.stop()
    shutil.copytree(one.laptop.folder, folder)
    one.laptop.start(crashed=False)
    made = district._worker(one.login, folder)
    yield made
    made.laptop.stop()


@pytest.mark.parametrize("declared", [True, False])
def test_what_a_restored_centre_lost_is_handed_in_although_a_copy_took_its_number(
    district, one, twin, tmp_path, declared
):
    assert one.laptop.engine.round().failure is None
    district.host.backup(tmp_path / "backup.db")
    one.report_with_photo()
    assert one.laptop.engine.round().failure is None
    district.host.set_back(tmp_path / "backup.db", declared=declared)
    twin.report_with_photo()
    assert twin.laptop.engine.round().applied == 1
    parts = district.host.centre.parts
    with one.laptop.read() as session:
        fleet.put_state(parts, state.get(session).device_id, devices.WIPED)
    assert one.laptop.engine.round().failure.code == "sync_device_wiped"
    assert one.laptop.wiped == "delivered"
    ((name, _),) = parts.blobs.aside()
    with (tmp_path / "left.gwp").open("wb") as file:
        escrow.copy(parts.blobs, name, file)
    handed = parcels.take_in(parts, tmp_path / "left.gwp", tmp_path / "answer.gwp", last=True)
    assert (handed.operations, handed.photos, handed.problem) == (1, 1, None)
    rows = parts.store.survey(lambda tx: tx.rows("SELECT op_id FROM op_log"))
    assert {id_ for (id_,) in rows} == {one.saved[0].op_id, twin.saved[0].op_id}
    one.laptop.stop()
    with pytest.raises(DeviceWiped):
        one.laptop.start(crashed=False)


def test_what_a_new_epoch_knows_as_it_was_is_not_handed_in_again(district, one):
    one.report_with_photo()
    assert one.laptop.engine.round().failure is None
    parts = district.host.centre.parts
    with one.laptop.read() as session:
        fleet.put_state(parts, state.get(session).device_id, devices.WIPED)
    district.host.centre.restored()
    assert one.laptop.engine.round().failure.code == "sync_device_wiped"
    assert one.laptop.wiped == "nothing"
