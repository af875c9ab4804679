"""Choices of the person at this computer that are not about anybody: size, colours, folders.

They lie as readable JSON in the configuration folder, outside the encrypted store, because windows
need them before the password. Nothing personal belongs here.
"""

import logging
import threading
from pathlib import Path
from typing import Any

import msgspec

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings with what holds when nobody chose.

    `text_factor` is 1.0 to 2.5. With less than `photo_room` bytes free photos are refused, with
    less than `text_room` everything is (security.md, goal 5). `language` is that of the command
    line's sentences: `zh_CN` or `en`.
    """

    text_factor: float = 1.0
    theme: str = "system"
    watched_folder: str | None = None
    paused: bool = False
    language: str = "zh_CN"
    photo_room: int = 200 * MEGABYTE
    text_room: int = 20 * MEGABYTE


class SettingsFile:
    """The settings of one profile on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Settings:
        """Return the settings; a file that cannot be read gives the defaults, with a log line."""
        raw = self._raw()
        try:
            return msgspec.convert(raw, Settings)
        except msgspec.ValidationError as error:
            log.warning("settings: not understood, defaults are used: %s", error)
            return Settings()

    def change(self, **changes: Any) -> None:
        """Keep these choices and leave all others, also those of a newer version. Raises OSError.

        The file is a whole one at any moment, also when two threads change something.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        chosen = msgspec.structs.replace(self.read(), **changes)
        whole = {**self._raw(), **msgspec.to_builtins(chosen)}
        part = self._path.with_suffix(f".{threading.get_ident()}.part")
        part.write_bytes(msgspec.json.format(msgspec.json.encode(whole)))
        part.replace(self._path)

    def _raw(self) -> dict[str, Any]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Any])
        except FileNotFoundError:
            return {}
        except msgspec.DecodeError as error:
            log.warning("settings: not readable, defaults are used: %s", error)
            return {}
