"""Conflicts and refusals between real laptops and a real centre, from the first wish to the end."""

import logging

import msgspec
import pytest

from central.service import people, quarantine, refusals
from gridworker.app.changes import Changes
from gridworker.app.commands import StoreCommands
from gridworker.app.pen import Pen
from gridworker.app.photo_views import PhotoViews
from gridworker.app.ports import NewPatrol, NewReport
from gridworker.app.queries import StoreQueries
from gridworker.app.room import Room
from gridworker.app.taken_photos import TakenPhotos
from gridworker.domain.apply import apply
from gridworker.domain.redo import handed_id
from gridworker.storage import outbox, state
from gridworker.storage.statements import Statements
from sync.http import HttpTransport
from tests.syncing.real_centre import RealCentre, worker
from tests.syncing.simulator.places import GRIDS

ITEM, PLACE, NOTE = "S0101", "西门", "井盖松了"


def no_reader():
    pytest.fail("no photo is looked at here")


class Desk:
    """What windows have of a laptop; `sync` is one round with the centre."""

    def __init__(self, laptop):
        room = Room(laptop.folder, photos=1, text=1)
        pen = Pen(laptop.recorder, laptop.clock, Changes(), room)
        photos = TakenPhotos(laptop.write, laptop.photos, no_reader, laptop.clock, room)
        self.laptop = laptop
        self.commands = StoreCommands(pen, photos, laptop.write)
        views = PhotoViews(laptop.photos, no_reader)
        self.queries = StoreQueries(laptop.read, laptop.clock, views)

    def sync(self):
        result = self.laptop.engine.round()
        assert result.failure is None
        return result

    def card(self):
        (card,) = self.queries.attention()
        return card

    def report(self, **about):
        """Report something that the centre takes; returns the ticket's id."""
        new = NewReport(item=ITEM, **{"place": PLACE, "note": NOTE, **about})
        saved = self.commands.report(new)
        self.sync()
        return saved.id


@pytest.fixture
def centre(tmp_path, caplog):
    caplog.set_level(logging.CRITICAL, "central")
    running = RealCentre(tmp_path)
    yield running
    running.close()


@pytest.fixture
def desk_of(tmp_path, centre):
    """Make the laptop of a person of the district."""
    made = []

    def make(login):
        laptop = worker(tmp_path, login, HttpTransport(centre.url)).laptop
        made.append(laptop)
        return Desk(laptop)

    yield make
    for laptop in made:
        laptop.stop()
        laptop.transport.close()


@pytest.fixture
def mine(desk_of):
    return desk_of("wg0101")


@pytest.fixture
def reviewer(desk_of):
    """Whoever is in charge of the community."""
    return desk_of("cr0101")


@pytest.fixture
def differs(mine, reviewer):
    """Both change place and note of a ticket, the reviewer's reaches the centre first."""
    ticket = mine.report()
    reviewer.sync()
    reviewer.commands.edit(ticket, {"place": (PLACE, "北门"), "note": (NOTE, "井盖裂了")})
    reviewer.sync()
    mine.commands.edit(ticket, {"place": (PLACE, "南门"), "note": (NOTE, "井盖没了")})
    assert mine.sync().refused == 1
    return ticket


def test_a_conflict_shows_both_sides_and_a_choice_reaches_everybody(mine, reviewer, differs):
    card = mine.card()
    assert (card.code, card.can[1:3]) == ("E_FIELD_CONFLICT", ("mine", "theirs"))
    choices = {choice.field: choice for choice in card.fields}
    assert (choices["place"].mine, choices["place"].theirs) == ("南门", "北门")
    assert (choices["note"].mine, choices["note"].theirs) == ("井盖没了", "井盖裂了")
    assert {choice.by for choice in card.fields} == {"示例cr0101"}
    assert all(choice.at for choice in card.fields)

    mine.commands.choose(card.op_id, {"place": "北门", "note": "井盖裂了，后来没了"})
    assert mine.sync().applied == 1

    reviewer.sync()
    for desk in (mine, reviewer):
        told = desk.queries.ticket(differs)
        assert (told.line.place, told.note) == ("北门", "井盖裂了，后来没了")
        assert desk.queries.attention() == []
    # What was refused stays with the ticket; that it was said anew is known at the other laptop.
    assert reviewer.queries.refused_work() == []


