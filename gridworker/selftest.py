"""`gridworker --selftest`: whether everything the program brings with it is there and works."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from gridworker import __version__
from gridworker.app import photo_check, store_check


def run() -> int:
    """Check store, keyring, photos, icons and labels, say so line by line, and return 0.

    Whatever is missing raises: a bundle that lacks a part must not look well.
    """
    with TemporaryDirectory(prefix="gridworker-") as folder:
        schema = store_check.check_store(Path(folder))
    lines = [
        f"gridworker {__version__}",
        f"store: schema {schema}, encrypted",
        f"keyring: {store_check.keyring_name()}",
        f"photos: {photo_check.check_photo()}",
        *_face(),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _face() -> list[str]:
    """Load an icon and the Chinese labels as the windows do, without a display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from ui import check  # noqa: PLC0415  (Qt reads the platform when it is first imported)

    return check.face()
