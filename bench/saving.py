"""P5: a save until "saved" against a bare commit, a large photo against bare decoding."""

import io
import statistics
from pathlib import Path
from random import Random

from PIL import Image

from bench import words
from bench.district import District, Laptop
from bench.figure import Figure, percentile, timed
from bench.floor import plain_store
from gridworker.app.ports import NewReport
from gridworker.domain.evidence import PhotoSource

SAVE_GOAL, PHOTO_GOAL = 4.0, 1.3
ROW = 1024
TWELVE_MEGAPIXELS = (4000, 3000)
COARSE = (500, 375)
QUALITY = 88


def measure(district: District, *, count: int, rounds: int) -> list[Figure]:
    """Return the saves and the photo, each next to its floor."""
    laptop = district.laptop("p5")
    try:
        return [_saves(laptop, count), _photo(laptop, rounds)]
    finally:
        laptop.close()


def _saves(laptop: Laptop, count: int) -> Figure:
    item = next(line.code for line in laptop.profile.queries.items())
    bare = _bare(laptop.home)
    random, ours, theirs = Random(5), [], []

    def save(number: int) -> None:
        new = NewReport(item=item, place=words.place(random, number), note=words.remark(random, 3))
        laptop.profile.commands.report(new)

    def commit() -> None:
        bare.execute("INSERT INTO row (body) VALUES (randomblob(?))", (ROW,))

    for number in range(count):
        ours.append(timed(lambda: save(number)))  # noqa: B023  (called at once)
        theirs.append(timed(commit))
    bare.close()
    medians = statistics.median(ours), statistics.median(theirs)
    return Figure(
        name="P5",
        what=f'report until "saved", p99 of {count}',
        ours=percentile(ours, 0.99),
        theirs=percentile(theirs, 0.99),
        against="one bare FULL commit, p99",
        goal=SAVE_GOAL,
        note=f"medians {medians[0]:.2f} and {medians[1]:.2f} ms ({medians[0] / medians[1]:.2f} ×)",
    )


def _bare(home: Path):
    store = plain_store(home / "bare.db")
    store.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return store


def _photo(laptop: Laptop, rounds: int) -> Figure:
    photos = [_jpeg(Random(number)) for number in range(rounds + 1)]
    ours, theirs = [], []
    for number, data in enumerate(photos):
        took = timed(
            lambda: laptop.profile.commands.take_photo(data, source=PhotoSource.FILE)  # noqa: B023  (as above)
        )
        bare = timed(lambda: _decode_and_encode(data))  # noqa: B023  (as above)
        if number:  # the first one starts the child process
            ours.append(took)
            theirs.append(bare)
    return Figure(
        name="P5p",
        what=f"photo of 12 megapixels ({len(photos[0]) / 1e6:.1f} MB) checked, sealed, kept",
        ours=statistics.median(ours),
        theirs=statistics.median(theirs),
        against="bare Pillow decode + encode",
        goal=PHOTO_GOAL,
    )


def _jpeg(random: Random) -> bytes:
    """Return a photo with large shapes and fine grain, as a telephone would make one."""
    shapes = Image.frombytes("RGB", COARSE, random.randbytes(COARSE[0] * COARSE[1] * 3))
    image = shapes.resize(TWELVE_MEGAPIXELS, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _decode_and_encode(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        image.save(io.BytesIO(), "JPEG", quality=QUALITY)
