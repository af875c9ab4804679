"""A code that lets a profile in again: one at a time, told in words, and nobody told too late."""

import pytest

from tests.presenters.conftest import InlineLane
from ui.presenters.readmission import Readmission


class Refused(Exception):
    code = "sync_code_used"


class Sync:
    def __init__(self):
        self.codes, self.refuse = [], None

    def enrol_again(self, code):
        self.codes.append(code)
        if self.refuse is not None:
            raise self.refuse


class View:
    def __init__(self):
        self.seen = []

    def show_busy(self):
        self.seen.append("busy")

    def show_problem(self, told):
        self.seen.append(told)

    def show_done(self):
        self.seen.append("done")


class Waiting:
    """A lane that keeps its work until it is told."""

    def __init__(self):
        self.kept = []

    def run(self, work, done, failed):
        self.kept.append((work, done, failed))


@pytest.fixture
def sync():
    return Sync()


@pytest.fixture
def view():
    return View()


@pytest.fixture
def door(sync, view):
    def door(lane=None):
        made = Readmission(
            sync,
            lane=lane or InlineLane(),
            say=lambda code, facts: (code, str(facts.get("detail"))),
            done=lambda: view.seen.append("told"),
            failed=view.seen.append,
        )
        made.start(view)
        return made

    return door


def test_a_code_lets_in(door, sync, view):
    door().show("  AB12 ")
    assert sync.codes == ["AB12"]
    assert view.seen == ["busy", "done", "told"]


def test_a_code_that_is_not_taken_is_told_in_words_and_may_be_another(door, sync, view):
    sync.refuse = Refused()
    do = door()
    do.show("AB12")
    sync.refuse = None
    do.show("CD34")
    assert view.seen == ["busy", ("sync_code_used", "enrol-again"), "busy", "done", "told"]


def test_no_code_is_shown_twice_at_once_and_none_at_all(door, sync):
    lane = Waiting()
    do = door(lane)
    for code in ("AB12", "AB12", ""):
        do.show(code)
    assert len(lane.kept) == 1


def test_who_left_is_told_no_more_and_the_code_counts_all_the_same(door, sync, view):
    lane = Waiting()
    do = door(lane)
    do.show("AB12")
    do.close()
    ((work, done, _),) = lane.kept
    done(work())
    assert (sync.codes, view.seen) == (["AB12"], ["busy", "told"])


def test_a_bug_goes_to_the_last_defence(door, sync, view):
    sync.refuse = bug = ZeroDivisionError()
    door().show("AB12")
    assert view.seen == ["busy", ("None", "enrol-again"), bug]
