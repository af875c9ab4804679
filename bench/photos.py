"""P4: photos to the centre, verified and on its disk, against plain PUT and fsync."""

import hashlib
import io
import statistics
from random import Random

from PIL import Image

from bench import words
from bench.district import District, Laptop
from bench.figure import Figure, timed
from bench.floor import LoopbackSink
from gridworker.app.ports import NewPatrol, PhotoRef
from gridworker.domain.evidence import PhotoRole, PhotoSource

GOAL = 1.5
EACH = 2
SHAPE, QUALITY = (688, 516), 88


def measure(district: District, *, count: int, rounds: int) -> list[Figure]:
    """Return ours against the floor, which sends the same bytes before and after each round."""
    laptop = district.laptop("p4")
    ours, floor, size = [], [], 0.0
    try:
        with LoopbackSink(district.folder) as sink:
            for turn in range(rounds):
                photos = taken(laptop, count, Random(turn))
                size = statistics.mean(map(len, photos))
                laptop.push()
                floor.append(timed(lambda: _put(sink, photos)))  # noqa: B023  (called at once)
                ours.append(timed(lambda: _sent(laptop, count)))
                floor.append(timed(lambda: _put(sink, photos)))  # noqa: B023  (as above)
                _check(district, photos)
    finally:
        laptop.close()
    return [
        Figure(
            name="P4",
            what=f"{count} photos of {size / 1000:.0f} KB out of sealed files, hash verified,"
            " on the disk, in the books",
            ours=statistics.median(ours),
            theirs=statistics.median(floor),
            against="plain PUT + fsync, one after the other",
            goal=GOAL,
        )
    ]


def taken(laptop: Laptop, count: int, random: Random) -> list[bytes]:
    """Take photos and record patrols that name them, two each; return the photos."""
    photos = [jpeg(random) for _ in range(count)]
    commands = laptop.profile.commands
    for start in range(0, count, EACH):
        refs = tuple(
            PhotoRef(commands.take_photo(data, source=PhotoSource.FILE).id, PhotoRole.OTHER)
            for data in photos[start : start + EACH]
        )
        seen = NewPatrol(place=words.place(random, start), result="normal", photos=refs)
        commands.patrol(seen)
    return photos


def jpeg(random: Random) -> bytes:
    """Return a small photo, full of grain, that no other is equal to."""
    width, height = SHAPE
    image = Image.frombytes("RGB", SHAPE, random.randbytes(width * height * 3))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def _sent(laptop: Laptop, count: int) -> None:
    sent = laptop.send_photos()
    assert sent == count, f"{sent} of {count} photos arrived"


def _put(sink: LoopbackSink, photos: list[bytes]) -> None:
    for number, data in enumerate(photos):
        sink.put(f"{number}.jpg", data)


def _check(district: District, photos: list[bytes]) -> None:
    for data in photos:
        kept = district.folder / "blobs" / hashlib.sha256(data).hexdigest()
        assert kept.read_bytes() == data
