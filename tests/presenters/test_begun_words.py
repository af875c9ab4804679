"""Words begun in a question about a ticket: kept at once, given back, ended with the answer."""

from types import SimpleNamespace

import pytest

from gridworker.app.ports import Saved
from gridworker.domain.lines import DraftLine
from gridworker.domain.problem import Code, RuleBroken
from ui.presenters.begun_words import FORM, BegunWords
from ui.presenters.draft_keeper import STORE_AFTER_MS
from ui.presenters.ticket_detail import TicketDetailPresenter

WORDS = {"reason": "需要社区处理"}


class Clock:
    """Calls back when told to."""

    def __init__(self):
        self.waiting = []

    def __call__(self, milliseconds, work):
        assert milliseconds == STORE_AFTER_MS
        self.waiting.append(work)
        return lambda: work in self.waiting and self.waiting.remove(work)

    def go(self):
        waiting, self.waiting = self.waiting, []
        for work in waiting:
            work()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lane(desk):
    return desk.write


@pytest.fixture
def ours():
    """A desk that keeps drafts as the store does, and refuses an action when told to."""
    kept: dict[str, DraftLine] = {}

    def save(id_, form, fields):
        kept[id_] = DraftLine(id=id_, form=form, fields=fields, photos=(), changed_at="")

    def act(ticket, action, args):
        made.asked.append((ticket, action, args))
        if made.refuse is not None:
            raise made.refuse
        return Saved(id=ticket, local_no=ticket, op_id="op")

    made = SimpleNamespace(kept=kept, asked=[], refuse=None)
    made.commands = SimpleNamespace(
        save_draft=save, discard_draft=lambda id_: kept.pop(id_, None), act=act
    )
    made.queries = SimpleNamespace(
        drafts=lambda form: [line for line in kept.values() if line.form == form],
        ticket=lambda number: SimpleNamespace(line=SimpleNamespace(id=number), photos=()),
    )
    return made


@pytest.fixture
def begin(ours, lane, clock):
    def make() -> BegunWords:
        made = BegunWords(ours, write=lane, later=clock, failed=pytest.fail)
        made.start()
        return made

    return make


def test_what_was_typed_is_stored_and_comes_back_in_another_window(begin, ours, clock):
    one = begin()
    one.keep("t1", "void", {"reason": "重"})
    one.keep("t1", "void", WORDS)
    assert not ours.kept
    clock.go()
    assert [line.form for line in ours.kept.values()] == [FORM]
    assert begin().of("t1", "void") == WORDS
    assert begin().of("t1", "hand_up") == {}
    assert begin().of("t2", "void") == {}


def test_what_waits_is_stored_before_a_window_closes_and_read_after_that(begin, ours, lane, clock):
    lane.hold = True
    one = begin()
    lane.go()
    one.keep("t1", "void", WORDS)
    one.flush()
    other = begin()
    lane.go()
    assert other.of("t1", "void") == WORDS
    clock.go()
    assert len(ours.kept) == 1


def test_what_nobody_wants_is_gone(begin, ours, clock):
    one = begin()
    one.keep("t1", "void", WORDS)
    clock.go()
    one.forget("t1", "void")
    one.keep("t2", "void", WORDS)
    one.forget("t2", "void")
    clock.go()
    assert not ours.kept
    assert begin().of("t1", "void") == {}


def test_what_was_typed_meanwhile_goes_before_what_is_read(begin, ours, lane, clock):
    begin().keep("t1", "void", {"reason": "旧"})
    clock.go()
    lane.hold = True
    one = begin()
    one.keep("t1", "void", WORDS)
    lane.go()
    assert one.of("t1", "void") == WORDS


@pytest.fixture
def detail(ours, lane, clock):
    made = TicketDetailPresenter(
        ours,
        read=lane,
        write=lane,
        photos=lane,
        later=clock,
        tell=lambda broken: (str(broken.code), "next"),
        done=lambda _name: None,
    )

    class View:
        def __getattr__(self, _name):
            return lambda *_: None

    made.start(View())
    made.show("t1")
    return made


def test_an_answer_on_record_ends_it(detail, ours, begin):
    detail.begun.keep("t1", "void", WORDS)
    detail.act("void", WORDS)
    assert ours.asked == [("t1", "void", WORDS)]
    assert not ours.kept
    assert detail.begun.of("t1", "void") == {}


def test_an_answer_that_is_refused_leaves_it(detail, ours, begin):
    ours.refuse = RuleBroken(Code.STALE_STATE)
    detail.begun.keep("t1", "void", WORDS)
    detail.act("void", WORDS)
    assert detail.begun.of("t1", "void") == WORDS
    assert begin().of("t1", "void") == WORDS


def test_an_answer_given_just_before_the_window_closes_ends_it_too(detail, ours, lane):
    lane.hold = True
    detail.begun.keep("t1", "void", WORDS)
    detail.act("void", WORDS)
    detail.close()
    lane.go()
    assert ours.asked
    assert not ours.kept
