"""Decoding pictures of unknown origin; runs in the photo child only, where it can do no harm.

Every picture is decoded to its last pixel: a file that is cut off is refused, not guessed at.
Copies for display are upright, smaller, and carry no metadata at all.
"""

import io
import warnings
from typing import Final

import pi_heif
from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from gridworker.app.exif import Hints, read_hints
from gridworker.app.photo_kinds import without_metadata
from gridworker.app.photo_messages import Mark, PhotoFacts
from gridworker.app.watermark import draw

MAX_PIXELS: Final = 50_000_000
THUMB: Final = 320
FORMATS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
}
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Undecodable(Exception):
    """There is no whole picture in the file; the text is one word for the log."""


def prepare() -> None:
    """Set the image library's limits; once, before the first picture."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    for plugin in (JpegImagePlugin, PngImagePlugin, WebPImagePlugin):
        plugin.__name__  # noqa: B018  (importing registers the format; nothing else is ever tried)
    pi_heif.register_heif_opener(thumbnails=False)


def inspect(data: bytes, mime: str) -> tuple[PhotoFacts, bytes]:
    """Decode a whole picture; return what it says of itself and its thumbnail as JPEG.

    Raises Undecodable.
    """
    picture, damaged = _opened(data, mime)
    hints = _hints(picture)
    facts = PhotoFacts(
        mime=mime,
        width=picture.width,
        height=picture.height,
        taken_at=hints.taken_at,
        lon=hints.lon,
        lat=hints.lat,
        metadata_damaged=damaged or hints.damaged,
    )
    return facts, _jpeg(_smaller(picture, THUMB, hints), quality=80)


def preview(data: bytes, mime: str, longest: int, mark: Mark | None) -> bytes:
    """Return an upright JPEG of at most `longest` pixels, with a bar when `mark` is given.

    Raises Undecodable.
    """
    picture, _ = _opened(data, mime, at_least=longest)
    copy = _smaller(picture, longest, _hints(picture))
    return _jpeg(copy if mark is None else draw(copy, mark), quality=88)


def _opened(data: bytes, mime: str, *, at_least: int | None = None) -> tuple[Image.Image, bool]:
    """Decode; when metadata keep the file from opening, decode it without them and say so."""
    try:
        return _loaded(data, mime, at_least), False
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Undecodable("pixels") from error
    except MemoryError as error:
        raise Undecodable("memory") from error
    except Exception as error:
        bare = without_metadata(data, mime)
        if bare == data:
            raise Undecodable(type(error).__name__) from error
    try:
        return _loaded(bare, mime, at_least), True
    except Exception as error:
        raise Undecodable(type(error).__name__) from error


def _loaded(data: bytes, mime: str, at_least: int | None) -> Image.Image:
    """Decode every pixel; a JPEG may come out smaller, but no smaller than `at_least`."""
    picture = Image.open(io.BytesIO(data), formats=[FORMATS[mime]])
    if at_least is not None:
        picture.draft("RGB", (at_least, at_least))
    picture.load()
    return picture


def _hints(picture: Image.Image) -> Hints:
    exif = picture.info.get("exif", b"")
    return read_hints(exif if isinstance(exif, bytes) else b"")


def _smaller(picture: Image.Image, longest: int, hints: Hints) -> Image.Image:
    """Return an upright RGB copy; what is transparent becomes white."""
    small = picture
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if small.mode in ("RGBA", "LA", "PA") or "transparency" in small.info:
        small = small.convert("RGBA")
        white = Image.new("RGBA", small.size, "white")
        small = Image.alpha_composite(white, small)
    turn = TURNS.get(hints.orientation)
    return (small if turn is None else small.transpose(turn)).convert("RGB")


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())  # leaves every metadatum behind
    bare.save(out, "JPEG", quality=quality)
    return out.getvalue()
