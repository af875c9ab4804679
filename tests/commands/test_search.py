"""Search finds all that a plain comparison finds, and reads nothing typed as syntax."""

import random
import re
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridworker.storage import search
from gridworker.storage.statements import Statements
from tests.commands import brute_force
from tests.commands.tickets import body, found, plain, pull
from tests.storage.records.small_district import new_id

CHARACTERS = "楼道堆物占经营井盖松动长乐重行车单大广区石会朝阳花园栋东西门幸福里社电梯口〇𠀋"
TITLES = ["楼道堆物", "占道经营", "井盖松动", "重大火险", "单车乱停", "ABC箱破损", "长乐路积水"]


@pytest.fixture
def corpus(store):
    """Two hundred tickets that no one has chosen by hand."""
    chance = random.Random(20260512)

    def words(least, most):
        return "".join(chance.choices(CHARACTERS, k=chance.randint(least, most)))

    tickets, bodies, people = [], [], []
    for n in range(1, 201):
        person = new_id() if n % 10 == 0 else None
        place = f"{words(2, 6)}{chance.randint(1, 20)}栋{chance.choice(['', '，B座', ' Gate 7'])}"
        official = f"20260512{n:06d}" if n % 2 else None
        title = chance.choice(TITLES)
        made = body(
            n, title=title, place=place, note=words(0, 12), official=official, person=person
        )
        id_ = new_id()
        phone = f"139{n:08d}"
        if person:
            people.append((person, {"name": "示例", "phone": phone, "consent": "verbal"}))
        bodies.append((id_, made))
        tickets.append(plain(id_, made, [phone] if person else []))
    pull(store, bodies, people)
    return store, tickets


def test_two_characters_and_their_initials_find_the_stairwell(store):
    saved = store.resolve(place="东门 3 号楼")
    other = store.resolve(place="西门")
    assert found(store, "堆物") == found(store, "dw") == {saved.entity_id, other.entity_id}
    assert found(store, "堆物 东门") == found(store, "dw dm") == {saved.entity_id}
    assert found(store, "堆门") == set()


@pytest.mark.parametrize(
    "wanted",
    ["堆物", "堆", "dw", "lddw", "d", "道经营", "楼道堆物", "占道 3", "3栋", "14栋", "b座", "Ｂ座",
     "gate", "abc", "tdjy", "0031", "20260512", "000031", "0a1b", "13900000010", "0020", "S0007",
     "s00", "𠀋", "〇", "cl", "zl", "dc sc", "会", "kj", "hj", "dg", "tg"],
)  # fmt: skip
def test_a_golden_corpus_is_recalled_to_the_last_ticket(corpus, wanted):
    store, tickets = corpus
    if re.fullmatch("[0-9a-zＢ]+[栋座]", wanted):
        whole = re.compile(f"(?<![0-9a-z]){brute_force.flat(wanted)}")
        must = {t["id"] for t in tickets if whole.search(brute_force.flat(t["place"]))}
    else:
        must = brute_force.found(tickets, wanted)
    hits = found(store, wanted)
    assert must
    assert must <= hits
    if len(wanted) <= 3 or not wanted.isalpha():
        assert hits == must


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_stands_in_a_ticket_finds_it(corpus, data):
    """Any piece of a title, place or note is a search that recalls all that brute force finds."""
    store, tickets = corpus
    ticket = data.draw(st.sampled_from(tickets))
    pieces = []
    for _ in range(data.draw(st.integers(1, 2))):
        runs = brute_force.chinese_runs(ticket[data.draw(st.sampled_from(["title", "place"]))])
        run = data.draw(st.sampled_from(runs or ["栋"]))
        start = data.draw(st.integers(0, len(run) - 1))
        pieces.append(run[start : start + data.draw(st.integers(1, 5))])
    wanted = " ".join(pieces)
    hits = found(store, wanted)
    assert brute_force.found(tickets, wanted) <= hits
    assert brute_force.found(tickets, wanted) == hits


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(letters=st.text(alphabet="cdhjlqtxzsk", min_size=1, max_size=5))
def test_initials_recall_every_reading(corpus, letters):
    store, tickets = corpus
    must = brute_force.found(tickets, letters)
    hits = found(store, letters)
    assert must <= hits
    if len(letters) <= 3:
        assert must == hits


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    typed=st.text(
        alphabet=st.one_of(st.sampled_from("\"'*()^:-+{}\\ NEAR AND OR NOT words堆物\ue000\x00"),
                           st.characters()),
        max_size=40,
    )
)  # fmt: skip
def test_nothing_typed_is_syntax(corpus, typed):
    store, tickets = corpus
    assert found(store, typed) <= {ticket["id"] for ticket in tickets}


def test_no_word_finds_nothing(corpus):
    store, _ = corpus
    assert [found(store, typed) for typed in ("", "   ", "——！", '"')] == [set()] * 4


def test_a_long_paste_is_answered(corpus):
    store, _ = corpus
    assert found(store, "楼道堆物" * 1000) == set()
    assert found(store, " ".join(string.ascii_lowercase * 20)) == set()


def test_a_changed_record_is_found_by_its_new_words_only(store):
    saved = store.report(place="西门")
    store.edit(saved.entity_id, "place", "西门", "游泳馆")
    assert found(store, "游泳馆") == found(store, "yyg") == {saved.entity_id}
    assert found(store, "西门") == set()


def test_a_phone_is_found_by_its_end_and_kept_no_further(store):
    saved = store.report(person={"name": "李示例", "phone": "139-1234-5678"})
    assert found(store, "5678") == found(store, "13912345678") == {saved.entity_id}
    assert found(store, "1391") == found(store, "12345679") == set()


def test_a_record_that_is_gone_is_found_no_more(store):
    saved = store.report(place="西门")
    with store.write.begin() as session:
        Statements(session).execute("DELETE FROM view_ticket WHERE id = ?", (saved.entity_id,))
        search.index(session, [("ticket", saved.entity_id)])
    assert found(store, "西门") == set()


def test_the_index_holds_no_sentence(corpus):
    store, _ = corpus
    assert store.rows("SELECT words FROM search_index LIMIT 1") == [(None,)]


@pytest.mark.parametrize("wanted", ["L990101-RISE-20261122-0003Q", "l990101-rise", "rise-20261122"])
def test_a_number_is_found_though_one_of_its_blocks_is_letters_alone(store, wanted):
    id_, other = new_id(), new_id()
    numbers = ("L990101-RISE-20261122-0003Q", "L990101-2B4C-20261122-0003Q")
    bodies = [
        (one, body(n + 1, title="井盖松动", place="东门", official=numbers[n]))
        for n, one in enumerate((id_, other))
    ]
    pull(store, bodies, [])
    assert found(store, wanted) == {id_}
