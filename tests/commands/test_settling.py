"""What can be done about a refusal, on a real store: each way is one operation, or nothing."""

from datetime import timedelta

import msgspec
import pytest

from gridworker.app.ports import NewPatrol, NewReport, NewResolve, PhotoRef
from gridworker.domain import redo
from gridworker.domain.problem import RuleBroken
from gridworker.domain.times import utc_text
from gridworker.storage import state
from tests.commands.refusals import NOTE, PLACE, answer, confirm, conflict
from tests.storage.records.small_district import ITEM, ORG, page, put, reference


@pytest.fixture
def ticket(store, commands):
    """A ticket of this person that the centre has confirmed."""
    saved = commands.report(NewReport(item=ITEM, place=PLACE, note=NOTE))
    answer(store, {"verdict": "applied"})
    confirm(store, saved.id, seq=100, rev=1)
    return saved.id


@pytest.fixture
def differs(store, commands, ticket):
    """Place and note were changed here and by a colleague; the refused edit's id."""
    wish = {"place": (PLACE, "南门"), "note": (NOTE, "纸箱和自行车")}
    edited = commands.edit(ticket, wish)
    both = conflict(place=(PLACE, "南门", "北门"), note=(NOTE, "纸箱和自行车", "纸箱三个"))
    answer(store, both)
    confirm(store, ticket, seq=200, rev=2, by="李强", place="北门", note="纸箱三个")
    return edited.op_id


def operation(store, op_id):
    (text,) = (store.rows("SELECT json FROM outbox WHERE op_id = ?", op_id))[0]
    return msgspec.json.decode(text)


def waiting(store):
    return [op_id for (op_id,) in store.rows("SELECT op_id FROM outbox WHERE state = 'queued'")]


def test_both_values_and_their_author_are_told(queries, differs):
    (card,) = queries.attention()
    assert card.can == ("open", "mine", "theirs", "both", "hand_over", "close")
    place, note = sorted(card.fields, key=lambda choice: choice.field, reverse=True)
    assert (place.base, place.mine, place.theirs) == (PLACE, "南门", "北门")
    assert (note.base, note.mine, note.theirs) == (NOTE, "纸箱和自行车", "纸箱三个")
    assert {choice.by for choice in card.fields} == {"李强"}
    assert place.at == "2026-05-12T05:20:00.000Z"
    # Theirs was there when mine came to the centre.
    assert {choice.newer for choice in card.fields} == {"mine"}
    assert card.facts["by"] == "李强"


def test_what_a_colleague_writes_after_the_refusal_is_newer(store, queries, ticket, differs):
    confirm(store, ticket, seq=300, rev=3, by="赵一", place="东门")
    (card,) = queries.attention()
    newer = {choice.field: (choice.theirs, choice.by, choice.newer) for choice in card.fields}
    assert newer == {"place": ("东门", "赵一", "theirs"), "note": ("纸箱三个", "李强", "mine")}
    assert card.now["theirs"] == "东门"


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (
            {"place": "北门"},
            {"note": {"from": "纸箱三个", "to": "纸箱和自行车"}},
        ),
        (
            {"note": "纸箱三个和自行车"},
            {
                "place": {"from": "北门", "to": "南门"},
                "note": {"from": "纸箱三个", "to": "纸箱三个和自行车"},
            },
        ),
    ],
)
def test_a_choice_is_one_edit_that_builds_on_the_refused_one(
    store, commands, queries, ticket, differs, values, wanted
):
    saved = commands.choose(differs, values)
    made = operation(store, saved.op_id)
    assert made["args"] == {"changes": wanted}
    assert (made["after"], made["redo_of"]) == ([differs], differs)
    (steps,) = store.rows(
        "SELECT group_concat(body ->> '$.redo_of') FROM view_part WHERE parent = ?", ticket
    )
    assert steps == (differs,)
    assert queries.attention() == []
    assert store.ticket(ticket)["place"] == values.get("place", "南门")


def test_mine_says_it_again_and_theirs_records_nothing(store, commands, queries, ticket, differs):
    commands.take_side(differs, "theirs")
    assert queries.attention() == []
    assert waiting(store) == []
    assert store.ticket(ticket)["place"] == "北门"


