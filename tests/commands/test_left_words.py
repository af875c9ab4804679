"""Words begun about a ticket that has gone are still there to be read, on a real store."""

import pytest

from gridworker.app.ports import NewReport, NewResolve
from gridworker.domain.problem import RuleBroken
from tests.commands.refusals import NOTE, PLACE, answer, confirm, conflict
from tests.storage.records.small_district import ITEM

GONE = "t-gone"


@pytest.fixture
def begin(commands):
    """Keep words as a question does while they are typed."""

    def make(ticket, question, name="A-0312 井盖松动", **words):
        fields = {"ticket": ticket, "question": question, "words": words, "name": name}
        draft = f"question:{ticket}:{question}"
        commands.save_draft(draft, "question", fields)
        return draft

    return make


@pytest.fixture
def ticket(store, commands):
    """A matter of this person, finished on the spot, that the centre has confirmed."""
    saved = commands.resolve(NewResolve(item=ITEM, place=PLACE, note=NOTE, no_photo_reason="天黑"))
    answer(store, {"verdict": "applied"})
    confirm(store, saved.id, seq=100, rev=1)
    return saved.id


def test_what_can_be_gone_on_with_is_not_shown(commands, queries, begin, ticket):
    begin(ticket, "hand_up", reason="要修")
    begin(ticket, "edit", place="南门", note=NOTE, seen_place=PLACE, seen_note=NOTE)
    commands.save_draft("d1", f"add {ticket}", {"note": "又来了", "photos": {}})
    commands.save_draft("d2", "report", {"note": "别的事", "photos": {}})
    assert queries.left_words() == []
    assert all(row.kind != "unfinished" for row in queries.inbox())


def test_words_about_a_ticket_that_is_gone_are_shown(commands, queries, begin, take):
    begun = begin(GONE, "hand_up", reason="要社区来修")
    changed = begin(GONE, "edit", "", place="南门", note=NOTE, seen_place=PLACE, seen_note=NOTE)
    commands.save_draft("d1", f"add {GONE}", {"note": " 又来了 ", "name": "A-0312 井盖松动"})
    take("red", draft="d1")
    told = {line.draft: line for line in queries.left_words()}
    assert {line.ticket for line in told.values()} == {""}
    assert (told[begun].name, told[begun].words) == ("A-0312 井盖松动", ("要社区来修",))
    assert (told[changed].name, told[changed].words) == ("", ("南门",))
    assert (told["d1"].question, told["d1"].words, told["d1"].photos) == ("add", ("又来了",), 1)
    rows = [row for row in queries.inbox() if row.kind == "unfinished"]
    assert {(row.id, row.title, row.place) for row in rows} == {
        (begun, "A-0312 井盖松动", "要社区来修"),
        (changed, "", "南门"),
        ("d1", "A-0312 井盖松动", "又来了"),
    }

    commands.discard_draft(begun)

    assert {line.draft for line in queries.left_words()} == {changed, "d1"}


def test_a_draft_of_before_names_were_kept_is_shown_too(commands, queries):
    fields = {"ticket": GONE, "question": "void", "words": {"reason": "重复"}}
    commands.save_draft("question:old", "question", fields)
    (line,) = queries.left_words()
    assert (line.name, line.words) == ("", ("重复",))


def test_a_step_that_somebody_else_has_done_leaves_its_words(store, queries, begin, ticket):
    begin(ticket, "hand_up", reason="要修")
    confirm(store, ticket, seq=200, rev=2, by="李强", state="voided")
    (line,) = queries.left_words()
    assert (line.ticket, line.question, line.words) == (ticket, "hand_up", ("要修",))


def test_a_report_that_was_not_taken_leaves_its_words(store, commands, queries, begin):
    saved = commands.resolve(NewResolve(item=ITEM, place=PLACE, no_photo_reason="天黑"))
    begin(saved.id, "hand_up", reason="要修")
    assert queries.left_words() == []
    answer(store, {"verdict": "refused", "code": "E_FORBIDDEN"})
    (line,) = queries.left_words()
    assert (line.ticket, line.words) == ("", ("要修",))


def test_what_was_written_together_is_shown_when_its_card_is_gone(
    store, commands, queries, begin, ticket
):
    edited = commands.edit(ticket, {"place": (PLACE, "南门")})
    answer(store, conflict(place=(PLACE, "南门", "北门")))
    confirm(store, ticket, seq=200, rev=2, by="李强", place="北门")
    begin(
        edited.op_id, "choice", place_side="own", place_said="北门；南门", place_written="两边都有"
    )
    assert queries.left_words() == []
    commands.close_attention(edited.op_id)
    assert [line.words for line in queries.left_words()] == [("两边都有",)]


def test_nothing_typed_is_nothing_left(commands, queries, begin):
    begin(GONE, "choice", place_side="mine", place_said="南门")
    commands.save_draft("d1", f"add {GONE}", {"note": "  "})
    assert queries.left_words() == []


def test_words_and_photos_go_on_as_a_report(commands, queries, take):
    commands.save_draft("d1", f"add {GONE}", {"note": "又来了", "photos": {}})
    photo = take("red", draft="d1")
    made = commands.report_left("d1")
    (line,) = queries.drafts()
    assert (made.form, made.draft, line.form, line.photos) == (
        "report",
        "d1",
        "report",
        (photo.id,),
    )
    assert (line.fields["note"], line.fields["photos"]) == ("又来了", {photo.id: "other"})
    assert queries.left_words() == []
    commands.report(NewReport(item=ITEM, place=PLACE, note=line.fields["note"], draft="d1"))
    assert queries.drafts() == []


def test_a_ticket_that_comes_back_asks_without_touching_the_report(queries, commands, begin):
    draft = begin(GONE, "void", reason="重复")
    made = commands.report_left(draft)
    assert made.draft != draft
    begin(GONE, "void", reason="又写")
    assert {(line.form, line.id) for line in queries.drafts()} == {
        ("report", made.draft),
        ("question", draft),
    }
    with pytest.raises(RuleBroken, match="E_INVALID"):
        commands.report_left("ended")
