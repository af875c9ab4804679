"""Words begun in a question about a ticket: kept at once, given back, ended with the answer."""

from types import SimpleNamespace

import pytest

from gridworker.domain.lines import QUESTION
from gridworker.domain.problem import Code, RuleBroken
from ui.presenters.begun_words import BegunWords
from ui.presenters.draft_keeper import STORE_AFTER_MS
from ui.presenters.ticket_detail import TicketDetailPresenter

WORDS = {"reason": "需要社区处理"}


@pytest.fixture
def begin(desk):
    def make() -> BegunWords:
        made = BegunWords(desk.unlocked, write=desk.write, later=desk.time, failed=pytest.fail)
        made.start()
        return made

    return make


def test_what_was_typed_is_stored_and_comes_back_in_another_window(begin, desk):
    one = begin()
    one.keep("t1", "void", {"reason": "重"})
    one.keep("t1", "void", WORDS)
    assert not desk.store.drafts_
    desk.time.pass_by(STORE_AFTER_MS)
    assert [form for form, _ in desk.store.drafts_.values()] == [QUESTION]
    assert begin().of("t1", "void") == WORDS
    assert begin().of("t1", "hand_up") == {}
    assert begin().of("t2", "void") == {}


def test_what_waits_is_stored_before_a_window_closes_and_read_after_that(begin, desk):
    desk.write.hold = True
    one = begin()
    desk.write.go()
    one.keep("t1", "void", WORDS)
    one.flush()
    other = begin()
    desk.write.go()
    assert other.of("t1", "void") == WORDS
    desk.time.pass_by(STORE_AFTER_MS)
    assert len(desk.store.drafts_) == 1


def test_what_nobody_wants_is_gone(begin, desk):
    one = begin()
    one.keep("t1", "void", WORDS)
    desk.time.pass_by(STORE_AFTER_MS)
    one.forget("t1", "void")
    one.keep("t2", "void", WORDS)
    one.forget("t2", "void")
    desk.time.pass_by(STORE_AFTER_MS)
    assert not desk.store.drafts_
    assert begin().of("t1", "void") == {}


def test_what_was_typed_meanwhile_goes_before_what_is_read(begin, desk):
    begin().keep("t1", "void", {"reason": "旧"})
    desk.time.pass_by(STORE_AFTER_MS)
    desk.write.hold = True
    one = begin()
    one.keep("t1", "void", WORDS)
    desk.write.go()
    assert one.of("t1", "void") == WORDS


@pytest.fixture
def detail(desk):
    desk.store.ticket = lambda number: SimpleNamespace(line=SimpleNamespace(id=number), photos=())
    made = TicketDetailPresenter(
        desk.unlocked,
        read=desk.read,
        write=desk.write,
        photos=desk.photos,
        later=desk.time,
        tell=lambda broken: (str(broken.code), "next"),
        done=lambda _name: None,
    )
    made.start(desk.view)
    made.show("t1")
    return made


def test_an_answer_on_record_ends_it(detail, desk, begin):
    detail.begun.keep("t1", "void", WORDS)
    detail.act("void", WORDS)
    assert desk.store.recorded == [("void", ("t1", WORDS))]
    assert not desk.store.drafts_
    assert detail.begun.of("t1", "void") == {}


def test_an_answer_that_is_refused_leaves_it(detail, desk, begin):
    desk.store.refuse = RuleBroken(Code.STALE_STATE)
    detail.begun.keep("t1", "void", WORDS)
    detail.act("void", WORDS)
    assert detail.begun.of("t1", "void") == WORDS
    assert begin().of("t1", "void") == WORDS


def test_an_answer_given_just_before_the_window_closes_ends_it_too(detail, desk):
    desk.write.hold = True
    detail.begun.keep("t1", "void", WORDS)
    detail.act("void", WORDS)
    detail.close()
    desk.write.go()
    assert desk.store.recorded
    assert not desk.store.drafts_
