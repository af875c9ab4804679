"""Words as the search index stores them, and what they are made of.

Chinese is cut into overlapping pairs, so that any two or more characters in a row are found without
knowing where a word ends (sync.md, finding 13). A run ends with its last character alone: no pair
reaches over its end, and one character is found as the beginning of a pair. Pinyin initials are
kept as all sets of one to three letters in a row, for every reading that a character has. Numbers
are found by their ends as well. Each family has its own mark, a private character that separates
in every text, so the families never mix.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from operator import add

import resources

INITIAL, TAIL, PHONE, BREAK = "\ue000", "\ue001", "\ue002", "\ue003"
SHORT_TAILS = (3, 4, 5, 6)
PHONE_TAIL = 4
GRAM = 3
_HAN = "〇㐀-䶿一-鿿\U00020000-\U0003ffff"
_RUN = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")


def plain(text: str) -> str:
    """Return text as it is compared: one width and one case."""
    return unicodedata.normalize("NFKC", text).casefold()


def runs(text: str) -> list[tuple[str, str]]:
    """Return the runs of a `plain` text as (Chinese, "") or ("", word); all else separates."""
    return _RUN.findall(text)


@cache
def _letters() -> tuple[tuple[str, str], ...]:
    """Return each letter with all characters that can be read so."""
    lines = resources.text("pinyin/initials.txt").splitlines()
    return tuple((line[0], line[2:]) for line in lines)


@cache
def initials(character: str) -> str:
    """Return the first letters of all readings of a Chinese character."""
    # Few characters are ever met: a table of all would cost the first save more than all the rest.
    return "".join(letter for letter, characters in _letters() if character in characters)


def text_tokens(text: str) -> list[str]:
    """Return the words of a text in their order, closed by a mark that no phrase crosses."""
    found: list[str] = []
    for han, word in runs(plain(text)):
        found.extend(map(add, han, han[1:]))
        found.append(word or han[-1])
    found.append(BREAK)
    return found


def initial_grams(han: str) -> set[str]:
    """Return the sets of one to three initials in a row that a run of Chinese can be found by."""
    found: set[str] = set()
    two: list[str] = []
    one: list[str] = []
    for character in han:
        letters = initials(character)
        three = [gram + letter for gram in two for letter in letters]
        two = [gram + letter for gram in one for letter in letters]
        one = [INITIAL + letter for letter in letters]
        found.update(one, two, three)
    return found


def initial_tokens(text: str, grams: Callable[[str], set[str]] = initial_grams) -> set[str]:
    """Return the sets of initials that `text` can be found by.

    Whoever asks for many texts may give `grams` a memory: places and titles repeat each other.
    """
    return {gram for han, _ in runs(plain(text)) for gram in grams(han)}


def number_tokens(number: str) -> set[str]:
    """Return a record number's ends: whole, from each of its blocks on, and its last characters."""
    blocks = [word for _, word in runs(plain(number)) if word]
    whole = "".join(blocks)
    ends = {"".join(blocks[n:]) for n in range(len(blocks))}
    ends.update(whole[-size:] for size in SHORT_TAILS if len(whole) >= size)
    return {TAIL + end for end in ends}


def phone_tokens(phone: str) -> set[str]:
    """Return the last digits of a telephone number; no more of it is kept."""
    digits = "".join(c for c in plain(phone) if c.isdecimal())
    return {PHONE + digits[-PHONE_TAIL:]} if len(digits) >= PHONE_TAIL else set()


def spells(text: str, letters: str) -> bool:
    """Say whether `letters` are the initials of characters in a row of a `plain` text."""
    return any(
        all(letter in initials(c) for letter, c in zip(letters, han[start:], strict=False))
        for han, _ in runs(text)
        for start in range(len(han) - len(letters) + 1)
    )