def test_both_wordings_stay_in_the_history(mine, reviewer, differs):
    mine.commands.keep_both(mine.card().op_id)
    assert mine.sync().applied == 1
    reviewer.sync()
    assert reviewer.queries.ticket(differs).line.place == "北门"
    steps = reviewer.queries.ticket(differs).timeline
    assert [step.action for step in steps] == ["report", "edit", "late_evidence", "evidence"]
    late, remark = steps[2:]
    assert (late.actor_name, late.opinion) == ("示例wg0101", "井盖没了 · 南门")
    for word in ("南门", "北门", "井盖没了", "井盖裂了"):
        assert word in remark.opinion
    assert reviewer.queries.refused_work() == []


def test_a_card_has_a_name_when_its_ticket_has_left_the_laptop(centre, mine, differs):
    people.move(centre.centre.parts, "wg0101", [f"grid:{GRIDS[1]}"])
    mine.sync()
    assert mine.queries.ticket(differs) is None
    card = mine.card()
    assert (card.title, card.place) == ("", "南门")
    (row,) = [line for line in mine.queries.inbox() if line.kind == "attention"]
    assert row.title == "南门"


def test_whoever_is_in_charge_sees_it_and_the_call_for_help(mine, reviewer, differs):
    reviewer.sync()
    (work,) = reviewer.queries.refused_work()
    assert (work.entity_id, work.code, work.did) == (differs, "E_FIELD_CONFLICT", "ticket.edit")
    assert (work.by, set(work.words), work.handed) == ("示例wg0101", {"南门", "井盖没了"}, None)
    assert mine.queries.refused_work() == []  # not in charge, and the work is one's own

    mine.commands.hand_over(mine.card().op_id)
    assert mine.sync().applied == 1
    reviewer.sync()
    (work,) = reviewer.queries.refused_work()
    assert work.handed.startswith("请主管看一看")


def test_an_act_that_came_too_late_and_what_was_built_on_it(mine, reviewer, desk_of):
    ticket = mine.report()
    reviewer.sync()
    reviewer.commands.act(ticket, "void", {"reason": "重复"})
    reviewer.sync()
    mine.commands.retract(ticket)
    assert mine.sync().refused == 1
    card = mine.card()
    assert (card.code, card.now["state"]) == ("E_STALE_STATE", "voided")
    assert card.facts["by"] == "示例cr0101"
    assert "redo" not in card.can
    mine.commands.close_attention(card.op_id)
    assert mine.queries.attention() == []


def test_what_builds_on_a_refusal_is_folded_under_it_and_said_anew(mine, reviewer):
    ticket = mine.report()
    reviewer.sync()
    reviewer.commands.edit(ticket, {"place": (PLACE, "北门")})
    reviewer.sync()
    first = mine.commands.edit(ticket, {"place": (PLACE, "南门")})
    second = mine.commands.edit(ticket, {"note": (NOTE, "两处")})
    mine.sync()
    codes = {card.op_id: (card.code, card.under) for card in mine.queries.attention()}
    assert codes == {
        first.op_id: ("E_FIELD_CONFLICT", None),
        second.op_id: ("E_PARENT_REFUSED", first.op_id),
    }
    mine.commands.take_side(first.op_id, "theirs")
    mine.commands.redo(second.op_id)
    assert mine.sync().applied == 1
    reviewer.sync()
    told = reviewer.queries.ticket(ticket)
    assert (told.line.place, told.note) == ("北门", "两处")
    assert mine.queries.attention() == []


