"""When a laptop compares digests with the centre, and what comes of it."""

import pytest

from gridworker.domain.times import utc_text
from gridworker.storage.statements import Statements
from sync.transport import NoConnection
from tests.syncing.simulator.places import GRIDS


def test_a_flipped_bit_is_found_after_a_kill_and_the_scope_is_read_anew(one, all_is_well):
    one.report_with_photo()
    one.round()
    with one.laptop.write.begin() as session:
        Statements(session).execute(
            "UPDATE base SET rev = rev + 7, digest = 'ff' WHERE kind = 'ticket'"
        )
        Statements(session).execute("UPDATE base SET rev = 0 WHERE kind = 'ticket'")
    one.laptop.restart(crashed=True)
    result = one.laptop.engine.round()
    assert "sync_scope_reset" in [note.code for note in result.notes]
    assert result.failure is None
    all_is_well()


def test_digests_are_compared_once_a_day(one, district):
    one.round()
    district.world.pass_time(90_000)
    one.line.asked.clear()
    one.round()
    one.round()
    assert [path for _, path in one.line.asked].count("/v1/sync/verify") == 1


def test_digests_are_compared_once_a_day_on_a_laptop_that_is_off_at_night(one, district):
    one.round()
    one.line.asked.clear()
    for _ in range(4):
        district.world.pass_time(40_000)
        one.laptop.restart(crashed=False)
        assert one.laptop.engine.round().failure is None
    assert [path for _, path in one.line.asked].count("/v1/sync/verify") == 1


def test_a_mass_removal_waits_for_the_digests_of_the_centre(district, one, all_is_well):
    at = utc_text(one.laptop.clock.now())
    for _ in range(130):
        args = {"result": "normal", "place": "东门", "note": "", "grid": GRIDS[0], "at": at}
        one._write("patrol_record.create@1", "patrol_record", args, [])
    one.round()
    patrols = [
        id_ for (id_,) in one.laptop.rows("SELECT id FROM base WHERE kind = 'patrol_record'")
    ]
    here = "SELECT count(*) FROM view_patrol_record"
    district.operators._amend(patrols[:120], lambda body: {"grid": GRIDS[1]})
    one.line.instead["/v1/sync/verify"] = [NoConnection()]
    assert one.round().failure is not None
    assert one.laptop.rows(here) == [(130,)]
    result = one.round()
    assert [note.code for note in result.notes] == ["sync_removed_much"]
    assert one.laptop.rows(here) == [(10,)]
    all_is_well()


@pytest.mark.parametrize("lost", [None, "/v1/sync/verify", "/v1/sync/pull"])
@pytest.mark.parametrize("killed", [False, True], ids=["goes on", "killed"])
def test_digests_are_compared_after_the_centre_had_a_scope_read_anew(district, one, lost, killed):
    one.report_with_photo()
    one.round()
    with one.laptop.write.begin() as session:
        Statements(session).execute("UPDATE cursor SET seq = seq + 9 WHERE scope LIKE 'grid:%'")
    one.line.asked.clear()
    if lost:
        first = [None] if lost == "/v1/sync/pull" else []  # the page that says what is read anew
        one.line.instead[lost] = [*first, NoConnection()]
        assert one.round().failure is not None
        one.line.asked.clear()
    if killed:
        one.laptop.restart(crashed=False)
    one.laptop.engine.round()
    assert [path for _, path in one.line.asked].count("/v1/sync/verify") == 1
    one.laptop.engine.round()
    assert [path for _, path in one.line.asked].count("/v1/sync/verify") == 1


def test_a_doubt_outlives_a_start_without_a_network(one):
    one.round()
    one.laptop.restart(crashed=True)
    one.line.instead["/v1/sync/pull"] = [NoConnection()]
    assert one.laptop.engine.round().failure is not None
    one.laptop.restart(crashed=False)
    one.line.asked.clear()
    one.laptop.engine.round()
    assert [path for _, path in one.line.asked].count("/v1/sync/verify") == 1
