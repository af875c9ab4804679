"""Which test puts each fault of sync.md 7 into effect; every test named here has to be there."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TABLE = r"""
1 laptop killed during a sync
    stories/test_kills.py a_laptop_is_killed_while_it_records_and_syncs
    storage/records/test_kill.py nothing_acknowledged_is_lost_by_kills
    stories/command_line/test_kills.py kills_lose_nothing_that_was_acknowledged
2 centre killed around its commit
    centre/test_process.py a_kill_around_the_commit_loses_nothing_and_doubles_nothing
    centre/test_process.py a_kill_after_the_rename_of_a_photo_keeps_the_photo
    stories/test_kills.py the_centre_is_killed_while_it_decides_and_stores
3 power cut
    faults/test_power_cut.py nothing_acknowledged_is_lost_by_power_cuts
    faults/test_power_cut.py the_same_program_that_does_not_wait_for_the_disk_loses_what_it_said
    faults/test_disks.py a_disk_without_power_keeps_what_was_acknowledged
4 disk full, then room again
    faults/test_disks.py a_full_disk_refuses_and_takes_more_once_there_is_room
    storage/test_damage.py a_really_full_disk_is_told_as_that
5 the nth call to the disk fails
    faults/test_failing_calls.py a_call_that_fails_costs_the_store_nothing
    faults/test_failing_calls.py a_call_that_fails_is_told_by_the_program_in_a_sentence
6 read-only disk
    faults/test_disks.py a_disk_that_turns_read_only_is_told_as_that_and_loses_nothing
7 bit rot
    storage/test_damage.py req_194_every_flipped_bit_is_found
    stories/command_line/test_damaged_store.py \
        req_194_what_waited_comes_back_from_the_journal_and_arrives_once
8 spoilt requests and answers
    syncing/test_faults.py a_spoilt_request_loses_nothing_and_does_nothing_twice
9 duplicates, early and late
    syncing/test_faults.py a_spoilt_request_loses_nothing_and_does_nothing_twice
    faults/test_restored_centre.py a_centre_put_back_a_day_receives_that_day_again
10 a bad network
    faults/test_network.py a_fifth_of_the_packets_is_lost
    faults/test_network.py a_narrow_link_takes_its_time
    faults/test_network.py a_link_that_is_gone_is_noticed_and_taken_up_again
    faults/test_network.py a_link_that_goes_while_a_photo_is_under_way
    faults/test_network.py a_centre_that_hangs_holds_nobody_up_for_ever
11 wrong clocks
    faults/test_clocks.py jumps_of_the_clock_change_no_order_and_lose_nothing
12 two people, one ticket
    stories/command_line/test_exits.py \
        a_refusal_of_the_centre_ends_with_5_and_stays_until_closed
13 device suspended or wiped in the middle
    faults/test_revoked.py between_two_pages
    faults/test_revoked.py between_the_beginning_and_the_rest_of_a_photo
    stories/command_line/test_wiping.py the_order_is_carried_out_and_told
14 centre put back from a backup
    faults/test_restored_centre.py a_centre_put_back_a_day_receives_that_day_again
15 laptop put back or cloned
    stories/command_line/test_copies.py a_cloned_machine_goes_on_as_a_device_of_its_own
    stories/command_line/test_copies.py a_profile_put_back_from_an_older_copy_gets_its_day_back
16 worker moved
    faults/test_moves.py what_waited_when_a_worker_was_moved_arrives_and_the_rest_leaves
    centre/test_assignments.py a_worker_who_moves_receives_the_new_grid_and_loses_the_old
17 photos cut off, changed, sent twice
    syncing/test_faults.py a_spoilt_request_loses_nothing_and_does_nothing_twice
    centre/test_blobs.py a_newer_request_takes_over_from_one_that_hangs
    centre/test_blobs.py a_wrong_hash_is_460_and_the_bytes_are_gone
    syncing/test_tus.py a_wrong_offset_is_asked_for_and_put_right
    interop/test_tus_js_client.py a_centre_that_is_killed_in_between_goes_on_where_it_was
18 two programs, one profile
    stories/command_line/test_copies.py \
        programs_that_save_into_one_profile_at_once_take_turns_or_say_so
    stories/command_line/test_exits.py a_profile_in_use_ends_with_7_and_can_still_be_read
19 another version on the other side
    centre/test_versions.py requests_of_the_first_release_are_answered_as_they_were
    centre/test_versions.py answers_of_the_first_release_are_understood
    centre/test_versions.py what_only_a_newer_program_knows_waits_whole_and_stops_nobody
20 an operation that breaks a rule
    faults/test_poisoned.py one_poisoned_operation_is_kept_for_the_next_release
"""


def scenarios():
    """Return the tests of each scenario: file and name."""
    parts = re.split(r"\n(?=\d)", TABLE.replace("\\\n", "").strip())
    lines = (part.splitlines() for part in parts)
    return {name: [tuple(line.split()) for line in tests] for name, *tests in lines}


def test_each_of_the_twenty_has_a_test():
    assert [name.split()[0] for name in scenarios()] == [str(n) for n in range(1, 21)]


@pytest.mark.parametrize("scenario", scenarios())
def test_the_tests_of_a_scenario_are_there(scenario):
    for path, name in scenarios()[scenario]:
        source = (TESTS / path).read_text("utf-8")
        assert re.search(rf"^def test_{name}\(", source, re.MULTILINE), (path, name)
