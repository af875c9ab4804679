"""The way by stick: same verdicts as the network's, mixed with it, late, twice, or not at all."""

import pytest

from central.problem import Refused
from central.service import parcels
from central.store import devices, feed
from gridworker.parcel import NoParcel, NotForUs
from gridworker.parcel_contents import CarriedPhoto
from gridworker.storage.statements import Statements
from sync import parcels as sync_parcels
from sync.parcels import ParcelRefused
from tests.syncing.simulator.invariants import Truth, judge
from tests.syncing.simulator.places import POISON


@pytest.fixture
def other(district):
    return district.workers[1]


@pytest.fixture
def stick(tmp_path):
    return tmp_path / "to-centre.gwp"


@pytest.fixture
def back(tmp_path):
    return tmp_path / "answer.gwp"


@pytest.fixture
def carry(district, stick, back):
    """The stick goes to the centre and its answer comes back to the laptop."""

    def all_the_way(worker):
        worker.laptop.courier.write(stick)
        parcels.take_in(district.host.centre.parts, stick, back)
        taken = worker.laptop.courier.read(back)
        worker.laptop.engine.start_over()
        return taken

    return all_the_way


@pytest.fixture
def all_is_well(district):
    def check():
        for _ in range(2):
            for worker in district.workers:
                assert worker.laptop.engine.round().failure is None
        truth = Truth(district.host.database, district.host.blobs)
        assert judge(district.workers, truth) == []

    return check


def states(worker):
    return dict(worker.laptop.rows("SELECT state, count(*) FROM outbox GROUP BY state"))


def test_verdicts_photos_and_changes_of_others_come_by_stick_without_any_network(
    one, other, carry, all_is_well
):
    other.report_with_photo()
    other.laptop.engine.round()
    one.report_with_photo()
    one.report_with_photo()
    taken = carry(one)
    assert (taken.applied, taken.refused, taken.photos) == (2, 0, 2)
    assert taken.pulled >= 3
    assert states(one) == {}
    assert one.laptop.rows("SELECT DISTINCT state FROM blob") == [("stored",)]
    assert len(one.laptop.rows("SELECT id FROM view_ticket WHERE pending = 0")) == 3
    all_is_well()


def test_the_same_stick_twice_at_both_ends_does_nothing_twice(
    district, one, carry, stick, back, all_is_well
):
    one.report_with_photo()
    carry(one)
    again = parcels.take_in(district.host.centre.parts, stick, back)
    assert again.operations == 1
    taken = one.laptop.courier.read(back)
    assert taken.overtaken
    assert states(one) == {}
    all_is_well()


def test_the_network_that_was_faster_wins_and_the_stick_does_no_harm(
    district, one, stick, back, all_is_well
):
    one.report_with_photo()
    one.laptop.courier.write(stick)
    one.report_with_photo()
    assert one.laptop.engine.round().pushed == 2
    parcels.take_in(district.host.centre.parts, stick, back)
    taken = one.laptop.courier.read(back)
    assert (taken.overtaken, taken.pulled) == (True, 0)
    all_is_well()


def test_an_answer_from_before_a_verdict_that_is_here_brings_no_changes(
    district, one, stick, back, all_is_well
):
    one.report_with_photo()
    one.laptop.courier.write(stick)
    parcels.take_in(district.host.centre.parts, stick, back)
    one.report_with_photo()
    pushed = one.laptop.engine
    pushed.round(cancelled=iter([False, False, True, True, True, True, True]).__next__)
    assert "applied" in states(one)
    assert one.laptop.courier.read(back).overtaken
    assert len(one.laptop.rows("SELECT id FROM view_ticket")) == 2
    all_is_well()


def test_writing_leaves_no_trace_and_a_lost_stick_costs_nothing(one, stick, all_is_well):
    one.report_with_photo()
    before = one.laptop.rows("SELECT o.*, tried_seq FROM outbox o, sync_state")
    written = one.laptop.courier.write(stick)
    assert (written.operations, written.photos, written.unreadable) == (1, 1, 0)
    assert one.laptop.rows("SELECT o.*, tried_seq FROM outbox o, sync_state") == before
    stick.unlink()
    all_is_well()


def test_what_is_taken_back_when_the_stick_was_written_follows_with_the_next(
    district, one, stick, back, carry, all_is_well
):
    one.report_with_photo()
    one.laptop.courier.write(stick)
    one.attempt(one._retract)
    parcels.take_in(district.host.centre.parts, stick, back)
    one.laptop.courier.read(back)
    taken = carry(one)
    assert (taken.applied, taken.refused) == (1, 0)
    assert one.laptop.rows("SELECT state FROM view_ticket") == [("voided",)]
    all_is_well()


