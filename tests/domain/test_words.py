"""Every code has a sentence and a next step in both languages, and no sentence has a gap."""

import ast
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gridworker
from gridworker.app.startup import CannotStart
from gridworker.app.word_shapes import SHAPES
from gridworker.app.words import LANGUAGES, OPTIONAL, PLACEHOLDER, book, say, word
from gridworker.domain.clocks import Clock
from gridworker.domain.evidence import PhotoRole, PhotoState
from gridworker.domain.hints import Handling
from gridworker.domain.lifecycle import ACTIONS
from gridworker.domain.limit import LimitType
from gridworker.domain.lines import SyncWord
from gridworker.domain.operations import PatrolResult
from gridworker.domain.organisation import Role
from gridworker.domain.problem import Code
from gridworker.domain.ticket import State
from sync.problem import TABLE

HOUSE = Path(gridworker.__file__).parent.parent
SOURCES = [
    path
    for folder in ("gridworker", "sync", "ui", "central")
    for path in sorted((HOUSE / folder).rglob("*.py"))
]
ENROLMENT = ("code_invalid", "code_used", "code_expired")
CONNECTION = (
    "no_connection",
    "timeout",
    "not_the_centre",
    "no_secure_connection",
    "unknown_certificate",
    "demo_offline",
    "clock_off",
    "paused",
)
CODES = [
    *map(str, Code),
    *(failure.code for failure in (CannotStart, *CannotStart.__subclasses__())),
    *(f"sync_{name.replace('-', '_')}" for name in TABLE),
    *CONNECTION,
    "sync_done",
    "sync_unexpected",
    "sync_answer_incomplete",
    "sync_key_not_genuine",
    "parcel_written",
    "parcel_taken",
    "parcel_taken_in_part",
    "parcel_no_key",
    "parcel_unreadable",
    "parcel_not_ours",
    "parcel_outdated",
    "parcel_cancelled",
    "parcel_in_the_way",
    "parcel_no_place",
    "photo_metadata_damaged",
    "converted",
    "late_evidence",
    "stopped",
    "unexpected",
]
NAMES = {
    "state": State,
    "action": ACTIONS,
    "role": Role,
    "result": PatrolResult,
    "sync": SyncWord,
    "side": PhotoRole,
    "photo": PhotoState,
    "clock": Clock,
    "handling": Handling,
    "limit": LimitType,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence_and_a_next_step(code, language):
    entry = book(language)[code]
    words = say(code, {}, language)
    for text in (words.sentence, words.next):
        assert text.strip()
        assert not re.search(r"[{}\[\]]|E_[A-Z]|sync_|None", text)
    assert entry["say"] != entry["next"]


def test_both_languages_know_the_same():
    chinese, english = (book(language) for language in LANGUAGES)
    assert list(chinese) == list(english)
    for key, entry in chinese.items():
        assert facts_in(entry) == facts_in(english[key]), key
        assert set(entry) == set(english[key])


def facts_in(entry):
    return {match[1] for text in entry.values() for match in PLACEHOLDER.finditer(text)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_are_sound(language):
    raw = (HOUSE / "resources" / "words" / f"{language}.json").read_text("utf-8")
    pairs = json.loads(raw, object_pairs_hook=list)
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys))
    kinds = {*SHAPES, *NAMES, "field", "direction", "sides"}
    for key, entry in book(language).items():
        for text in entry.values():
            outside = OPTIONAL.sub("", text)
            assert key.startswith("W_") or "{" not in outside, key
            assert not re.search(r"[\[\]]", outside), key
            assert {m[2] for m in PLACEHOLDER.finditer(text) if m[2]} <= kinds, key


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_has_a_word(kind, language):
    for name in NAMES[kind]:
        assert word(kind, str(name), language) != str(name) or language == "en"
        assert f"{kind}.{name}" in book(language)


TELLS = {"NoConnection", "note", "Note", "say"}


def told_codes():
    """Return every code that is written out where the program tells something."""
    found = set()
    for path in SOURCES:
        if "central" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                code = getattr(node.args[0], "value", None) if name in TELLS else None
            elif isinstance(node, ast.Assign):
                named = {getattr(target, "id", "") for target in node.targets}
                code = getattr(node.value, "value", None) if "code" in named else None
            else:
                continue
            if isinstance(code, str) and re.fullmatch(r"[a-z]+(_[a-z]+)*|E_[A-Z_]+", code):
                found.add(code)
    return sorted(found)


@pytest.mark.parametrize("code", told_codes())
def test_whatever_the_program_tells_has_words(code):
    assert code in book("zh_CN")
    assert say(code).next


def read_refusals():
    """Return every `RuleBroken(Code.X, ...)` of the program: where, which code, which facts."""
    found = []
    for path in SOURCES:
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "RuleBroken(" in text else ():
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "RuleBroken":
                continue
            if node.args and isinstance(node.args[0], ast.Attribute):
                facts = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
                found.append((path, str(Code[node.args[0].attr]), facts))
    return found


REFUSALS = read_refusals()
OF_STANDING = {"state", "assignee", "by", "at"}  # Ticket.standing() comes as **facts