def test_a_redo_may_be_refused_again_and_has_a_card_of_its_own(mine, reviewer, differs):
    first = mine.card()
    mine.commands.take_side(first.op_id, "mine")
    reviewer.commands.edit(differs, {"place": ("北门", "东门")})
    reviewer.sync()
    assert mine.sync().refused == 1
    second = mine.card()
    assert second.op_id != first.op_id
    (choice,) = second.fields
    assert (choice.mine, choice.theirs) == ("南门", "东门")
    mine.commands.take_side(second.op_id, "mine")
    assert mine.sync().applied == 1
    reviewer.sync()
    assert reviewer.queries.ticket(differs).line.place == "南门"


def test_a_newer_release_decides_what_was_kept_back(centre, mine, reviewer):
    """Poisoned by a rule at the centre, kept with its reason, restored by the late verdict."""

    def poisoned(op, actor, world):
        if op.args.get("place") == "毒":
            raise KeyError(op.op_id)
        return apply(op, actor, world)

    parts = centre.centre.parts
    parts.rules = poisoned
    ticket = mine.report(place="毒")
    card = mine.card()
    assert (card.verdict, card.detail, card.can) == ("quarantined", "rule", ("open", "close"))
    assert mine.queries.ticket(ticket).line.sync == "quarantined"
    mine.commands.close_attention(card.op_id)
    assert mine.queries.attention() == []

    parts.rules = apply
    (line,) = quarantine.replay(parts, apply)
    assert line["verdict"] == "applied"

    mine.sync()
    reviewer.sync()
    assert mine.queries.ticket(ticket).line.sync == "delivered"
    assert reviewer.queries.ticket(ticket).line.place == "毒"
    assert mine.queries.attention() == []


def test_a_late_refusal_opens_its_card_again(centre, mine, reviewer):
    def poisoned(op, actor, world):
        raise KeyError(op.op_id)

    def stricter(op, actor, world):
        return apply(msgspec.structs.replace(op, args={**op.args, "item": "GONE"}), actor, world)

    parts = centre.centre.parts
    parts.rules = poisoned
    mine.report()
    card = mine.card()
    mine.commands.close_attention(card.op_id)
    parts.rules = apply
    (line,) = quarantine.replay(parts, stricter)
    assert (line["verdict"], line["code"]) == ("refused", "E_UNKNOWN_ITEM")
    mine.sync()
    late = mine.card()
    assert (late.op_id, late.code, late.form) == (card.op_id, "E_UNKNOWN_ITEM", "report")
    reviewer.sync()
    assert [work.op_id for work in reviewer.queries.refused_work()] == [card.op_id]
    again = mine.commands.redo(late.op_id)
    assert mine.sync().applied == 1
    assert mine.queries.ticket(again.id).line.sync == "delivered"
    reviewer.sync()
    assert reviewer.queries.refused_work() == []


def test_what_was_added_to_a_refused_record_comes_along(centre, mine, reviewer):
    """One record says all of it, and no refusal is counted as standing any more."""

    def stricter(op, actor, world):
        gone = {**op.args, "item": "GONE"} if op.type == "ticket.report@1" else op.args
        return apply(msgspec.structs.replace(op, args=gone), actor, world)

    parts = centre.centre.parts
    parts.rules = stricter
    first = mine.commands.report(NewReport(item=ITEM, place=PLACE, note=NOTE))
    for words in ("又多了一处", "有人摔倒"):
        mine.commands.add_evidence("ticket", first.id, (), words)
    assert mine.sync().refused == 3
    codes = [(card.code, card.along) for card in mine.queries.attention()]
    assert codes == [*[("E_PARENT_REFUSED", True)] * 2, ("E_UNKNOWN_ITEM", False)]
    assert sum(line["refusals"] for line in refusals.open_ones(parts, since=0)) == 3

    parts.rules = apply
    again = mine.commands.redo(first.op_id)

    assert mine.sync().applied == 1
    assert mine.queries.attention() == []
    reviewer.sync()
    assert reviewer.queries.ticket(again.id).note == f"{NOTE}\n又多了一处\n有人摔倒"
    assert reviewer.queries.refused_work() == []
    assert list(refusals.open_ones(parts, since=0)) == []