def test_what_nobody_else_changed_goes_through_with_theirs(store, commands, queries, ticket):
    edited = commands.edit(ticket, {"place": (PLACE, "南门"), "note": (NOTE, "两堆")})
    answer(store, conflict(place=(PLACE, "南门", "北门")))
    confirm(store, ticket, seq=200, rev=2, by="李强", place="北门")
    (card,) = queries.attention()
    assert [choice.field for choice in card.fields] == ["place"]
    saved = commands.take_side(edited.op_id, "theirs")
    changes = operation(store, saved.op_id)["args"]["changes"]
    assert changes == {"note": {"from": NOTE, "to": "两堆"}}


def test_both_are_kept_as_a_remark(store, commands, queries, ticket, differs):
    saved = commands.keep_both(differs)
    made = operation(store, saved.op_id)
    assert (made["type"], made["args"]["to"]["id"]) == ("evidence.add@1", ticket)
    for word in ("南门", "北门", "纸箱和自行车", "纸箱三个", "李强", "地点", "说明"):
        assert word in made["args"]["note"]
    assert (made["redo_of"], queries.attention()) == (differs, [])
    assert store.ticket(ticket)["place"] == "北门"
    (told,) = [step for step in queries.ticket(ticket).timeline if step.action == "evidence"]
    assert (told.opinion, told.waiting) == (made["args"]["note"], True)


def test_values_of_any_length_fit_into_a_remark(store, commands, ticket):
    long = "长" * 1990
    edited = commands.edit(ticket, {"note": (NOTE, long + "一")})
    answer(store, conflict(note=(NOTE, long + "一", long + "二")))
    confirm(store, ticket, seq=200, rev=2, by="李强", note=long + "二")
    commands.keep_both(edited.op_id)
    assert len(waiting(store)) == 1


def test_whoever_is_in_charge_is_asked_by_a_remark(store, commands, queries, ticket, differs):
    saved = commands.hand_over(differs)
    made = operation(store, saved.op_id)
    assert made["entity"]["id"] == redo.handed_id(differs)
    assert "redo_of" not in made
    assert made["args"]["note"].startswith("请主管看一看：我的“修改”")
    assert queries.attention() == []


def test_an_act_is_said_anew_on_the_state_of_now(store, commands, queries, take):
    saved = commands.resolve(NewResolve(item=ITEM, place=PLACE, no_photo_reason="天黑"))
    acted = commands.act(saved.id, "hand_up", {"reason": "要修"})
    answer(store, {"verdict": "applied"}, {"verdict": "refused", "code": "E_STALE_STATE"})
    confirm(store, saved.id, seq=200, rev=2, state="onspot_done")
    (card,) = queries.attention()
    assert "redo" in card.can
    again = commands.redo(acted.op_id)
    made = operation(store, again.op_id)
    assert (made["args"], made["expect"]) == (
        {"action": "hand_up", "reason": "要修"},
        {"state": "onspot_done"},
    )
    assert store.ticket(saved.id)["state"] == "reported"
    assert queries.attention() == []


def test_what_needs_the_centre_is_said_anew_only_right_after_a_sync(
    store, commands, queries, ticket, clock
):
    with store.write.begin() as session:
        state.put(session, roles=("dispatcher",), orgs=(ORG,), last_sync=utc_text(clock.at))
    acted = commands.act(ticket, "void", {"reason": "重复"})
    answer(store, {"verdict": "refused", "code": "E_STALE_STATE"})
    assert "redo" in queries.attention()[0].can
    clock.at += timedelta(minutes=16)
    with pytest.raises(RuleBroken, match="E_OFFLINE_NOT_ALLOWED"):
        commands.redo(acted.op_id)
    assert len(queries.attention()) == 1
    clock.at -= timedelta(minutes=10)
    commands.redo(acted.op_id)
    assert store.ticket(ticket)["state"] == "voided"
    assert queries.attention() == []


