"""Sync centre and status line: truthful, and never in the way."""

import msgspec
import pytest

from gridworker.app.ports import Connection, FormAgain, LogLine
from gridworker.domain.lines import AttentionCard, SyncStatus
from gridworker.domain.problem import Code, RuleBroken
from ui.presenters.attention import Attention
from ui.presenters.recording import surprise
from ui.presenters.status_line import StatusLinePresenter
from ui.presenters.sync_centre import SyncCentrePresenter, without_repeats


def card(kind: str = "ticket") -> AttentionCard:
    return AttentionCard(
        op_id="o1",
        seq=7,
        kind=kind,
        entity_id="t9",
        local_no="A-0307",
        title="地砖",
        place="广场",
        did="ticket.resolve",
        when="2026-05-20T03:00:00Z",
        code="E_STALE_STATE",
        verdict="refused",
        now={},
        evidence_id=None,
        can=("open", "close"),
    )


@pytest.fixture
def shown() -> list[tuple]:
    return []


@pytest.fixture
def centre(desk) -> SyncCentrePresenter:
    made = SyncCentrePresenter(
        desk.unlocked, read=desk.read, write=desk.write, later=desk.time, failed=surprise
    )
    made.start(desk.view)
    return made


@pytest.fixture
def ways(desk, centre, shown) -> Attention:
    made = Attention(
        desk.unlocked,
        write=desk.write,
        later=desk.time,
        changed=centre.refresh,
        tell=lambda done: shown.append(("told", str(done))),
        open_record=lambda kind, record: shown.append((kind, record)),
        open_form=shown.append,
        failed=surprise,
    )
    made.start(desk.view)
    return made


def test_buttons_ask_the_engine_and_do_not_wait(desk, centre):
    centre.sync_now()
    centre.pause_or_go_on()
    desk.network.state = Connection(state="paused")
    centre.pause_or_go_on()
    centre.cut_network(True)
    assert desk.network.asked == [("sync_now",), ("pause", True), ("pause", False), ("cut", True)]
    assert desk.unlocked.paused == [True, False]  # over a restart


def test_a_card_stays_until_the_person_closes_it(desk, centre, ways, shown):
    desk.store.attention = lambda: [] if desk.store.closed else [card()]
    centre.refresh()
    assert len(desk.view.last("show_cards")) == 1
    ways.open(card())
    centre.refresh()
    assert len(desk.view.last("show_cards")) == 1
    ways.close(card())
    assert desk.view.last("show_cards") == ()
    assert desk.store.closed == ["o1"]
    assert shown == [("ticket", "t9")]


def test_each_way_out_is_one_command_and_is_told(desk, ways, shown):
    told = card()
    ways.redo(told)
    ways.choose(told, {"place": "东门"})
    ways.keep_both(told)
    ways.hand_over(told)
    asked = [("redo", "o1"), ("choose", ("o1", {"place": "东门"})), ("both", "o1")]
    assert desk.store.recorded == [*asked, ("hand_over", "o1")]
    assert shown == [("told", done) for done in ("again", "chosen", "both", "handed")]


def test_a_refused_record_comes_up_in_its_form(desk, ways, shown):
    ways.redo(msgspec.structs.replace(card(), form="report"))
    assert desk.store.recorded == [("start_over", "o1")]
    assert shown == [FormAgain("report", "redo o1")]


def test_a_rule_that_refuses_again_is_told_on_the_card(desk, ways, shown):
    desk.store.refuse = RuleBroken(Code.STAGE_ORDER)
    ways.redo(card())
    assert desk.view.last("show_card_problem") == (("o1", desk.store.refuse), {})
    assert desk.view.last("set_card_busy") == (("o1", False), {})
    assert shown == []


def test_nothing_is_pressed_twice_and_nothing_told_after_the_end(desk, ways, shown):
    desk.write.hold = True
    ways.hand_over(card())
    assert desk.view.last("set_card_busy") == (("o1", True), {})
    ways.close_down()
    desk.write.go()
    assert desk.view.last("set_card_busy") == (("o1", True), {})
    assert shown == []


def test_many_changes_at_once_cost_one_look(desk, centre):
    desk.read.hold = True
    before = desk.view.count("show_connection")
    for _ in range(50):
        centre.refresh()
    desk.read.go()
    assert desk.view.count("show_connection") == before + 1


def test_times_in_words_are_refreshed(desk, centre):
    before = desk.view.count("show_connection")
    desk.time.pass_by(15_000)
    assert desk.view.count("show_connection") == before + 1
    centre.close()
    desk.time.pass_by(60_000)
    assert desk.view.count("show_connection") == before + 1


def test_the_status_line_tells_counters_connection_and_room(desk):
    told: list[str] = []
    desk.store.status_ = SyncStatus(saved=3, queued_ops=5, needs_attention=1)
    line = StatusLinePresenter(
        desk.store,
        desk.network,
        read=desk.read,
        later=desk.time,
        free_space=lambda: 41_000_000_000,
        failed=surprise,
        on_attention=lambda: told.append("care"),
    )
    line.start(desk.view)
    (connection, status), more = desk.view.last("show_status")
    assert (connection.state, status.saved, more["free_bytes"]) == ("offline", 3, 41_000_000_000)
    assert told == []
    for needed in (2, 1, 1):
        desk.store.status_ = SyncStatus(needs_attention=needed)
        line.refresh()
    assert told == ["care"]
    line.close()
    line.refresh()
    assert desk.view.count("show_status") == 4


def test_failures_in_a_row_are_one_line_and_the_newest():
    def line(at, code, *, ok=False):
        return LogLine(at, ok=ok, code=code)

    log = [line("6", "timeout"), line("5", "timeout"), line("4", "sync_done", ok=True)]
    log += [line("3", "sync_done", ok=True), line("2", "timeout"), line("1", "no_connection")]
    assert [told.at for told in without_repeats(log)] == ["6", "4", "3", "2", "1"]


def test_what_went_before_a_long_time_without_a_network_is_still_told(desk, centre):
    def log(limit):
        lines = [LogLine(str(n), ok=False, code="timeout") for n in range(200, 2, -1)]
        return [*lines, LogLine("1", ok=True, code="sync_done")][:limit]

    desk.store.sync_log = log
    centre.refresh()
    told = desk.view.last("show_log")
    assert [line.at for line in told] == ["200", "1"]


def test_of_a_round_that_worked_only_what_it_moved_is_told():
    facts = {"pushed": 0, "pulled": 53, "photos_stored": 0}
    done = LogLine("2", ok=True, code="sync_done", facts=facts)
    failed = LogLine("1", ok=False, code="timeout", facts={"seconds": 0})
    assert [line.facts for line in without_repeats([done, failed])] == [
        {"pulled": 53},
        {"seconds": 0},
    ]
