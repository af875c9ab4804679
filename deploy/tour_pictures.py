"""The pictures of the tour: drawn here, so that no photo of a real place is needed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = (1600, 1200)
WIDE, HIGH = SIZE
GRAIN = 16
QUALITY = 90
TAKEN, OFFSET, EXIF_IFD = 0x9003, 0x9011, 0x8769

Point = tuple[float, float]


def draw_all(folder: Path, now: datetime) -> dict[str, Path]:
    """Draw the photos of the day as JPEGs, two minutes apart up to `now`; return name and file."""
    folder.mkdir(parents=True, exist_ok=True)
    scenes = {
        "gate": gate(),
        "before": stairwell(blocked=True),
        "after": stairwell(blocked=False),
        "manhole": manhole(),
    }
    taken = [now - timedelta(minutes=2 * back) for back in range(len(scenes), 0, -1)]
    return {
        name: _save(scene, folder / f"{name}.jpg", at)
        for (name, scene), at in zip(scenes.items(), taken, strict=True)
    }


def stairwell(*, blocked: bool) -> Image.Image:
    """Return a stairwell of a housing block, with or without things in the way."""
    image = Image.new("RGB", SIZE, "#d9d4c4")
    draw = ImageDraw.Draw(image)
    _room(draw)
    _stairs(draw)
    if blocked:
        _clutter(draw)
    return _lit(image, 1.0 if blocked else 1.04)


def manhole() -> Image.Image:
    """Return a street with a manhole that has lost its cover, and a cone beside it."""
    image = Image.new("RGB", SIZE, "#6b6d6f")
    draw = ImageDraw.Draw(image)
    _fill(draw, [(0, 0), (16, 0), (16, 2.2), (0, 3.6)], "#a8a49b")
    _fill(draw, [(0, 3.6), (16, 2.2), (16, 2.6), (0, 4.1)], "#c9c5ba")
    for x in range(0, 17, 2):
        _line(draw, [(x, 0), (x - 1.2, 3.6)], "#8f8b82", 4)
    _fill(draw, [(0, 10.4), (16, 8.9), (16, 9.25), (0, 10.8)], "#d8c04a")
    for radius, color in ((2.75, "#4d4f51"), (2.45, "#8b8d8f"), (2.2, "#17181a")):
        _oval(draw, (7.2, 6.6), radius, radius * 0.62, color)
    _oval(draw, (7.2, 6.95), 1.9, 1.05, "#0a0a0b")
    _fill(draw, [(8.5, 5.2), (11.6, 4.9), (12.3, 6.3), (9.6, 7.1)], "#505356")
    _line(draw, [(8.9, 5.6), (11.9, 5.5)], "#6e7174", 10)
    _line(draw, [(9.2, 6.2), (12.1, 6.0)], "#6e7174", 10)
    _fill(draw, [(2.2, 9.0), (5.2, 9.0), (5.0, 9.4), (2.4, 9.4)], "#2b2b2b")
    _fill(draw, [(2.7, 9.0), (4.7, 9.0), (3.9, 5.2), (3.5, 5.2)], "#e8622a")
    _fill(draw, [(2.95, 7.8), (4.45, 7.8), (4.25, 6.9), (3.13, 6.9)], "#f4f1ea")
    return _lit(image, 1.0)


def gate() -> Image.Image:
    """Return the east gate of a housing estate, in order."""
    image = Image.new("RGB", SIZE, "#bcd3e6")
    draw = ImageDraw.Draw(image)
    for left, top, right, color in ((0.6, 2.0, 4.6, "#d8cbb6"), (10.8, 1.2, 15.2, "#cfc1ab")):
        _fill(draw, [(left, top), (right, top), (right, 9), (left, 9)], color)
        for row in range(8):
            for column in range(4):
                x = left + 0.35 + column * (right - left - 0.5) / 4
                y = top + 0.35 + row * 0.8
                _fill(draw, [(x, y), (x + 0.6, y), (x + 0.6, y + 0.5), (x, y + 0.5)], "#7c93a6")
    for x, radius in ((5.6, 1.5), (9.9, 1.7), (0.2, 1.6), (15.8, 1.4)):
        _line(draw, [(x, 9.2), (x, 7.0)], "#6a4f38", 22)
        _oval(draw, (x, 6.4), radius, radius, "#6f9457")
        _oval(draw, (x - 0.3, 6.0), radius * 0.6, radius * 0.6, "#82a768")
    _fill(draw, [(0, 9), (16, 9), (16, 12), (0, 12)], "#8d8f90")
    for x in (3.4, 12.2):
        _fill(draw, [(x, 4.4), (x + 0.9, 4.4), (x + 0.9, 10), (x, 10)], "#b6532f")
    _fill(draw, [(3.2, 3.7), (13.3, 3.7), (13.3, 4.5), (3.2, 4.5)], "#8f3f24")
    for step in range(8):
        x, color = 4.6 + step * 0.9, "#d94436" if step % 2 else "#f5f3ee"
        _fill(draw, [(x, 8.6), (x + 0.9, 8.6), (x + 0.9, 8.85), (x, 8.85)], color)
    return _lit(image, 1.02)


def _room(draw: ImageDraw.ImageDraw) -> None:
    _fill(draw, [(0, 0), (16, 0), (11, 2.2), (5, 2.2)], "#efece2")
    _fill(draw, [(5, 2.2), (11, 2.2), (11, 7.6), (5, 7.6)], "#e3ddcc")
    _fill(draw, [(16, 0), (11, 2.2), (11, 7.6), (16, 12)], "#cfc8b5")
    _fill(draw, [(0, 12), (5, 7.6), (11, 7.6), (16, 12)], "#9c978d")
    for wall in (
        [(0, 7.0), (5, 5.4), (5, 7.6), (0, 12)],
        [(5, 5.4), (11, 5.4), (11, 7.6), (5, 7.6)],
        [(16, 7.0), (11, 5.4), (11, 7.6), (16, 12)],
    ):
        _fill(draw, wall, "#7f9a83")
    for x in range(-6, 23, 2):
        _line(draw, [(x, 12), (5 + (x + 6) * 6 / 28, 7.6)], "#837e75", 3)
    for y in (8.1, 8.8, 9.8, 11.1):
        _line(draw, [(5 - (y - 7.6) * 1.14, y), (11 + (y - 7.6) * 1.14, y)], "#837e75", 3)
    _fill(draw, [(6.4, 2.8), (8.8, 2.8), (8.8, 4.7), (6.4, 4.7)], "#eef6fb")
    _line(draw, [(7.6, 2.8), (7.6, 4.7)], "#8b8676", 10)
    _line(draw, [(6.4, 2.8), (8.8, 2.8), (8.8, 4.7), (6.4, 4.7), (6.4, 2.8)], "#8b8676", 12)
    _fill(draw, [(1.2, 2.9), (3.2, 3.3), (3.2, 9.2), (1.2, 10.9)], "#6b4b36")
    _oval(draw, (2.9, 6.5), 0.1, 0.14, "#d8c88a")
    _fill(draw, [(4.1, 3.7), (4.7, 3.8), (4.7, 4.9), (4.1, 4.95)], "#c33a2c")


def _stairs(draw: ImageDraw.ImageDraw) -> None:
    left, right, foot = 9.6, 15.2, 10.6
    rail: list[Point] = []
    for _ in range(9):
        rise = (right - left) * 0.13
        face = [(left, foot), (right, foot), (right, foot - rise), (left, foot - rise)]
        _fill(draw, face, "#a8a296")
        top, back = foot - rise, (right - left) * 0.05
        tread = [(left, top), (right, top), (right - back, top - back), (left + back, top - back)]
        _fill(draw, tread, "#d3cdc0")
        _line(draw, [(left, foot - 0.02), (left, top - 1.2)], "#4b4f55", 6)
        rail.append((left, top - 1.2))
        left, right, foot = left + back * 0.2, right - back * 1.9, top - back
    _line(draw, rail, "#7a2f22", 16)


def _clutter(draw: ImageDraw.ImageDraw) -> None:
    _oval(draw, (5.6, 10.7), 4.6, 0.8, "#7d786f")
    _wheel(draw, (8.7, 9.2))
    for x, y, wide, high, color in (
        (2.5, 10.9, 2.6, 2.1, "#b98d5b"),
        (5.0, 11.0, 3.0, 1.7, "#c49a68"),
        (3.1, 8.8, 2.0, 1.7, "#a97c4c"),
        (5.4, 9.3, 2.2, 1.5, "#b58955"),
        (3.5, 7.1, 1.5, 1.2, "#c7a172"),
        (8.1, 11.3, 1.5, 1.1, "#9f7444"),
    ):
        _carton(draw, (x, y), wide, high, color)
    _oval(draw, (10.0, 11.0), 0.75, 0.85, "#2f3f66")
    _fill(draw, [(9.7, 10.3), (10.3, 10.3), (10.15, 9.9), (9.85, 9.9)], "#2f3f66")


def _carton(draw: ImageDraw.ImageDraw, foot: Point, wide: float, high: float, color: str) -> None:
    (x, y), depth = foot, wide * 0.22
    front = [(x, y), (x + wide, y), (x + wide, y - high), (x, y - high)]
    lid = [(x, y - high), (x + wide, y - high), (x + wide + depth, y - high - depth)]
    side = [(x + wide, y), (x + wide, y - high), (x + wide + depth, y - high - depth)]
    _fill(draw, [*side, (x + wide + depth, y - depth)], _shade(color, 0.72))
    _fill(draw, [*lid, (x + depth, y - high - depth)], _shade(color, 1.18))
    _fill(draw, front, color)
    tape = [(x + wide * 0.44, y), (x + wide * 0.56, y)]
    _fill(draw, [*tape, (tape[1][0], y - high), (tape[0][0], y - high)], _shade(color, 1.3))


def _wheel(draw: ImageDraw.ImageDraw, at: Point) -> None:
    x, y = _at(at)
    for radius, line, color in ((105, 16, "#26282b"), (92, 4, "#b9bcc0")):
        box = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(box, outline=color, width=line)
    _line(draw, [at, (at[0] - 1.6, at[1] - 0.7), (at[0] - 0.6, at[1] - 1.5), at], "#1f6f8b", 12)
    _line(draw, [(at[0] - 0.6, at[1] - 1.5), (at[0] - 0.2, at[1] - 1.9)], "#26282b", 12)


def _lit(image: Image.Image, brightness: float) -> Image.Image:
    """Return the scene with the light of a lamp, soft edges and the grain of a phone's camera."""
    soft = image.filter(ImageFilter.GaussianBlur(1.6))
    glow = ImageChops.invert(Image.radial_gradient("L")).resize(SIZE)
    light = glow.point(lambda v: min(255, int((150 + v * 0.42) * brightness)))
    lit = ImageChops.multiply(soft, Image.merge("RGB", (light,) * 3))
    grain = Image.effect_noise(SIZE, GRAIN)
    return ImageChops.add(lit, Image.merge("RGB", (grain,) * 3), scale=1.0, offset=-128 + 18)