def test_until_the_pull_the_verdict_alone_says_what_is_true(store, commands, queries):
    saved = commands.resolve(NewResolve(item=ITEM, place=PLACE, no_photo_reason="天黑"))
    acted = commands.act(saved.id, "hand_up", {"reason": "要修"})
    now = {"state": "voided", "by": "pq01", "rev": 3}
    stale = {"verdict": "refused", "code": "E_STALE_STATE", "current": now}
    answer(store, {"verdict": "applied"}, stale)
    confirm(store, saved.id, seq=200, rev=2, state="onspot_done")
    (card,) = queries.attention()
    assert (card.can, card.now["state"], card.facts["by"]) == (("open", "close"), "voided", "pq01")
    with pytest.raises(RuleBroken) as broken:
        commands.redo(acted.op_id)
    assert broken.value.facts["detail"] == "not possible"

    confirm(store, saved.id, seq=300, rev=3, state="voided", by="示例派遣员")
    (card,) = queries.attention()
    assert card.can == ("open", "hand_over", "close")
    assert card.facts["by"] == "示例派遣员"


def test_what_rules_refuse_is_not_offered_and_changes_nothing(store, commands, queries, ticket):
    confirm(store, ticket, seq=150, rev=2, state="onspot_done")
    acted = commands.act(ticket, "hand_up", {"reason": "要修"})
    answer(store, {"verdict": "refused", "code": "E_STALE_STATE"})
    confirm(store, ticket, seq=200, rev=3, state="voided")
    (card,) = queries.attention()
    assert card.can == ("open", "hand_over", "close")
    with pytest.raises(RuleBroken, match="E_STAGE_ORDER"):
        commands.redo(acted.op_id)
    assert [card.op_id for card in queries.attention()] == [acted.op_id]
    assert waiting(store) == []


def test_a_refused_record_is_made_anew_with_a_number_of_its_own(store, commands, queries, take):
    photo = take()
    photos = (PhotoRef(photo.id, "other"),)
    first = commands.report(NewReport(item=ITEM, place=PLACE, photos=photos))
    answer(store, {"verdict": "refused", "code": "E_FORBIDDEN"})
    (card,) = queries.attention()
    assert (card.can, card.form) == (("redo", "close"), "report")
    again = commands.redo(first.op_id)
    assert again.id != first.id
    assert again.local_no not in ("", first.local_no)
    (shown,) = queries.ticket(again.id).photos
    assert (shown.sha256, shown.has_bytes) == (photo.sha256, True)


def test_a_patrol_is_made_anew(store, commands, queries):
    first = commands.patrol(NewPatrol(place="3栋", result="normal", note="都好"))
    answer(store, {"verdict": "refused", "code": "E_FORBIDDEN"})
    assert [(row.title, row.place) for row in queries.inbox()] == [("3栋", "")]
    again = commands.redo(first.op_id)
    (line,) = queries.patrol_lines(queries.patrol_ids()).values()
    assert (line.id, line.note) == (again.id, "都好")


def test_a_form_comes_up_with_all_that_was_entered(store, commands, queries, take):
    photo = take()
    photos = (PhotoRef(photo.id, "before"),)
    first = commands.resolve(
        NewResolve(item=ITEM, place="游泳馆", note="已清理", photos=photos, no_photo_reason="天黑")
    )
    answer(store, {"verdict": "refused", "code": "E_ITEM_OFF"})
    again = commands.start_over(first.op_id)
    (draft,) = queries.drafts("resolve")
    assert (again.form, again.draft) == ("resolve", draft.id)
    entered = {key: draft.fields[key] for key in ("place", "item", "note", "reason")}
    assert entered == {"place": "游泳馆", "item": ITEM, "note": "已清理", "reason": "天黑"}
    (kept,) = queries.draft_photos(draft.id)
    assert (kept.sha256, draft.fields["photos"]) == (photo.sha256, {kept.id: "before"})
    assert commands.start_over(first.op_id) == again
    assert len(queries.draft_photos(draft.id)) == 1

    saved = commands.report(
        NewReport(item=ITEM, place="游泳馆", photos=(PhotoRef(kept.id, "other"),), draft=draft.id)
    )

    made = operation(store, saved.op_id)
    assert (made["redo_of"], made["after"]) == (first.op_id, [first.op_id])
    assert queries.attention() == []
    assert queries.drafts() == []


