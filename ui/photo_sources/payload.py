"""Photos as work for the photos lane: nothing is read or encoded on the windows' thread."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QImage

from gridworker.domain.evidence import MAX_PHOTO_BYTES, PhotoSource
from gridworker.domain.problem import Code, RuleBroken

JPEG_QUALITY = 92
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")


@dataclass(frozen=True, slots=True)
class Payload:
    """A photo to come: `read` waits for disk or processor and is called in a lane."""

    read: Callable[[], bytes]
    source: PhotoSource


def from_file(path: Path, source: PhotoSource) -> Payload:
    """Read a file as it is; raises RuleBroken for what is missing or too large to be a photo."""

    def read() -> bytes:
        try:
            if path.stat().st_size > MAX_PHOTO_BYTES:
                raise RuleBroken(Code.BLOB_TOO_LARGE, most=MAX_PHOTO_BYTES)
            return path.read_bytes()
        except OSError as error:
            raise RuleBroken(Code.PHOTO_UNREADABLE, name=path.name) from error

    return Payload(read, source)


def from_image(image: QImage, source: PhotoSource) -> Payload:
    """Encode what never was a file: from the camera as JPEG, from the clipboard losslessly."""
    kind = "JPG" if source is PhotoSource.CAMERA else "PNG"
    quality = JPEG_QUALITY if source is PhotoSource.CAMERA else -1

    def read() -> bytes:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if not image.save(buffer, kind, quality):  # type: ignore[call-overload]  # stubs want bytes
            raise RuleBroken(Code.PHOTO_UNREADABLE)
        return bytes(buffer.data().data())

    return Payload(read, source)


def from_mime(data: QMimeData, source: PhotoSource) -> list[Payload]:
    """Return the photos that were pasted or dropped: files first, else the picture itself."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if files:
        return [from_file(path, source) for path in files]
    if data.hasImage():
        image = QImage(data.imageData())
        return [] if image.isNull() else [from_image(image, source)]
    return []


def has_photo(data: QMimeData) -> bool:
    """Say whether something that may be a photo was pasted or dropped."""
    return data.hasImage() or any(url.isLocalFile() for url in data.urls())
