"""The few hints we take from a photo's metadata.

An own reader, because the picture may be good while its metadata are not: what can be read is used,
and `damaged` says that something could not.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gridworker.app.tiff import LONG, SHORT, Tiff, Unreadable

MAIN, PHOTO, PLACE = 0, 0x8769, 0x8825
ORIENTATION, CHANGED, TAKEN = 0x0112, 0x0132, 0x9003
OFFSETS: Final = {TAKEN: 0x9011, CHANGED: 0x9010}
LAT_REF, LAT, LON_REF, LON = 1, 2, 3, 4
SCALE: Final = 10_000_000  # places are whole numbers of degrees x 10^7
UNSET: Final = re.compile(r"[0:\s]*")  # a camera whose clock was never set
OFFSET: Final = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Hints:
    """What metadata say; `orientation` is 1 to 8 as in EXIF, the rest as in PhotoFacts."""

    taken_at: str | None = None
    lon: int | None = None
    lat: int | None = None
    orientation: int = 1
    damaged: bool = False


def read_hints(exif: bytes) -> Hints:
    """Return what an EXIF block says; never raises, and an empty block says nothing."""
    data = exif.removeprefix(b"Exif\0\0")
    if not data:
        return Hints()
    if data[:4] not in (b"II*\0", b"MM\0*"):
        return Hints(damaged=True)
    tiff = Tiff(data, "little" if data[:1] == b"I" else "big")
    if tiff.read(MAIN, tiff.number(data[4:8])) > len(data):
        tiff.damaged = True
    for part in (PHOTO, PLACE):
        at = tiff.attempt(lambda part=part: tiff.one(MAIN, part, LONG))  # type: ignore[misc]  # bound now
        if at is not None:
            tiff.read(part, at)
    taken = tiff.attempt(lambda: _taken(tiff))
    lon, lat = tiff.attempt(lambda: _place(tiff)) or (None, None)
    turned = tiff.attempt(lambda: tiff.one(MAIN, ORIENTATION, SHORT)) or 1
    return Hints(taken, lon, lat, turned if turned in range(1, 9) else 1, tiff.damaged)


def _taken(tiff: Tiff) -> str | None:
    """Return when the picture was taken, else when the file was written."""
    for part, tag in ((PHOTO, TAKEN), (MAIN, CHANGED)):
        text = tiff.text(part, tag)
        if text is None or UNSET.fullmatch(text):
            continue
        try:
            moment = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  (the zone is apart)
        except ValueError as error:
            raise Unreadable(tag) from error
        offset = tiff.text(PHOTO, OFFSETS[tag]) or ""
        return moment.isoformat() + (offset if OFFSET.fullmatch(offset) else "")
    return None


def _place(tiff: Tiff) -> tuple[int, int] | None:
    """Return (lon, lat), or None when the camera did not know."""
    lat, lon = (tiff.degrees(PLACE, tag) for tag in (LAT, LON))
    south, west = (tiff.text(PLACE, tag) for tag in (LAT_REF, LON_REF))
    if lat is None or lon is None:
        return None
    if south not in ("N", "S") or west not in ("E", "W") or lat > 90 or lon > 180:  # noqa: PLR2004
        raise Unreadable(LAT)
    signed = (-lon if west == "W" else lon, -lat if south == "S" else lat)
    return round(signed[0] * SCALE), round(signed[1] * SCALE)
