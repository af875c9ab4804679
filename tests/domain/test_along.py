"""What was added to a refused record, gathered into the one that says it anew."""

from gridworker.domain import redo
from gridworker.domain.along import MAX_PHOTOS, gathered, is_about
from gridworker.domain.operations import MAX_NOTE, EntityRef, Moment, Operation
from gridworker.storage.recorder import canonical_of


def photo(number, role="other"):
    return {
        "sha256": f"{number:064x}",
        "bytes": 24 * 1024 * 1024,
        "mime": "image/jpeg",
        "role": role,
        "source": "folder",
        "taken_at": "2026-05-12T05:20:00+08:00",
        "lon": 1_204_567_890,
        "lat": 301_234_567,
        "reason": "",
    }


def added(name, *numbers, note=""):
    args = {"to": {"kind": "ticket", "id": "t1"}, "photos": [photo(n) for n in numbers]}
    return operation(name, "evidence.add@1", {**args, "note": note})


def operation(name, kind, args, **more):
    entity, at = EntityRef(kind.partition(".")[0], name), Moment("2026-05-12T13:00:00+08:00")
    return Operation(op_id=name, type=kind, actor="wg", entity=entity, args=args, at=at, **more)


def test_order_is_kept_and_nothing_is_named_twice():
    one, two = added("a", 2, 1, 2, note=" 一 "), added("b", 3, 2)
    whole = gathered("零\n", [photo(1)], [one, two])
    assert (whole.note, whole.ops) == ("零\n一", ("a", "b"))
    assert [p["sha256"] for p in whole.photos] == [photo(n)["sha256"] for n in (1, 2, 3)]


def test_words_that_nothing_joins_stay_as_they_were():
    assert gathered("零\n", (), [added("a", 1)]).note == "零\n"
    assert gathered("", (), [added("a", note="一")]).note == "一"


def test_an_addition_comes_whole_or_not_at_all():
    full = [photo(n) for n in range(MAX_PHOTOS)]
    whole = gathered("", full, [added("a", 999, note="一"), added("b", 1, note="二")])
    assert (whole.note, len(whole.photos), whole.ops) == ("二", MAX_PHOTOS, ("b",))
    exact = "长" * (MAX_NOTE - 2)
    assert gathered(exact, (), [added("a", note="一")]).ops == ("a",)
    assert gathered(exact, (), [added("a", 1, note="一二")]).photos == ()


def test_the_fullest_record_fits_into_an_operation():
    photos = [photo(n) for n in range(MAX_PHOTOS)]
    words = {"item": "S0101", "place": "长" * 200, "note": "长" * MAX_NOTE}
    assert canonical_of(operation("o", "ticket.report@1", {**words, "photos": photos}))


def test_a_record_made_anew_names_all_it_says_and_others_name_one():
    report = operation("r", "ticket.report@1", {"note": "零"})
    made = redo.again(report, None, new_id="n", added=[added("a", note="一")])
    assert (made.args["note"], made.after) == ("零\n一", ("r", "a"))
    assert redo.said_anew(made.type, made.redo_of, made.after) == ("r", "a")
    assert redo.said_anew("ticket.edit@1", "x", ("x", "y")) == ("x",)
    assert redo.said_anew(report.type, None, ("x",)) == ()


def test_only_what_is_added_to_that_record_is_about_it():
    assert is_about(added("a"), "t1")
    assert not is_about(added("a"), "t2")
    assert not is_about(operation("r", "ticket.report@1", {}), "t1")