def test_a_photo_that_cannot_be_read_stays_behind_and_the_rest_goes(district, one, stick, back):
    one.report_with_photo()
    one.report_with_photo()
    first = min(one.laptop.folder.glob("blobs/??/*.gwb"))
    first.write_bytes(first.read_bytes()[:-1])
    written = one.laptop.courier.write(stick)
    assert (written.operations, written.photos, written.unreadable) == (2, 1, 1)
    assert parcels.take_in(district.host.centre.parts, stick, back).photos == 1


@pytest.mark.parametrize("off_by", [-1, 1])
def test_a_photo_of_another_length_than_its_parcel_says_stays_out_and_comes_again(
    district, one, stick, back, all_is_well, monkeypatch, off_by
):
    one.report_with_photo()
    monkeypatch.setattr(
        sync_parcels,
        "CarriedPhoto",
        lambda hash_, mime, size: CarriedPhoto(hash_, mime, size + off_by),
    )
    one.laptop.courier.write(stick)
    parts = district.host.centre.parts
    handed = parcels.take_in(parts, stick, back)
    assert (handed.operations, handed.photos) == (1, 0)
    assert list(parts.blobs.parts()) == []
    assert one.laptop.courier.read(back).photos == 0
    one.laptop.engine.start_over()
    assert one.laptop.engine.round().photos_stored == 1
    all_is_well()


def test_who_changes_their_mind_leaves_no_parcel(one, stick):
    one.report_with_photo()
    with pytest.raises(ParcelRefused) as refused:
        one.laptop.courier.write(stick, cancelled=lambda: True)
    assert refused.value.code == "parcel_cancelled"
    assert not list(stick.parent.iterdir())


def test_a_refused_operation_comes_back_as_a_card(district, one, carry, all_is_well):
    reviewer = district.workers[2]
    one.report_with_photo()
    one.laptop.engine.round()
    reviewer.laptop.engine.round()
    ((ticket, note),) = one.laptop.rows("SELECT id, body ->> '$.note' FROM view_ticket")
    for worker, text in ((one, "甲"), (reviewer, "乙")):
        args = {"changes": {"note": {"from": note, "to": text}}}
        worker._write("ticket.edit@1", "ticket", args, [], subject=ticket)
    reviewer.laptop.engine.round()
    assert carry(one).refused == 1
    assert states(one) == {"refused": 1}
    all_is_well()


def test_an_operation_that_breaks_a_rule_is_kept_back_and_the_others_go_on(
    district, one, carry, all_is_well
):
    place = one._place
    one._place = lambda: {**place(), "place": POISON}
    one.report_with_photo()
    one._place = place
    one.report_with_photo()
    taken = carry(one)
    assert (taken.applied, taken.quarantined) == (1, 1)
    all_is_well()


def test_a_centre_that_was_set_back_says_so_and_the_next_parcel_brings_everything(
    district, one, carry, stick, back, all_is_well, tmp_path
):
    district.host.backup(tmp_path / "backup.db")
    one.report_with_photo()
    one.laptop.engine.round()
    district.host.set_back(tmp_path / "backup.db", declared=True)
    one.report_with_photo()
    first = carry(one)
    assert first.restored
    assert states(one) == {"queued": 2}
    second = carry(one)
    assert (second.applied, second.restored) == (2, False)
    all_is_well()


def test_an_answer_of_an_epoch_that_is_over_is_not_used(district, one, stick, back, all_is_well):
    one.report_with_photo()
    one.laptop.courier.write(stick)
    parcels.take_in(district.host.centre.parts, stick, back)
    district.host.centre.restored()
    assert one.laptop.engine.round().failure is None
    with pytest.raises(ParcelRefused) as refused:
        one.laptop.courier.read(back)
    assert refused.value.code == "parcel_outdated"
    all_is_well()


def test_a_store_made_anew_is_filled_by_stick_though_the_past_was_forgotten(
    district, one, carry, all_is_well, monkeypatch
):
    for _ in range(12):
        one.report_with_photo()
    one.laptop.engine.round()
    for _ in range(6):
        district.operators.move_record()
    district.host.centre.parts.store.write(
        lambda tx: [feed.prune(tx, head, upto=head.seq) for head in feed.everywhere(tx)]
    )
    monkeypatch.setattr(parcels, "MAX_PULL_ROWS", 7)
    one.laptop.lose_store()
    one.made_anew = True
    assert carry(one).pulled > 12
    all_is_well()


