"""The bar on copies that are shown or exported: when, where, which record, who, and a short hash.

It proves nothing; it lets a viewer find the record to verify (security.md 5.5). The original is
never touched. Drawing happens in the photo child.
"""

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import sans_path

from gridworker.app.photo_messages import Mark

SMALLEST: Final = 12  # pixels of a letter
LINE: Final = 30  # letters are one part in so many of the picture's longer side
DARK: Final = (0, 0, 0, 150)


def text(mark: Mark) -> list[str]:
    """Return the parts of the bar, in order; the hash as `A7F3-09BC`."""
    short = f"{mark.sha256[:4]}-{mark.sha256[4:8]}".upper() if mark.sha256 else ""
    return [part for part in (mark.time, mark.grid, mark.ticket, mark.worker, short) if part]


def draw(picture: Image.Image, mark: Mark) -> Image.Image:
    """Return a copy with the bar across its foot; without anything to say, the picture itself."""
    parts = text(mark)
    if not parts:
        return picture
    size = max(SMALLEST, max(picture.size) // LINE)
    font = ImageFont.truetype(str(Path(sans_path())), size)
    room, gap = picture.width - size, size // 2
    lines = _lines(parts, font, room)
    bar = Image.new("RGBA", (picture.width, len(lines) * (size + gap) + gap), DARK)
    pen = ImageDraw.Draw(bar)
    for number, line in enumerate(lines):
        pen.text((gap, gap // 2 + number * (size + gap)), line, font=font, fill="white")
    copy = picture.convert("RGBA")
    copy.alpha_composite(bar, (0, max(0, picture.height - bar.height)))
    return copy.convert("RGB")


def _lines(parts: list[str], font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """Set the parts one after the other, a new line where the next does not fit."""
    lines = [parts[0]]
    for part in parts[1:]:
        longer = f"{lines[-1]}  {part}"
        if font.getlength(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines
