"""How much disk must be left before something is written (security.md, goal 5)."""

import shutil
from pathlib import Path

from gridworker.domain.problem import Code, RuleBroken


class Room:
    """Refuses photos early and text late, so that words are kept longest."""

    def __init__(self, folder: Path, *, photos: int, text: int) -> None:
        self._folder = folder
        self._photos = photos
        self._text = text

    def for_photo(self) -> None:
        """Raise RuleBroken(E_DISK_FULL) when a photo may not be taken; facts are in bytes."""
        self._check(self._photos)

    def for_text(self) -> None:
        """Raise RuleBroken(E_DISK_FULL) when nothing may be written."""
        self._check(self._text)

    def _check(self, least: int) -> None:
        free = shutil.disk_usage(self._folder).free
        if free < least:
            raise RuleBroken(Code.DISK_FULL, free=free, least=least)
