"""Actions: what a person can do, in one shape for keyboard, palette and help."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person can do here: the palette, the help page and the keyboard all read this.

    `keys` is a portable key sequence ("Ctrl+N") or empty; `reason` says why it cannot be done
    now, and is empty when it can.
    """

    name: str
    words: str
    run: Callable[[], None]
    keys: str = ""
    icon: str = ""
    reason: str = ""