def _save(image: Image.Image, path: Path, at: datetime) -> Path:
    exif = Image.Exif()
    taken = exif.get_ifd(EXIF_IFD)
    taken[TAKEN] = at.strftime("%Y:%m:%d %H:%M:%S")
    zone = at.strftime("%z")
    taken[OFFSET] = f"{zone[:3]}:{zone[3:]}"
    image.save(path, "JPEG", quality=QUALITY, exif=exif)
    return path


def _fill(draw: ImageDraw.ImageDraw, corners: Sequence[Point], color: str) -> None:
    draw.polygon([_at(corner) for corner in corners], fill=color)


def _line(draw: ImageDraw.ImageDraw, points: Sequence[Point], color: str, width: int) -> None:
    draw.line([_at(point) for point in points], fill=color, width=width, joint="curve")


def _oval(draw: ImageDraw.ImageDraw, middle: Point, across: float, down: float, color: str) -> None:
    (left, top), (right, bottom) = (
        _at((middle[0] - across, middle[1] - down)),
        _at((middle[0] + across, middle[1] + down)),
    )
    draw.ellipse((left, top, right, bottom), fill=color)


def _at(point: Point) -> Point:
    """Return pixels for a point on a sheet of 16 by 12."""
    return point[0] * WIDE / 16, point[1] * HIGH / 12


def _shade(color: str, by: float) -> str:
    parts = (int(color[n : n + 2], 16) for n in (1, 3, 5))
    return "#" + "".join(f"{min(255, int(part * by)):02x}" for part in parts)
