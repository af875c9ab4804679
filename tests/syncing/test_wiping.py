"""Orders of the centre to a device: genuine or forged, to hand in only, to end (sync.md 4.12)."""

import json
from datetime import timedelta

import msgspec
import pytest

from central.service import epochs, escrow, fleet, parcels
from central.service.vouching import NotTheirs
from central.store import devices, op_log
from gridworker.parcel import NoParcel
from gridworker.storage import state, status_queries
from gridworker.storage.failures import DeviceWiped
from gridworker.wire import content_digest
from sync.problem import CentreSaid
from sync.tokens import MONTH, is_due
from sync.transport import Reply
from sync.wiping import Wiping


@pytest.fixture
def laptop(one, tmp_path):
    """A laptop that obeys; what it was told to destroy is in `destroyed`."""
    made = one.laptop
    made.destroyed, made.parcel = [], tmp_path / "left-behind.gwp"
    made.engine.wiping = Wiping(
        made.courier, made.parcel, lambda number, left: made.destroyed.append((number, left))
    )
    return made


@pytest.fixture
def put_state(district, laptop):
    """Put the laptop's device into a state at the centre."""

    def put(state_):
        fleet.put_state(district.host.centre.parts, known(laptop).device_id, state_)

    return put


@pytest.fixture
def between(laptop):
    """Change what comes back to the laptop: `change(path, reply)` returns another reply."""

    def put_between(change):
        send = laptop.transport.send

        def changed(method, path, headers, body=b"", *, timeout):
            return change(path, send(method, path, headers, body, timeout=timeout))

        laptop.transport.send = changed

    return put_between


def known(laptop):
    with laptop.read() as session:
        return state.get(session)


def altered(reply, **facts):
    """The same answer with other facts in its body, whole in every other respect."""
    body = msgspec.json.encode({**json.loads(reply.body), **facts})
    headers = {**reply.headers, "content-digest": content_digest(body)}
    return Reply(reply.status, headers, body)


def test_a_genuine_order_hands_in_what_waits_and_then_destroys(district, one, laptop, put_state):
    one.report_with_photo()
    put_state(devices.WIPED)
    failure = laptop.engine.round().failure
    assert failure.code == "sync_device_wiped"
    ((number, left),) = laptop.destroyed
    assert (number > 0, left) == (True, "delivered")
    assert not laptop.parcel.exists()
    assert len(district.host.centre.parts.blobs.aside()) == 1
    assert laptop.engine.round().failure is failure
    assert len(laptop.destroyed) == 1


def test_an_order_is_obeyed_by_a_laptop_that_has_not_heard_of_a_new_epoch(
    district, one, laptop, put_state
):
    assert laptop.engine.round().failure is None
    one.report_with_photo()
    epochs.begin(district.host.centre.parts)
    put_state(devices.WIPED)
    assert laptop.engine.round().failure.code == "sync_device_wiped"
    assert [left for _, left in laptop.destroyed] == ["delivered"]
    assert len(district.host.centre.parts.blobs.aside()) == 1


@pytest.fixture
def taken_in(district, tmp_path):
    """An operator takes in what is left; return how many operations and photos there were."""

    def take():
        parts = district.host.centre.parts
        ((name, _),) = parts.blobs.aside()
        with (tmp_path / "left.gwp").open("wb") as file:
            escrow.copy(parts.blobs, name, file)
        handed = parcels.take_in(parts, tmp_path / "left.gwp", tmp_path / "answer.gwp", last=True)
        assert handed.problem is None
        return handed.operations, handed.photos

    return take


def test_what_a_restored_centre_has_lost_is_handed_in_with_the_rest(
    district, one, laptop, put_state, taken_in, tmp_path
):
    district.host.backup(tmp_path / "backup.db")
    one.report_with_photo()
    assert laptop.engine.round().failure is None
    one.report_with_photo()
    district.host.set_back(tmp_path / "backup.db", declared=True)
    put_state(devices.WIPED)
    laptop.engine.round()
    assert [left for _, left in laptop.destroyed] == ["delivered"]
    assert taken_in() == (2, 2)


