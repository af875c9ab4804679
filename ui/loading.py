"""Libraries are loaded in turn: Qt's media plugin and Python's extension modules, never both.

The media plugin loads further libraries from inside its own loading and reports on them through
Python, so it needs the interpreter while it holds the lock of the system's loader. A thread that
imports an extension module holds the interpreter while it waits for that very lock. Side by side
the two would wait for each other for ever.
"""

from importlib.machinery import ExtensionFileLoader, ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Final

LOADING: Final = RLock()
_create = ExtensionFileLoader.create_module


def take_turns() -> None:
    """Let extension modules be loaded only while nobody else holds `LOADING`; may be repeated."""
    ExtensionFileLoader.create_module = _in_turn  # type: ignore[method-assign]  # importlib has no other hook


def _in_turn(self: ExtensionFileLoader, spec: ModuleSpec) -> ModuleType:
    with LOADING:
        return _create(self, spec)
