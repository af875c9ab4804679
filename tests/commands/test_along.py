"""What was added to a refused record comes along when that is said anew, on a real store."""

import msgspec
import pytest

from gridworker.app.ports import NewPatrol, NewReport, NewResolve, PhotoRef
from gridworker.domain.operations import MAX_NOTE
from gridworker.domain.problem import RuleBroken
from tests.commands.refusals import NOTE, PLACE, answer
from tests.storage.records.small_district import ITEM

OFF = {"verdict": "refused", "code": "E_ITEM_OFF"}
LED = {"verdict": "refused", "code": "E_PARENT_REFUSED"}


@pytest.fixture
def add(commands, take):
    """Add photos of colors and a remark to a record; returns the operation's id."""

    def make(record, *colors, note="", kind="ticket"):
        photos = tuple(PhotoRef(take(color).id, "other") for color in colors)
        return commands.add_evidence(kind, record, photos, note).op_id

    return make


@pytest.fixture
def refused(store, commands, take, add):
    """A report with a photo, and two additions; none was taken. The ids of all three."""
    photos = (PhotoRef(take("red").id, "near"),)
    first = commands.report(NewReport(item=ITEM, place=PLACE, note=NOTE, photos=photos))
    one = add(first.id, "blue", "red", note="又多了两箱")
    two = add(first.id, "green", "blue", note="还没有人来搬")
    answer(store, OFF, LED, LED)
    return first.op_id, one, two


def operation(store, op_id):
    ((text,),) = store.rows("SELECT json FROM outbox WHERE op_id = ?", op_id)
    return msgspec.json.decode(text)


def colors(store, take):
    """Return the names of photos by their hashes."""
    return {take(color).sha256: color for color in ("red", "blue", "green")}


def record(commands, draft, queries, **about):
    """Record the report that a draft holds, as its form does."""
    line = next(line for line in queries.drafts() if line.id == draft)
    sides = line.fields["photos"]
    photos = tuple(PhotoRef(id_, "near") for id_ in line.photos if id_ in sides)
    words = {"place": line.fields["place"], "note": line.fields["note"], **about}
    return commands.report(NewReport(item=ITEM, photos=photos, draft=draft, **words))


def test_the_form_holds_what_was_added_and_its_record_closes_all_cards(
    store, commands, queries, take, refused
):
    under = {card.op_id: (card.under, card.along) for card in queries.attention()}
    head, one, two = refused
    assert under == {head: (None, False), one: (head, True), two: (head, True)}

    again = commands.start_over(head)

    (draft,) = queries.drafts("report")
    assert draft.fields["note"] == f"{NOTE}\n又多了两箱\n还没有人来搬"
    known = colors(store, take)
    held = [known[photo.sha256] for photo in queries.draft_photos(draft.id)]
    assert held == ["red", "blue", "green"]
    assert list(draft.fields["photos"]) == list(draft.photos)
    assert len(queries.attention()) == 3

    saved = record(commands, again.draft, queries)

    made = operation(store, saved.op_id)
    assert (made["redo_of"], made["after"]) == (head, [head, one, two])
    assert [known[photo["sha256"]] for photo in made["args"]["photos"]] == held
    assert (queries.attention(), queries.drafts()) == ([], [])
    (step,) = queries.ticket(saved.id).timeline
    assert step.action == "report"


def test_a_second_start_changes_nothing_and_a_discarded_draft_leaves_all_cards(
    commands, queries, refused
):
    again = commands.start_over(refused[0])
    (before,) = queries.drafts()
    assert commands.start_over(refused[0]) == again
    assert queries.drafts() == [before]
    cards = queries.attention()

    commands.discard_draft(again.draft)

    assert queries.attention() == cards
    commands.start_over(refused[0])
    (after,) = queries.drafts()
    assert after.fields["note"] == before.fields["note"]
    assert len(after.photos) == 3


def test_a_start_that_was_cut_off_takes_no_photo_twice(commands, queries, jpeg, refused):
    draft = f"redo {refused[0]}"
    commands.take_photo(jpeg("blue"), source="camera", draft=draft)
    commands.start_over(refused[0])
    (line,) = queries.drafts()
    assert len(line.photos) == 3
    assert set(line.fields["photos"]) == set(line.photos)


def test_what_is_refused_after_the_form_was_begun_joins_it(store, commands, queries, add):
    first = commands.report(NewReport(item=ITEM, place=PLACE, note=NOTE))
    one = add(first.id, "blue", note="又多了两箱")
    answer(store, OFF, limit=1)
    again = commands.start_over(first.op_id)
    commands.save_draft(again.draft, "report", {**queries.drafts()[0].fields, "note": "改过的话"})
    answer(store, LED)

    commands.start_over(first.op_id)

    (line,) = queries.drafts()
    assert (line.fields["note"], line.fields["brought"]) == ("改过的话\n又多了两箱", [one])
    assert len(line.photos) == 1


