"""Stores as older programs made them."""

import shutil
from pathlib import Path

from gridworker.storage.migrate import SCRIPTS, bring_up

KEY = bytes(32)


def of_schema(number: int, folder: Path) -> Path:
    """Make a store of that schema in a folder, with nothing in it; return its path."""
    scripts, path = folder / "scripts", folder / "main.db"
    scripts.mkdir(parents=True)
    for script in sorted(SCRIPTS.glob("m[0-9][0-9][0-9][0-9]_*.py"))[:number]:
        shutil.copy(script, scripts)
    (scripts / "__init__.py").touch()
    bring_up(path, KEY, scripts=scripts)
    return path