def test_a_laptop_that_may_only_hand_in_is_told_its_verdicts_and_nothing_more(
    district, one, other, carry, all_is_well
):
    other.report_with_photo()
    other.laptop.engine.round()
    one.report_with_photo()
    parts = district.host.centre.parts
    (device,) = parts.store.read(lambda tx: devices.by_login(tx, one.login))
    parts.store.write(lambda tx: devices.set_state(tx, device, devices.DRAINING))
    taken = carry(one)
    assert (taken.applied, taken.photos, taken.pulled) == (1, 1, 0)
    assert states(one) == {"applied": 1}
    parts.store.write(lambda tx: devices.set_state(tx, device, devices.ACTIVE))
    all_is_well()


def test_a_store_made_anew_that_may_only_hand_in_does_so_with_its_second_stick(
    district, one, carry, all_is_well
):
    one.laptop.engine.round()
    one.report_with_photo()
    one.laptop.lose_store()
    one.made_anew = True
    parts = district.host.centre.parts
    (device,) = parts.store.read(lambda tx: devices.by_login(tx, one.login))
    parts.store.write(lambda tx: devices.set_state(tx, device, devices.DRAINING))
    assert carry(one).applied == 0
    assert carry(one).applied == 1
    parts.store.write(lambda tx: devices.set_state(tx, device, devices.ACTIVE))
    all_is_well()


def test_a_suspended_or_unknown_laptop_hands_in_nothing(district, one, stick, back):
    one.report_with_photo()
    one.laptop.courier.write(stick)
    parts = district.host.centre.parts
    ((device,),) = parts.store.read(
        lambda tx: tx.rows("SELECT id FROM device WHERE login = ?", one.login)
    )
    parts.store.write(lambda tx: devices.set_state(tx, device, devices.SUSPENDED))
    with pytest.raises(Refused):
        parcels.take_in(parts, stick, back)
    parts.store.write(lambda tx: tx.run("DELETE FROM device WHERE id = ?", device))
    with pytest.raises(parcels.UnknownDevice):
        parcels.take_in(parts, stick, back)
    assert not back.exists()


def test_what_is_not_a_sound_parcel_is_refused_at_both_ends(district, one, other, stick, back):
    one.report_with_photo()
    one.laptop.courier.write(stick)
    parts = district.host.centre.parts
    parcels.take_in(parts, stick, back)
    for path, take in (
        (stick, lambda p: parcels.take_in(parts, p, back.with_name("x"))),
        (back, one.laptop.courier.read),
    ):
        spoilt = path.with_name("spoilt")
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        spoilt.write_bytes(raw)
        with pytest.raises((NoParcel, ParcelRefused)):
            take(spoilt)
    with pytest.raises(ParcelRefused):
        other.laptop.courier.read(back)
    with pytest.raises(ParcelRefused):
        one.laptop.courier.read(stick)
    with pytest.raises((NoParcel, NotForUs)):
        parcels.take_in(parts, back, back.with_name("x"))
    assert states(one) == {"queued": 1}


def test_a_kill_while_the_answer_is_taken_in_is_made_good_by_reading_it_again(
    district, one, stick, back, all_is_well
):
    for _ in range(3):
        one.report_with_photo()
    one.laptop.courier.write(stick)
    parcels.take_in(district.host.centre.parts, stick, back)
    for step in range(1, 12):
        one.laptop.fuse.arm(step)
        try:
            one.laptop.courier.read(back)
        except BaseException:  # noqa: BLE001  (the simulator's crash)
            one.laptop.restart(crashed=True)
        one.laptop.fuse.disarm()
    one.laptop.courier.read(back)
    assert states(one) == {}
    all_is_well()


def test_a_stick_that_is_full_or_gone_is_an_error_of_the_disk(one, tmp_path):
    one.report_with_photo()
    with pytest.raises(ParcelRefused) as refused:
        one.laptop.courier.write(tmp_path / "gone" / "x.gwp")
    assert refused.value.code == "parcel_no_place"
    assert states(one) == {"queued": 1}


def test_a_laptop_that_never_met_such_a_centre_says_what_to_do(one, stick):
    with one.laptop.write.begin() as session:
        Statements(session).execute(
            "UPDATE sync_state SET body = json_remove(body, '$.sealing_key')"
        )
    with pytest.raises(ParcelRefused) as refused:
        one.laptop.courier.write(stick)
    assert refused.value.code == "parcel_no_key"
