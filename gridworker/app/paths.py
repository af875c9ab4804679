"""Where things of a profile lie; one profile is one person on one device."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gridworker.storage.files import sync_folder

HOME_VARIABLE: Final = "GRIDWORKER_HOME"
NAME: Final = "gridworker"
PENDING: Final = "enrolment.pending"  # from the first try to enrol until it is done


@dataclass(frozen=True, slots=True)
class Paths:
    """The places below a profile's folder."""

    home: Path

    @property
    def database(self) -> Path:
        """Return the encrypted store."""
        return self.home / "main.db"

    @property
    def photos(self) -> Path:
        """Return the folder of sealed photos."""
        return self.home / "blobs"

    @property
    def logs(self) -> Path:
        """Return the folder of logs, which hold no personal data."""
        return self.home / "logs"

    def make(self) -> None:
        """Create the folder for its owner alone, safe from a power cut; fine when it is there."""
        missing = [place for place in (self.home, *self.home.parents) if not place.exists()]
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for place in missing:
            sync_folder(place.parent)


def default_home(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """Return the profile's folder when `--home` does not name one."""
    if named := environment.get(HOME_VARIABLE):
        return Path(named).expanduser()
    user = Path.home()
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or user / "AppData" / "Local") / NAME
    if platform == "darwin":
        return user / "Library" / "Application Support" / NAME
    data = environment.get("XDG_DATA_HOME", "")
    return (Path(data) if Path(data).is_absolute() else user / ".local" / "share") / NAME
