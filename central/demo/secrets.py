"""Passwords of demo people: they wrap the vault of their laptop, the centre never learns them."""

from collections.abc import Callable

SYLLABLES = tuple(first + second for first in "bdfghjklmnprst" for second in "aeiou")
MARKS = "-._+"
GROUPS = 4
IN_A_GROUP = 2


def password(entropy: Callable[[int], bytes]) -> str:
    """Return more than 16 signs of three classes that can be read off a screen and typed."""
    random = iter(entropy(GROUPS * (IN_A_GROUP + 1)))
    groups = []
    for _ in range(GROUPS):
        word = "".join(SYLLABLES[next(random) % len(SYLLABLES)] for _ in range(IN_A_GROUP))
        groups.append(f"{word.capitalize()}{next(random) % 10}")
    return MARKS[0].join(groups)
