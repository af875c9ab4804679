"""Where photos lie: a port, and the files that serve it by default."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from central import files

NAME = re.compile(r"[0-9a-f]{64}\Z")
PARTS = ".parts"
ASIDE = ".escrow"
EPOCH = ".epoch"


class PhotosAway(Exception):
    """The place of photos does not answer, or not as it should; later it may."""


class PhotosRefused(Exception):
    """There is no such place for photos, or it does not let us in; the text says why."""


class PhotoBytes(Protocol):
    """A photo that is being read."""

    def read(self, most: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        ...

    def close(self) -> None:
        """Read no more."""
        ...


class BlobStore(Protocol):
    """Keeps finished photos by their hash, and the epoch outside of the database (sync.md 4.1).

    Every method may raise PhotosAway and PhotosRefused.
    """

    def part(self, name: str) -> Path:
        """Return where an unfinished upload grows; on a local disk whatever the store."""
        ...

    def parts(self) -> Iterator[Path]:
        """Yield the unfinished uploads."""
        ...

    def sync(self, *parts: Path | int) -> None:
        """Bring what was written of uploads to the disk: by name, or by handle while it is open."""
        ...

    def keep(self, *finished: tuple[Path, str]) -> None:
        """Make finished uploads the photos of these hashes, for good even through a power cut."""
        ...

    def size(self, sha256: str) -> int | None:
        """Return how long a photo is, None when it is not here."""
        ...

    def open(self, sha256: str, start: int = 0) -> PhotoBytes:
        """Open a photo for reading from `start` on; raises FileNotFoundError."""
        ...

    def lay_aside(self, part: Path, name: str, sha256: str) -> None:
        """Keep a finished file of that hash beside the photos, for good; again changes nothing."""
        ...

    def aside(self) -> set[tuple[str, int]]:
        """Return names and sizes of what was laid aside."""
        ...

    def open_aside(self, name: str) -> PhotoBytes:
        """Open what was laid aside; raises FileNotFoundError."""
        ...

    def has_room(self) -> bool:
        """Say whether photos may still come; operations are taken even when not."""
        ...

    def read_epoch(self) -> str | None:
        """Return the epoch that is kept beside the photos."""
        ...

    def write_epoch(self, epoch: str) -> bool:
        """Keep the epoch beside the photos; return False where only the operator can."""
        ...


class FileBlobs:
    """Photos as files in one folder, named by their hash; nothing but dot names beside them."""

    def __init__(self, folder: Path, *, least_free: float = 0.05) -> None:
        self.folder = folder
        self._least_free = least_free
        self._parts = folder / PARTS
        try:
            self._parts.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PhotosRefused(f"photos cannot lie in {folder}: {error.strerror}") from error

    def part(self, name: str) -> Path:
        """Return the file of an unfinished upload."""
        return self._parts / name

    def parts(self) -> Iterator[Path]:
        """Yield the files of unfinished uploads."""
        return self._parts.iterdir()

    def sync(self, *parts: Path | int) -> None:
        """Bring files to the disk."""
        files.sync(*parts)

    def keep(self, *finished: tuple[Path, str]) -> None:
        """Give synced files their final names and bring the folder to the disk, once for all."""
        for part, sha256 in finished:
            if not NAME.match(sha256):
                raise ValueError(sha256)
            part.replace(self.folder / sha256)
        files.sync(self.folder)

    def size(self, sha256: str) -> int | None:
        """Return the size of a photo's file."""
        try:
            return (self.folder / sha256).stat().st_size if NAME.match(sha256) else None
        except FileNotFoundError:
            return None

    def open(self, sha256: str, start: int = 0) -> PhotoBytes:
        """Open a photo's file."""
        if not NAME.match(sha256):
            raise FileNotFoundError(sha256)
        file = (self.folder / sha256).open("rb")
        file.seek(start)
        return file

    def lay_aside(self, part: Path, name: str, sha256: str) -> None:  # noqa: ARG002  (the store of S3 wants it)
        """Move a synced file into the folder `.escrow`."""
        folder = self.folder / ASIDE
        folder.mkdir(exist_ok=True, mode=0o700)
        part.replace(folder / name)
        files.sync(folder)
        files.sync(self.folder)

    def aside(self) -> set[tuple[str, int]]:
        """Return names and sizes of the files in `.escrow`."""
        folder = self.folder / ASIDE
        found = folder.iterdir() if folder.is_dir() else ()
        return {(file.name, file.stat().st_size) for file in found}

    def open_aside(self, name: str) -> PhotoBytes:
        """Open a file of `.escrow`."""
        return (self.folder / ASIDE / name).open("rb")

    def has_room(self) -> bool:
        """Say whether at least the promised part of the disk is free."""
        usage = shutil.disk_usage(self.folder)
        return usage.free >= usage.total * self._least_free

    def read_epoch(self) -> str | None:
        """Return what `.epoch` says."""
        try:
            return (self.folder / EPOCH).read_text("ascii").strip() or None
        except FileNotFoundError:
            return None

    def write_epoch(self, epoch: str) -> bool:
        """Replace `.epoch` in one step."""
        files.write(self.folder / EPOCH, f"{epoch}\n".encode("ascii"))
        return True