def test_a_draft_of_a_card_that_was_closed_is_a_record_like_any_other(store, commands, queries):
    first = commands.report(NewReport(item=ITEM, place=PLACE))
    answer(store, {"verdict": "refused", "code": "E_FORBIDDEN"})
    again = commands.start_over(first.op_id)
    commands.close_attention(first.op_id)
    saved = commands.report(NewReport(item=ITEM, place=PLACE, draft=again.draft))
    assert "redo_of" not in operation(store, saved.op_id)


def test_what_a_refusal_led_to_is_folded_under_it(store, commands, queries, ticket):
    first = commands.edit(ticket, {"place": (PLACE, "南门")})
    second = commands.edit(ticket, {"note": (NOTE, "两堆")})
    third = commands.retract(ticket)
    led = {"verdict": "refused", "code": "E_PARENT_REFUSED"}
    answer(store, conflict(place=(PLACE, "南门", "北门")), led, led)
    confirm(store, ticket, seq=200, rev=2, by="李强", place="北门")
    under = {card.op_id: card.under for card in queries.attention()}
    assert under == {first.op_id: None, second.op_id: first.op_id, third.op_id: first.op_id}
    assert [row.id for row in queries.inbox()] == [first.op_id]

    commands.take_side(first.op_id, "mine")
    left = {card.op_id: card.under for card in queries.attention()}
    assert left == {second.op_id: None, third.op_id: second.op_id}
    commands.redo(second.op_id)
    assert store.ticket(ticket)["note"] == "两堆"


def test_closing_a_card_closes_what_it_led_to(store, commands, queries, ticket):
    first = commands.edit(ticket, {"place": (PLACE, "南门")})
    commands.edit(ticket, {"note": (NOTE, "两堆")})
    led = {"verdict": "refused", "code": "E_PARENT_REFUSED"}
    answer(store, conflict(place=(PLACE, "南门", "北门")), led)
    commands.close_attention(first.op_id)
    assert queries.attention() == []
    assert queries.status().needs_attention == 0


def test_what_is_in_quarantine_can_only_be_looked_at(store, commands, queries, ticket):
    edited = commands.edit(ticket, {"place": (PLACE, "南门")})
    answer(store, {"verdict": "quarantined", "detail": "rule"})
    (card,) = queries.attention()
    assert (card.can, card.detail) == (("open", "close"), "rule")
    for way in (commands.redo, commands.keep_both, commands.hand_over):
        with pytest.raises(RuleBroken, match="E_INVALID"):
            way(edited.op_id)
    assert len(queries.attention()) == 1


def test_a_card_is_settled_once(commands, differs):
    commands.take_side(differs, "mine")
    for way in (commands.redo, commands.keep_both, commands.hand_over, commands.start_over):
        with pytest.raises(RuleBroken) as broken:
            way(differs)
        assert broken.value.facts["detail"] == "no such card"


def test_a_choice_is_only_for_conflicts(store, commands, queries):
    first = commands.report(NewReport(item=ITEM, place=PLACE))
    answer(store, {"verdict": "refused", "code": "E_FORBIDDEN"})
    for way in (
        lambda: commands.choose(first.op_id, {"place": "x"}),
        lambda: commands.take_side(first.op_id, "mine"),
        lambda: commands.keep_both(first.op_id),
    ):
        with pytest.raises(RuleBroken) as broken:
            way()
        assert broken.value.facts["detail"] == "not possible"
    assert len(queries.attention()) == 1


def test_who_may_change_words_is_told(store, queries, ticket):
    assert queries.ticket(ticket).can_edit
    confirm(store, ticket, seq=200, rev=2, created_by="wg0102")
    assert not queries.ticket(ticket).can_edit
    confirm(store, ticket, seq=300, rev=3, created_by="wg0101", state="voided")
    assert not queries.ticket(ticket).can_edit


def test_an_item_that_is_off_is_made_anew_by_the_form_only(store, commands, queries):
    commands.report(NewReport(item=ITEM, place=PLACE))
    answer(store, {"verdict": "refused", "code": "E_ITEM_OFF"})
    off = {**reference()["catalogue_item", "i1"], "active": False}
    store.apply(page(put("catalogue_item", "i1", off, seq=50, rev=2, scope="ref")))
    (card,) = queries.attention()
    assert (card.can, card.form) == (("close",), "report")