@pytest.fixture
def too_late(centre, mine):
    """A patrol that is recorded in a grid which its author has just left; its card."""
    seen = NewPatrol(place="3栋", result="normal", note="楼道通畅")
    mine.commands.patrol(seen)
    people.move(centre.centre.parts, "wg0101", [f"grid:{GRIDS[1]}"])
    assert mine.sync().refused == 1
    return mine.card()


def test_a_new_record_that_was_not_taken_is_handed_over(mine, reviewer, too_late):
    assert (too_late.code, too_late.can) == ("E_FORBIDDEN", ("hand_over", "close"))
    reviewer.sync()
    (work,) = reviewer.queries.refused_work()
    assert (work.kind, work.place, work.words, work.handed) == ("", "3栋", ("楼道通畅",), None)

    mine.commands.hand_over(too_late.op_id)

    assert mine.queries.attention() == []
    (line,) = mine.queries.waiting()
    assert (line.did, line.sync) == ("evidence.add", "saved")
    assert mine.sync().applied == 1
    assert mine.queries.waiting() == []
    reviewer.sync()
    (work,) = reviewer.queries.refused_work()
    assert work.handed.startswith("请主管看一看：我的“巡查”")
    mine.sync()
    assert mine.queries.attention() == []


def test_a_call_for_help_outlives_a_new_epoch(centre, mine, reviewer, too_late):
    mine.commands.hand_over(too_late.op_id)
    with mine.laptop.write.begin() as session:
        epoch = state.get(session).epoch
    centre.centre.restored()
    mine.sync()
    with mine.laptop.write.begin() as session:
        assert state.get(session).epoch != epoch
    reviewer.sync()
    (work,) = reviewer.queries.refused_work()
    assert work.handed


def test_a_call_for_help_that_is_refused_leaves_no_trace_but_its_card(centre, mine, too_late):
    mine.commands.hand_over(too_late.op_id)
    remark = handed_id(too_late.op_id)
    shown = "SELECT waiting FROM view_part WHERE id = ?"
    with mine.laptop.write.begin() as session:
        assert Statements(session).execute(shown, (remark,)).fetchall() == [(1,)]
        (waiting,) = outbox.batch(session, limit=9, max_bytes=10**6)

    def older(op, actor, world):
        to = {**op.args["to"], "kind": "unheard_of"}
        return apply(msgspec.structs.replace(op, args={**op.args, "to": to}), actor, world)

    centre.centre.parts.rules = older
    assert mine.sync().refused == 1
    card = mine.card()
    assert (card.op_id, card.code, card.did) == (waiting.op_id, "E_INVALID", "evidence.add")
    with mine.laptop.write.begin() as session:
        assert Statements(session).execute(shown, (remark,)).fetchall() == []
    mine.commands.close_attention(card.op_id)
    assert mine.queries.attention() == []


def test_words_begun_about_a_ticket_that_moves_away_are_still_shown(centre, mine):
    ticket = mine.report()
    about = {"ticket": ticket, "question": "edit", "name": "A-0001 井盖"}
    typed = {"place": "南门", "seen_place": PLACE, "note": NOTE, "seen_note": NOTE}
    mine.commands.save_draft("q1", "question", {**about, "words": typed})
    mine.sync()
    assert mine.queries.left_words() == []
    people.move(centre.centre.parts, "wg0101", [f"grid:{GRIDS[1]}"])
    mine.sync()
    assert mine.queries.ticket(ticket) is None
    (line,) = mine.queries.left_words()
    assert (line.name, line.ticket, line.words) == ("A-0001 井盖", "", ("南门",))
    assert [row.id for row in mine.queries.inbox() if row.kind == "unfinished"] == ["q1"]
