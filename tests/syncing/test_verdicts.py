"""No verdict of an epoch outlives it where the centre has decided otherwise since (sync.md 5.5)."""

import logging

import msgspec
import pytest

from central.service import parcels
from gridworker.storage import outbox
from tests.syncing.simulator.flaw import Flaw
from tests.syncing.simulator.flaws import Tampering, rewritten
from tests.syncing.simulator.history import History
from tests.syncing.simulator.invariants import Truth, judge


@pytest.fixture
def make_district(caller, caplog):
    caplog.set_level(logging.CRITICAL, "central")
    made = []

    def make(flaw: Flaw | None = None) -> History:
        made.append(History(0, caller, flaw=flaw))
        return made[-1]

    yield make
    for district in made:
        district.close()


@pytest.fixture
def district(make_district):
    return make_district()


@pytest.fixture
def stick(tmp_path):
    return tmp_path / "to-centre.gwp"


@pytest.fixture
def back(tmp_path):
    return tmp_path / "answer.gwp"


def refused(district, stick, *, late: bool = True):
    """A laptop edits what was voided meanwhile, and records on; `stick` has the edit as well."""
    one, reviewer = district.workers[0], district.workers[2]
    one.report_with_photo()
    one.laptop.engine.round()
    reviewer.laptop.engine.round()
    if late:
        district._back_up()
    ((ticket, note),) = one.laptop.rows("SELECT id, body ->> '$.note' FROM view_ticket")
    void = {"action": "void", "reason": "重复"}
    reviewer._write(
        "ticket.act@1", "ticket", void, [], subject=ticket, expect={"state": "reported"}
    )
    reviewer.laptop.engine.round()
    args = {"changes": {"note": {"from": note, "to": "井盖在路中间"}}}
    one._write("ticket.edit@1", "ticket", args, [], subject=ticket)
    one.laptop.courier.write(stick)
    assert one.laptop.engine.round().refused == 1
    if not late:
        close(one)
        district._back_up()
    one.report_with_photo()
    assert one.laptop.engine.round().applied == 1
    return one


def close(worker) -> None:
    """The person has dealt with the one card that is there."""
    ((op_id,),) = worker.laptop.rows("SELECT op_id FROM outbox WHERE state = 'refused'")
    with worker.laptop.engines.write.begin() as session:
        outbox.close(session, op_id)
    worker.closed.add(op_id)


def decided_anew(district, stick, back):
    """The centre forgets the voiding, and the edit comes to it on a stick: it is applied."""
    one = refused(district, stick)
    district.host.set_back(district._backup, declared=False)
    assert parcels.take_in(district.host.centre.parts, stick, back).operations == 1
    return one


def verdicts(worker) -> dict[int, str]:
    return dict(
        worker.laptop.rows("SELECT seq, state FROM outbox UNION SELECT seq, state FROM sent_log")
    )


def all_is_well(district) -> None:
    for _ in range(2):
        for worker in district.workers:
            assert worker.laptop.engine.round().failure is None
    truth = Truth(district.host.database, district.host.blobs)
    assert judge(district.workers, truth) == []


def test_what_was_decided_anew_before_the_laptop_spoke_is_asked_about_again(district, stick, back):
    one = decided_anew(district, stick, back)
    assert verdicts(one) == {1: "applied", 2: "refused", 3: "applied"}
    result = one.laptop.engine.round()
    assert [note.code for note in result.notes][-1] == "sync_centre_restored"
    assert result.failure is None
    assert verdicts(one) == {1: "applied", 2: "applied", 3: "applied"}
    all_is_well(district)


def test_a_parcel_s_answer_tells_of_it_as_well(district, stick, back):
    one = decided_anew(district, stick, back)
    one.laptop.courier.write(stick)
    parcels.take_in(district.host.centre.parts, stick, back)
    assert one.laptop.courier.read(back).restored
    assert verdicts(one) == {1: "queued", 2: "queued", 3: "queued"}
    one.laptop.engine.start_over()
    all_is_well(district)
    assert verdicts(one) == {1: "applied", 2: "applied", 3: "applied"}


@pytest.mark.parametrize("declared", [True, False])
def test_what_was_decided_alike_is_not_asked_again_and_closed_cards_stay_closed(
    district, stick, declared
):
    one = refused(district, stick, late=False)
    district.host.set_back(district._backup, declared=declared)
    result = one.laptop.engine.round()
    assert (result.pushed, result.applied, result.refused) == (1, 1, 0)
    assert one.laptop.rows("SELECT seq, state FROM sent_log WHERE closed_by_user") == [
        (2, "refused")
    ]
    all_is_well(district)


class Silent(Flaw):
    """A centre of before: it does not tell what it has decided."""

    class Line(Tampering):
        def inward(self, path, reply):
            del path
            if b'"decided"' in reply.body:
                told = msgspec.json.decode(reply.body)
                del told["decided"]
                return rewritten(reply, told)
            return reply

    def line(self, line, history):
        return self.Line(line, history)


def test_a_centre_that_does_not_tell_is_believed_by_its_numbers(make_district, stick):
    district = make_district(Silent())
    one = refused(district, stick, late=False)
    district.host.set_back(district._backup, declared=True)
    assert one.laptop.engine.round().applied == 1
    assert verdicts(one) == {1: "applied", 2: "refused", 3: "applied"}
    all_is_well(district)
