"""Operations of other versions than this one's: older are translated, newer wait (sync.md 4.10).

Every version that was ever released stays welcome: whoever makes `name@2` writes down here how an
operation `name@1` reads as one. A newer version of a type that is known here is not refused for
being new: it waits in quarantine, whole, until a program that knows it decides it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from gridworker.domain.operations import TYPES

Translation = Callable[[dict[str, Any]], dict[str, Any]]
TRANSLATIONS: Final[Mapping[str, Translation]] = {}
FORM = re.compile(r"([a-z_]+\.[a-z_]+)@([1-9][0-9]{0,3})\Z")
NEWER: Final = "newer"


def newest(raw: dict[str, Any], translations: Mapping[str, Translation]) -> dict[str, Any]:
    """Return an operation as the newest version of its type reads; another is returned as it is.

    A translation takes all of an operation and returns all of it; it may raise what it likes for
    one that its own version would not have sent.
    """
    while (translation := translations.get(str(raw.get("type")))) is not None:
        raw = translation(raw)
    return raw


def is_newer(type_: str) -> bool:
    """Say whether a type is known here, but only in versions before this one."""
    if type_ in TYPES or (found := FORM.match(type_)) is None:
        return False
    known = [int(known[2]) for known in map(FORM.match, TYPES) if known and known[1] == found[1]]
    return bool(known) and int(found[2]) > max(known)
