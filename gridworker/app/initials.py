"""First letters of the pinyin of labels, so that Han words can be found by typing Latin ones."""

from collections.abc import Iterable
from itertools import islice, product

from gridworker.storage.search_words import initials as letters_of

MOST_SPELLINGS = 256


def spellings(labels: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return by label how its Chinese characters spell in first letters, one for each reading.

    Reads a table the first time: call it in a lane.
    """
    return {label: frozenset(_spellings(label)) for label in labels}


def _spellings(label: str) -> Iterable[str]:
    letters = [found for found in map(letters_of, label) if found]
    return map("".join, islice(product(*letters), MOST_SPELLINGS))
