"""A small demo that is made once and copied, for tests that open thousands of centres."""

import shutil
from pathlib import Path
from typing import Any

from central.build import Centre
from central.demo.district import fill


class Template:
    """A small demo centre in a file; every copy has the same people, codes and identity."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        centre = Centre.open(f"sqlite:///{self._file}", folder / "template-blobs", demo=True)
        self.people = fill(centre, "small")
        self._epoch = (folder / "template-blobs" / ".epoch").read_text()
        centre.close()

    def open(self, folder: Path, **options: Any) -> Centre:
        """Copy the template to `folder` and open it; `options` are those of `Centre.open`."""
        blobs = folder / "blobs"
        blobs.mkdir(parents=True)
        shutil.copyfile(self._file, folder / "centre.db")
        (blobs / ".epoch").write_text(self._epoch)
        return Centre.open(f"sqlite:///{folder / 'centre.db'}", blobs, demo=True, **options)
