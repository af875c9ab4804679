"""A centre that was set back, and reading from the start what it has pruned."""

import pytest

from central.store import feed
from sync.transport import NoConnection


@pytest.mark.parametrize("declared", [True, False])
def test_a_restored_centre_gets_again_what_it_lost(one, other, district, all_is_well, declared):
    one.report_with_photo()
    one.round()
    district._back_up()
    one.report_with_photo()
    one.round()
    other.round()
    district.host.set_back(district._backup, declared=declared)
    result = one.round()
    assert "sync_centre_restored" in [note.code for note in result.notes]
    assert result.applied == 1
    for worker in district.workers:
        worker.round()
    assert len(other.laptop.rows("SELECT id FROM view_ticket")) == 2
    all_is_well()


def test_a_centre_set_back_to_before_a_token_was_changed_locks_nobody_out(
    one, district, tmp_path, all_is_well
):
    one.round()
    district.host.backup(tmp_path / "backup.db")
    one.report_with_photo()
    district.world.pass_time(31 * 86_400)
    assert one.round().failure is None
    one.report_with_photo()
    assert one.round().failure is None, "the new token is shown, the old one ends"
    district.host.set_back(tmp_path / "backup.db", declared=True)
    assert one.round().failure is None
    all_is_well()


def set_back_silently(district, folder):
    """Put the centre back to a copy from before; nobody tells it."""
    district.host.set_back(folder / "backup.db", declared=False)


def test_what_a_centre_that_was_set_back_does_not_know_any_more_is_forgotten(
    district, one, tmp_path, all_is_well
):
    one.round()
    district.host.backup(tmp_path / "backup.db")
    district.operators.move("wg0102")
    assert one.round().pulled == 1
    set_back_silently(district, tmp_path)
    # No verdict was lost, so no laptop can tell it that it was set back.
    assert one.round().notes == ()
    all_is_well()


def test_a_photo_that_a_centre_which_was_set_back_forgot_is_sent_again(
    district, one, tmp_path, all_is_well
):
    one.report_with_photo()
    one.line.instead["/v1/blobs"] = [NoConnection()]
    one.round()
    district.host.backup(tmp_path / "backup.db")
    one.line.instead["/v1/sync/pull"] = [None, NoConnection()]
    assert one.round().photos_stored == 1
    assert one.laptop.rows("SELECT state FROM blob") == [("sent",)]
    set_back_silently(district, tmp_path)
    for _ in range(2):
        assert one.round().failure is None
    assert one.laptop.rows("SELECT state FROM blob") == [("stored",)]
    all_is_well()


@pytest.mark.parametrize("stops", [False, True], ids=["at once", "with a break"])
def test_who_reads_from_the_start_comes_to_the_end_though_the_past_was_forgotten(
    district, one, all_is_well, stops
):
    for _ in range(12):
        one.report_with_photo()
    one.round()
    for _ in range(6):
        district.operators.move_record()
    forget_what_went(district)
    district.network.most_rows = 7
    one.laptop.lose_store()
    one.made_anew = True
    if stops:
        one.laptop.engine.round(cancelled=after(9))
        one.laptop.restart(crashed=True)
    result = one.laptop.engine.round(cancelled=after(200))
    assert (result.failure, result.cancelled) == (None, False)
    district.network.most_rows = None
    all_is_well()


def after(count):
    """Say for that many times that there is no hurry."""
    left = iter(range(count))
    return lambda: next(left, None) is None


def forget_what_went(district):
    """Prune as the operator's timer does when half a year is over."""

    def work(tx):
        for head in feed.everywhere(tx):
            feed.prune(tx, head, upto=head.seq)

    district.host.centre.parts.store.write(work)


def test_a_store_made_anew_takes_the_numbers_that_a_centre_set_back_expects(
    district, one, tmp_path, all_is_well
):
    district.host.backup(tmp_path / "backup.db")
    one.report_with_photo()
    one.round()
    one.laptop.lose_store()
    one.made_anew = True
    assert one.laptop.engine.round().failure is None
    one.report_with_photo()
    assert one.laptop.engine.round().failure is None
    assert one.laptop.rows("SELECT min(seq) FROM sent_log") == [(2,)]
    district.host.set_back(tmp_path / "backup.db", declared=True)
    assert one.laptop.engine.round().failure is None
    assert one.laptop.rows("SELECT min(seq) FROM sent_log") == [(1,)]
    one.report_with_photo()
    all_is_well()
