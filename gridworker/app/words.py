"""Sentences for people: what happened and what to do next, in the language of the windows.

The sentences are data (`resources/words`). In them `{fact}` or `{fact:shape}` stands for a fact,
and what is in square brackets is left out when a fact in it is not known. A key may be narrowed:
`E_INVALID.place.empty` is taken before `E_INVALID.place` and that before `E_INVALID`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from gridworker.app.word_shapes import shaped
from resources import text

CHINESE, ENGLISH = "zh_CN", "en"
LANGUAGES = (CHINESE, ENGLISH)
UNKNOWN = "unexpected"
REFUSED = "refused"
PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
LEADING = "，；：、,;: "
NOTHING: tuple[object, ...] = (None, "", [], ())
NARROWING = ("field", "detail")


class Words(msgspec.Struct, frozen=True):
    """A sentence that says what is so, and one that says what can be done; both may be shown."""

    sentence: str
    next: str


def say(code: str, facts: Mapping[str, Any] | None = None, language: str = CHINESE) -> Words:
    """Return the words for a code of any kind; what is unknown gets words that hold always.

    Facts that are missing, None or empty are left out together with the words around them. Where
    the `verdict` is `refused` the centre gave the code, perhaps one of a newer version: nothing of
    it is called unsaved then, and what is unknown is told with the code.
    """
    known = {"code": code, **(facts or {})}
    entries = book(language)
    key = next((key for key in _keys(code, known) if key in entries), UNKNOWN)
    entry = entries[key]
    return Words(*(_fill(entry.get(part, ""), known, language) for part in ("say", "next")))


def word(kind: str, name: str, language: str = CHINESE) -> str:
    """Return the word for a name the program uses, e.g. ("state", "reported"); else the name."""
    entry = book(language).get(f"{kind}.{name}")
    return entry["say"] if entry else name


@cache
def book(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return all entries of a language; one that is not there is answered in Chinese."""
    name = language if language in LANGUAGES else CHINESE
    return MappingProxyType(json.loads(text(f"words/{name}.json")))


def _keys(code: str, facts: Mapping[str, Any]) -> Iterator[str]:
    parts = [str(facts[name]).replace(" ", "_") for name in NARROWING if facts.get(name)]
    while parts:
        yield ".".join([code, *parts])
        parts.pop()
    if facts.get("detail"):
        yield f"{code}.{str(facts['detail']).replace(' ', '_')}"
        yield f"{code}.field.{str(facts['detail']).replace(' ', '_')}"
    if facts.get("verdict") != REFUSED:
        yield code
    else:
        yield from (f"{REFUSED}.{code}", code, f"{REFUSED}.{UNKNOWN}")


def _fill(pattern: str, facts: Mapping[str, Any], language: str) -> str:
    def known(part: re.Match[str]) -> str:
        names = [match[1] for match in PLACEHOLDER.finditer(part[1])]
        return part[1] if all(facts.get(name) not in NOTHING for name in names) else ""

    def value(match: re.Match[str]) -> str:
        fact = facts.get(match[1])
        return "" if fact is None else shaped(fact, match[2] or "", language, word)

    whole = OPTIONAL.sub(known, pattern)
    return PLACEHOLDER.sub(value, whole).lstrip(LEADING)
