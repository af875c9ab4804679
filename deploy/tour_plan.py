"""What the parts of the tour, which are processes of their own, are given."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Folders, passwords and the photos of the day; the windows type the password themselves."""

    folder: Path
    laptop: Path
    password: str
    dispatcher: Path
    dispatcher_password: str
    photos: dict[str, Path]

    @classmethod
    def read(cls, path: Path) -> "Plan":
        """Return what was written to a file."""
        raw: dict[str, Any] = json.loads(path.read_text("utf-8"))
        for name in ("folder", "laptop", "dispatcher"):
            raw[name] = Path(raw[name])
        raw["photos"] = {name: Path(file) for name, file in raw["photos"].items()}
        return cls(**raw)

    def write(self, path: Path) -> None:
        """Keep it in a file of its owner."""
        path.touch(0o600)
        path.write_text(json.dumps(asdict(self), default=str), "utf-8")