def test_what_came_out_of_the_journal_is_handed_in(one, laptop, put_state, taken_in):
    one.report_with_photo()
    assert laptop.engine.round().failure is None
    one.report_with_photo()
    laptop.lose_store()
    laptop.engine.wiping = Wiping(
        laptop.courier, laptop.parcel, lambda number, left: laptop.destroyed.append((number, left))
    )
    put_state(devices.WIPED)
    laptop.engine.round()
    assert [left for _, left in laptop.destroyed] == ["delivered"]
    operations, photos = taken_in()
    assert (operations > 0, photos) == (True, operations)


def test_what_was_left_is_decided_by_a_centre_that_was_restored_meanwhile(
    district, one, laptop, put_state, taken_in, tmp_path
):
    district.host.backup(tmp_path / "backup.db")
    one.report_with_photo()
    assert laptop.engine.round().failure is None
    one.report_with_photo()
    put_state(devices.WIPED)
    laptop.engine.round()
    district.host.set_back(tmp_path / "backup.db", declared=True)
    assert taken_in() == (1, 1)


@pytest.fixture
def orphan(district, one, laptop, put_state, tmp_path):
    """What a laptop has left, at a centre that was set back to before it; returns its file."""
    one.report_with_photo()
    put_state(devices.WIPED)
    laptop.engine.round()
    parts, device = district.host.centre.parts, known(laptop).device_id
    ((name, _),) = parts.blobs.aside()
    with (tmp_path / "left.gwp").open("wb") as file:
        escrow.copy(parts.blobs, name, file)
    parts.store.write(lambda tx: tx.run("DELETE FROM device WHERE id = ?", device))
    return tmp_path / "left.gwp"


def test_what_a_laptop_left_is_taken_at_an_operators_word_once_its_device_is_forgotten(
    district, one, laptop, orphan, tmp_path
):
    parts, answer = district.host.centre.parts, tmp_path / "answer.gwp"
    with pytest.raises(parcels.UnknownDevice):
        parcels.take_in(parts, orphan, answer, last=True)
    with pytest.raises(parcels.UnknownDevice):
        parcels.take_in(parts, orphan, answer, of=one.login)
    for _ in range(2):
        handed = parcels.take_in(parts, orphan, answer, last=True, of=one.login)
        assert (handed.operations, handed.photos, handed.problem) == (1, 1, None)
    said = parts.store.read(lambda tx: op_log.known(tx, [one.saved[0].op_id]))
    assert said[one.saved[0].op_id].verdict == "applied"
    with pytest.raises(parcels.UnknownDevice):
        parcels.take_in(parts, orphan, answer, last=True)
    put_down = parts.store.read(lambda tx: devices.get(tx, known(laptop).device_id))
    assert (put_down.login, put_down.state, put_down.pubkey) == (one.login, devices.WIPED, "")


def test_no_word_of_an_operator_makes_a_parcel_somebody_elses(
    district, one, laptop, orphan, tmp_path
):
    parts, answer = district.host.centre.parts, tmp_path / "answer.gwp"
    other = district.workers[1]
    with pytest.raises(NotTheirs, match=one.login):
        parcels.take_in(parts, orphan, answer, last=True, of=other.login)
    assert parts.store.read(lambda tx: devices.get(tx, known(laptop).device_id)) is None
    changed = bytearray(orphan.read_bytes())
    changed[-300] ^= 1
    orphan.write_bytes(changed)
    with pytest.raises(NoParcel):
        parcels.take_in(parts, orphan, answer, last=True, of=one.login)
    assert parts.store.read(lambda tx: devices.get(tx, known(laptop).device_id)) is None
    assert not answer.exists()


