"""What a part of the tour tells: numbered screenshots and facts, as JSON lines in one file."""

import json
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget
from tour_hand import Hand

STORY = "story.jsonl"


class Album:
    """Keeps screenshots beside each other, numbered through all parts of the day."""

    def __init__(self, folder: Path, window: QWidget) -> None:
        self._folder, self._window = folder, window
        self._story = folder / STORY
        told = self._story.read_text("utf-8").splitlines() if self._story.exists() else []
        self._count = sum(1 for line in told if "picture" in json.loads(line))

    def chapter(self, english: str, chinese: str) -> None:
        """Begin something new."""
        self._tell(chapter=english, chinese=chinese)

    def shot(self, name: str, english: str, chinese: str) -> None:
        """Keep what the window shows now, once it has come to rest."""
        Hand(self._window).look()
        self.snap(name, english, chinese)

    def snap(self, name: str, english: str, chinese: str) -> None:
        """Keep what the window shows at this very moment."""
        self._count += 1
        file = f"{self._count:02d}-{name}.png"
        picture = self._window.grab()
        if picture.isNull() or not picture.save(str(self._folder / file)):
            raise OSError(f"could not save {file}")
        self._tell(picture=file, english=english, chinese=chinese)

    def fact(self, english: str, chinese: str = "") -> None:
        """State something that was counted or read."""
        self._tell(fact=english, chinese=chinese)

    def recorded(self, **record: Any) -> None:
        """Note what was entered, for the comparison with the centre."""
        self._tell(recorded=record)

    def count(self, name: str, value: int) -> None:
        """Note a figure."""
        self._tell(figure=name, value=value)

    def number_at(self, place: str) -> str:
        """Return the number of the ticket that was recorded at a place."""
        records = [line["recorded"] for line in told(self._folder) if "recorded" in line]
        return next(r["number"] for r in records if r["place"] == place and "number" in r)

    def _tell(self, **line: Any) -> None:
        with self._story.open("a", encoding="utf-8") as story:
            story.write(json.dumps(line, ensure_ascii=False) + "\n")


def told(folder: Path) -> list[dict[str, Any]]:
    """Return everything that was told so far."""
    return [json.loads(line) for line in (folder / STORY).read_text("utf-8").splitlines()]