def test_a_draft_that_went_to_the_other_form_stays_there(commands, queries, store):
    first = commands.resolve(NewResolve(item=ITEM, place=PLACE, no_photo_reason="天黑"))
    answer(store, OFF)
    again = commands.start_over(first.op_id)
    fields = {**queries.drafts()[0].fields, "note": "改过"}
    commands.save_draft(again.draft, "report", fields)
    assert commands.start_over(first.op_id).form == "report"
    assert queries.drafts()[0].fields["note"] == "改过"


def test_what_was_added_to_a_matter_found_done_is_shown_as_after(commands, queries, store, add):
    first = commands.resolve(NewResolve(item=ITEM, place=PLACE, no_photo_reason="天黑"))
    add(first.id, "blue")
    answer(store, OFF, LED)
    commands.start_over(first.op_id)
    (line,) = queries.drafts("resolve")
    assert list(line.fields["photos"].values()) == ["after"]


def test_the_command_line_says_all_of_it_in_one_record(store, commands, queries, take, refused):
    head, one, two = refused
    saved = commands.redo(head)
    made = operation(store, saved.op_id)
    assert (made["redo_of"], made["after"]) == (head, [head, one, two])
    assert made["args"]["note"] == f"{NOTE}\n又多了两箱\n还没有人来搬"
    known = colors(store, take)
    held = [(known[photo["sha256"]], photo["role"]) for photo in made["args"]["photos"]]
    assert held == [("red", "near"), ("blue", "other"), ("green", "other")]
    assert queries.attention() == []
    assert all(photo.has_bytes for photo in queries.ticket(saved.id).photos)


def test_a_patrol_takes_along_what_was_added_to_it(store, commands, queries, add):
    first = commands.patrol(NewPatrol(place="3栋", result="normal"))
    also = add(first.id, "blue", note="灯坏了一盏", kind="patrol_record")
    answer(store, {"verdict": "refused", "code": "E_FORBIDDEN"}, LED)
    saved = commands.redo(first.op_id)
    (line,) = queries.patrol_lines(queries.patrol_ids()).values()
    assert (line.id, line.note, line.photos) == (saved.id, "灯坏了一盏", 1)
    assert operation(store, saved.op_id)["after"] == [first.op_id, also]
    assert queries.attention() == []


def test_what_has_no_room_is_not_cut_but_keeps_its_card(store, commands, queries, add):
    first = commands.report(NewReport(item=ITEM, place=PLACE, note="长" * (MAX_NOTE - 10)))
    long = add(first.id, "blue", note="这一句放不进去，太长了一点")
    short = add(first.id, note="放得下")
    answer(store, OFF, LED, LED)
    told = {card.op_id: card.along for card in queries.attention()}
    assert (told[long], told[short]) == (False, True)

    saved = commands.redo(first.op_id)

    assert operation(store, saved.op_id)["args"]["note"].endswith("长\n放得下")
    (card,) = queries.attention()
    assert (card.op_id, card.along, card.can) == (long, False, ("close",))


def test_steps_on_a_refused_record_do_not_come_along(store, commands, queries):
    first = commands.resolve(NewResolve(item=ITEM, place=PLACE, no_photo_reason="天黑"))
    act = commands.act(first.id, "hand_up", {"reason": "要修"})
    edit = commands.edit(first.id, {"place": (PLACE, "南门")})
    answer(store, OFF, LED, LED)
    assert not any(card.along for card in queries.attention())
    commands.redo(first.op_id)
    assert {card.op_id for card in queries.attention()} == {act.op_id, edit.op_id}


def test_what_cannot_be_opened_any_more_keeps_its_card(store, commands, queries, add):
    first = commands.report(NewReport(item=ITEM, place=PLACE, note=NOTE))
    lost, kept = add(first.id, "blue", note="照片坏了"), add(first.id, "green", note="照片还在")
    answer(store, OFF, LED, LED)
    ((name,),) = store.rows("SELECT name FROM blob WHERE op_id = ?", lost)
    store.photos.delete(name)
    again = commands.start_over(first.op_id)
    (line,) = queries.drafts()
    assert (line.fields["note"], line.fields["brought"]) == (f"{NOTE}\n照片还在", [kept])
    record(commands, again.draft, queries)
    assert [card.op_id for card in queries.attention()] == [lost]


def test_a_card_that_was_closed_meanwhile_has_nothing_to_bring(commands, queries, store, refused):
    again = commands.start_over(refused[0])
    commands.close_attention(refused[0])
    saved = record(commands, again.draft, queries)
    made = operation(store, saved.op_id)
    assert "redo_of" not in made
    assert "after" not in made
    with pytest.raises(RuleBroken, match="E_INVALID"):
        commands.start_over(refused[0])


def test_a_record_that_a_rule_refuses_leaves_all_cards(commands, queries, refused):
    again = commands.start_over(refused[0])
    with pytest.raises(RuleBroken):
        record(commands, again.draft, queries, note="长" * (MAX_NOTE + 1))
    assert len(queries.attention()) == 3
    assert len(queries.drafts()) == 1