def test_an_operators_word_is_nothing_where_the_device_is_known(
    district, one, laptop, put_state, tmp_path
):
    one.report_with_photo()
    put_state(devices.WIPED)
    laptop.engine.round()
    parts = district.host.centre.parts
    ((name, _),) = parts.blobs.aside()
    with (tmp_path / "left.gwp").open("wb") as file:
        escrow.copy(parts.blobs, name, file)
    forged = bytearray((tmp_path / "left.gwp").read_bytes())
    forged[-1] ^= 1
    (tmp_path / "left.gwp").write_bytes(forged)
    with pytest.raises(NoParcel):
        parcels.take_in(
            parts, tmp_path / "left.gwp", tmp_path / "answer.gwp", last=True, of=one.login
        )


def test_what_a_copy_left_is_decided_under_other_numbers(
    district, one, laptop, put_state, taken_in
):
    assert laptop.engine.round().failure is None
    one.report_with_photo()
    put_state(devices.WIPED)
    laptop.engine.round()
    assert [left for _, left in laptop.destroyed] == ["delivered"]
    parts, device = district.host.centre.parts, known(laptop).device_id
    parts.store.write(lambda tx: devices.acknowledge(tx, device, 7, 0))  # by another copy
    assert taken_in() == (1, 1)
    ((verdict,),) = parts.store.survey(lambda tx: tx.rows("SELECT verdict FROM op_log"))
    assert verdict == "applied"
    assert taken_in() == (1, 1)


def test_with_nothing_to_hand_in_nothing_is_left(district, laptop, put_state):
    assert laptop.engine.round().failure is None
    put_state(devices.WIPED)
    laptop.engine.round()
    assert [left for _, left in laptop.destroyed] == ["nothing"]
    assert not district.host.centre.parts.blobs.aside()


def test_what_cannot_be_handed_in_stays_beside_sealed(one, laptop, put_state, between):
    one.report_with_photo()
    put_state(devices.WIPED)
    between(lambda path, reply: reply if "escrow" not in path else altered(reply, kept=None))
    laptop.engine.round()
    assert [left for _, left in laptop.destroyed] == ["kept"]
    assert laptop.parcel.read_bytes().startswith(b"GWP1")


def test_what_is_recorded_while_it_is_handed_in_is_handed_in_too(
    district, one, laptop, put_state, between
):
    one.report_with_photo()
    put_state(devices.WIPED)
    more = [one.report_with_photo]

    def meanwhile(path, reply):
        if "escrow" in path and more:
            more.pop()()
        return reply

    between(meanwhile)
    laptop.engine.round()
    assert [left for _, left in laptop.destroyed] == ["delivered"]
    assert len(district.host.centre.parts.blobs.aside()) == 2
    with pytest.raises(DeviceWiped):
        one.report_with_photo()


def test_whoever_never_stops_recording_does_not_keep_the_profile(one, laptop, put_state, between):
    put_state(devices.WIPED)
    one.report_with_photo()

    def meanwhile(path, reply):
        if "escrow" in path:
            one.report_with_photo()
        return reply

    between(meanwhile)
    laptop.engine.round()
    assert [left for _, left in laptop.destroyed] == ["delivered"]


def test_reading_stays_closed_until_a_pull_goes_through(laptop, put_state):
    laptop.engine.round()
    put_state(devices.SUSPENDED)
    assert laptop.engine.round().failure.code == "sync_device_suspended"
    put_state(devices.ACTIVE)
    assert laptop.engine.round(cancelled=lambda: True).failure is None
    assert known(laptop).suspended
    assert laptop.engine.round().failure is None
    assert not known(laptop).suspended


@pytest.mark.parametrize(
    "forgery",
    [{"order": "00" * 64}, {"order": None}, {"order": "zz"}, {"number": 1}, {"number": None}],
)
def test_a_forged_order_changes_nothing(one, laptop, put_state, between, forgery):
    one.report_with_photo()
    put_state(devices.WIPED)
    forged = []

    def forge(_, reply):
        forged.append(reply.status == 410)
        return altered(reply, **forgery) if reply.status == 410 else reply

    between(forge)
    failure = laptop.engine.round().failure
    assert any(forged)
    assert not isinstance(failure, CentreSaid)
    assert laptop.destroyed == []
    assert not laptop.parcel.exists()
    put_state(devices.ACTIVE)
    assert laptop.engine.round().failure is None
    assert "sync_order_not_genuine" in [c for (c,) in laptop.rows("SELECT code FROM sync_log")]
    assert laptop.rows("SELECT DISTINCT state FROM blob") == [("stored",)]