def raised_facts(code):
    found = {"name"} if code == "E_PHOTO_UNREADABLE" else set()
    for _, raised, facts in REFUSALS:
        if raised == code:
            found |= {name for name in facts if name} | (OF_STANDING if None in facts else set())
    return found


@pytest.mark.parametrize("code", sorted({code for _, code, _ in REFUSALS}))
def test_a_sentence_asks_only_for_facts_that_are_given(code):
    entries = [v for k, v in book("zh_CN").items() if k == code or k.startswith(f"{code}.")]
    asked = {fact for entry in entries for fact in facts_in(entry)}
    assert asked <= raised_facts(code)


def raised_details():
    """Return field and detail of each E_INVALID; a field that is computed may be any field."""
    here = [f for path, code, f in REFUSALS if code == "E_INVALID" and "central" not in path.parts]
    computed = [facts for facts in here if "field" in facts and facts["field"] is None]
    found = {(f.get("field"), f.get("detail")) for f in here if f not in computed}
    return sorted(found, key=str)


@pytest.mark.parametrize(("field", "detail"), raised_details())
def test_whatever_is_filled_in_wrongly_has_its_own_sentence(field, detail):
    general = say("E_INVALID").sentence
    facts = {"field": field, "detail": detail}
    known = {name: value for name, value in facts.items() if value}
    assert not known or say("E_INVALID", known).sentence != general


def test_what_is_known_is_told_and_what_is_not_is_left_out():
    full = {"state": "registered", "by": "李某", "at": "2026-03-02T06:02:00.000Z"}
    told = say("E_STALE_STATE", full).sentence
    assert told == "这张单子已经变了：现在是已立案，3月2日（周一）14:02由李某处理"
    assert say("E_STALE_STATE", {"by": None}).sentence == "这张单子已经变了"
    assert say("E_EVIDENCE_RULE", {"missing": ["before", "after"]}).sentence.endswith(
        "处置前、处置后"
    )
    assert say("E_DISK_FULL", {"free": 123_456_789}).sentence.endswith("还剩 117.7 MB")
    assert say("wait_before_retry", {"seconds": 30}).sentence.endswith("（30 秒）")
    assert say("wait_before_retry", {"seconds": 300}, "en").sentence.endswith("wait 5 min.")
    assert say("E_ITEM_OFF", {"item": "楼道堆物", "since": "2026-06-01"}).sentence == (
        "事项“楼道堆物”已停用（2026年6月1日（周一）起）"
    )
    assert say("E_ITEM_OFF", {"since": "2026-06-01"}, "en").sentence == (
        "The item has been switched off since Mon 1 Jun 2026."
    )


def test_a_fact_of_another_form_is_written_as_it_is():
    assert say("E_DISK_FULL", {"free": "much"}).sentence.endswith("还剩 much")
    assert say("E_ITEM_OFF", {"since": 5}).sentence.endswith("（5起）")


def test_the_narrowest_sentence_is_taken():
    def sentence(**facts):
        return say("E_INVALID", facts).sentence

    assert sentence(field="place", detail="empty") == "还没有写地点"
    assert sentence(field="grid", detail="unknown grid") == "没有找到这个网格"
    assert sentence(detail="nothing to add") == "还没有可添加的内容"
    assert sentence(field="state", detail="cannot be edited") == "这一项不能改"
    assert sentence(detail="Object missing required field `x`") == sentence()


def test_what_nobody_knows_still_gets_words():
    assert say("E_OF_TOMORROW") == say("unexpected")
    assert say("unexpected", language="xx") == say("unexpected")
    assert word("state", "of_tomorrow") == "of_tomorrow"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_of_the_centre_never_says_that_something_was_not_saved(language):
    for code in (str(code) for code in Code if code is not Code.DISK_FULL):
        told = say(
            code, {"verdict": "refused", "detail": "the id belongs to another record"}, language
        )
        assert not re.search("没有保存|not saved", f"{told.sentence} {told.next}"), code
    assert "没有保存" in say("E_INVALID").sentence
    assert say("E_INVALID", {"verdict": "refused", "field": "place", "detail": "empty"}) == say(
        "E_INVALID", {"field": "place", "detail": "empty"}
    )


def test_a_refusal_that_only_a_newer_centre_knows_is_told_with_its_code():
    told = say("E_OF_TOMORROW", {"verdict": "refused"})
    assert told.sentence == "中心没有接受，原因代码 E_OF_TOMORROW，这个版本还不认识"
    assert "已留存" in told.next
    assert say("quarantined", {"verdict": "quarantined", "detail": "rule"}) == say(
        "quarantined", {"detail": "rule"}
    )


facts = st.dictionaries(
    st.sampled_from(
        ["state", "by", "at", "missing", "free", "least", "seconds", "since", "item", "most"]
    ),
    st.one_of(st.none(), st.text(max_size=8), st.integers(), st.lists(st.text(max_size=3))),
)


@given(st.sampled_from(CODES), facts, st.sampled_from(LANGUAGES))
def test_no_fact_makes_a_sentence_fail(code, known, language):
    assert say(code, known, language).sentence
