"""The watched folder: photos that a phone sends over USB or a chat program saves.

It is looked at from the photos lane instead of by file system events: phones mounted through MTP
send none, and a busy or vanished mount must never hold the windows up.
"""

import os
import time
from pathlib import Path

from ui.photo_sources.payload import SUFFIXES

FRESH_SECONDS = 2 * 60 * 60
SETTLED_SECONDS = 2.0


class WatchedFolder:
    """Finds photos that are wholly there; all methods wait for the disk and run in one lane.

    A file counts as whole when it has not been written for two seconds, or when two looks found
    it with the same size and time. Photos older than two hours are not offered.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: dict[Path, tuple[int, int]] = {}
        self._used: set[tuple[Path, int]] = set()

    def look(self) -> list[Path]:
        """Return photos that are wholly there and were not used yet, newest first."""
        now = time.time()
        found: list[tuple[int, Path]] = []
        seen: dict[Path, tuple[int, int]] = {}
        for path, size, written_ns in self._files():
            seen[path] = (size, written_ns)
            age = now - written_ns / 1e9
            whole = age > SETTLED_SECONDS or self._seen.get(path) == seen[path]
            fresh = age < FRESH_SECONDS and (path, written_ns) not in self._used
            if size and whole and fresh:
                found.append((written_ns, path))
        self._seen = seen
        return [path for _, path in sorted(found, reverse=True)]

    def used(self, path: Path) -> None:
        """Never return this file again, unless it is written anew."""
        self._used.add((path, self._seen[path][1]))

    def _files(self) -> list[tuple[Path, int, int]]:
        try:
            with os.scandir(self.path) as entries:
                return [
                    (Path(entry.path), facts.st_size, facts.st_mtime_ns)
                    for entry in entries
                    if entry.name.lower().endswith(SUFFIXES) and entry.is_file()
                    for facts in (entry.stat(),)
                ]
        except OSError:  # unplugged, or unmounted while we looked: nothing to offer now
            return []