def test_an_order_for_another_device_is_none_for_this_one(
    district, one, laptop, put_state, between
):
    other = known(district.workers[1].laptop).device_id
    parts = district.host.centre.parts
    fleet.put_state(parts, other, devices.WIPED)
    number, order = parts.store.read(lambda tx: fleet.order(tx, parts, other))
    put_state(devices.WIPED)
    between(
        lambda _, reply: (
            altered(reply, number=number, order=order) if reply.status == 410 else reply
        )
    )
    laptop.engine.round()
    assert laptop.destroyed == []


@pytest.mark.parametrize("declared", [False, True])
@pytest.mark.parametrize("why", ["draining", "too old"])
def test_a_device_that_may_not_receive_hands_in_again_what_a_restored_centre_lost(
    district, one, laptop, put_state, tmp_path, why, declared
):
    assert laptop.engine.round().failure is None
    district.host.backup(tmp_path / "backup.db")
    one.report_with_photo()
    assert laptop.engine.round().failure is None
    district.host.set_back(tmp_path / "backup.db", declared=declared)
    parts = district.host.centre.parts
    if why == "draining":
        put_state(devices.DRAINING)
    else:
        fleet.put_min_pull(parts, "9999")
    laptop.engine.round()  # hears of the new epoch
    laptop.engine.round()
    ((verdict,),) = parts.store.survey(lambda tx: tx.rows("SELECT verdict FROM op_log"))
    assert verdict == "applied"


@pytest.mark.parametrize("made_anew", [False, True])
@pytest.mark.parametrize("why", ["draining", "too old"])
def test_a_device_that_may_not_receive_still_hands_in_everything(
    district, one, laptop, put_state, why, made_anew
):
    assert laptop.engine.round().failure is None
    one.report_with_photo()
    if made_anew:
        laptop.lose_store()
    parts = district.host.centre.parts
    if why == "draining":
        put_state(devices.DRAINING)
    else:
        fleet.put_min_pull(parts, "9999")
    result = laptop.engine.round()
    code = "sync_scope_denied" if why == "draining" else "sync_client_too_old"
    assert (result.applied, result.photos_stored, result.failure.code) == (1, 1, code)
    with laptop.write.begin() as session:
        (line,) = status_queries.waiting(session, 10)
    assert line.taken
    put_state(devices.ACTIVE)
    fleet.put_min_pull(parts, "")
    assert laptop.engine.round().failure is None


def test_the_token_is_changed_once_a_month_and_a_lost_answer_costs_nothing(
    district, laptop, between
):
    told = []
    laptop.engine.changed = lambda known: told.append(known.token)
    assert laptop.engine.round().failure is None
    first = known(laptop)
    assert laptop.engine.round().failure is None
    assert (known(laptop).token, first.token_at is None) == (first.token, False)
    age(laptop, MONTH)
    lost = []

    def lose(path, reply):
        if path.endswith("/token") and not lost:
            lost.append(reply)
            return Reply(reply.status, reply.headers, b"")
        return reply

    between(lose)
    assert laptop.engine.round().failure is not None
    assert known(laptop).token == first.token
    assert laptop.engine.round().failure is None
    assert known(laptop).token != first.token
    assert told == [known(laptop).token]
    assert laptop.engine.round().failure is None
    assert len(told) == 1


def age(laptop, by):
    since = known(laptop).token_at
    earlier = laptop.clock.now() - by - timedelta(minutes=1)
    assert not is_due(since, laptop.clock.now())
    with laptop.write.begin() as session:
        state.put(session, token_at=earlier.isoformat())
