"""What is made before it is wanted is made one thing in a turn, and only while it is wanted."""

from ui.idle import one_by_one


class Turns:
    """Waits as a test says."""

    def __init__(self):
        self.waiting = []

    def __call__(self, _milliseconds, work):
        self.waiting.append(work)
        return lambda: None

    def turn(self):
        self.waiting.pop(0)()


def test_each_thing_has_a_turn_of_its_own():
    turns, made = Turns(), []
    one_by_one(turns, [lambda n=n: made.append(n) for n in range(3)], while_=lambda: True)
    assert not made
    for so_far in ([0], [0, 1], [0, 1, 2]):
        turns.turn()
        assert made == so_far
    assert not turns.waiting


def test_nothing_more_is_made_once_it_is_not_wanted():
    turns, made = Turns(), []
    one_by_one(turns, [lambda n=n: made.append(n) for n in range(3)], while_=lambda: not made)
    turns.turn()
    turns.turn()
    assert made == [0]
    assert not turns.waiting


def test_nothing_to_make_asks_for_no_turn():
    turns = Turns()
    one_by_one(turns, [], while_=lambda: True)
    assert not turns.waiting
