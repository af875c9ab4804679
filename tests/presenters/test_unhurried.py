"""A hand that flips through a list does not make every page of it."""

from ui.presenters.unhurried import Unhurried


class Bell:
    """Rings when told."""

    def __init__(self) -> None:
        self.set: list = []

    def __call__(self, _milliseconds, work):
        self.set.append(work)
        return lambda: self.set.remove(work)

    def ring(self) -> None:
        self.set.pop(0)()


def test_a_choice_is_followed_once_it_rests():
    bell, seen = Bell(), []
    choose = Unhurried(bell, seen.append)
    choose("t1")
    assert seen == []
    bell.ring()
    assert seen == ["t1"]
    assert bell.set == []


def test_of_many_in_a_row_only_the_last_is_followed():
    bell, seen = Bell(), []
    choose = Unhurried(bell, seen.append)
    for ticket in ("t1", "t2", "t3", "t4"):
        choose(ticket)
    assert len(bell.set) == 1
    bell.ring()
    assert seen == ["t4"]


def test_a_click_does_not_wait():
    bell, seen = Bell(), []
    choose = Unhurried(bell, seen.append)
    choose("t1")
    choose.hurry()
    assert seen == ["t1"]
    assert bell.set == []
    choose.hurry()
    assert seen == ["t1"]


def test_what_still_waits_can_be_forgotten():
    bell, seen = Bell(), []
    choose = Unhurried(bell, seen.append)
    choose("t1")
    choose("t2")
    choose.forget()
    assert bell.set == []
    choose.hurry()
    assert seen == []
