"""What is taken as a photo and what is not; every picture here is made by the test itself."""

import gzip
import io
import os
import struct
import subprocess
import sys
import threading
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from gridworker.app.photo_child import MEMORY
from gridworker.app.photo_kinds import mime_of
from gridworker.app.photo_reader import Mark, PhotoReader, child_command
from gridworker.domain.evidence import MAX_PHOTO_BYTES, PHOTO_TYPES
from gridworker.domain.problem import Code, RuleBroken

HEIC = Path(__file__).parents[1] / "data" / "chessboard.heic"
PHONE = "13812345678"


@pytest.fixture(scope="module")
def reader():
    made = PhotoReader(seconds=20)  # a busy machine must not fail what is not about time
    yield made
    made.close()


def picture(size=(640, 480), mode="RGB"):
    """A picture with enough in it that half a file is not a whole picture."""
    made = Image.new(mode, size, "white")
    pen = ImageDraw.Draw(made)
    for at in range(0, max(size), 7):
        pen.line((at, 0, size[0] - at, size[1]), fill=(at % 255, (at * 3) % 255, 60)[: len(mode)])
    return made


def exif(orientation=1, *, place=True, zone="+08:00"):
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010E] = PHONE
    photo = made.get_ifd(0x8769)
    photo[0x9003] = "2026:07:01 09:30:00"
    if zone:
        photo[0x9011] = zone
    if place:
        gps = made.get_ifd(0x8825)
        gps.update({1: "S", 2: (30.0, 15.0, 30.0), 3: "W", 4: (120.0, 9.0, 36.0)})
    return made


def saved(form="JPEG", image=None, **options):
    out = io.BytesIO()
    (image or picture()).save(out, form, **options)
    return out.getvalue()


def chunk(kind, body):
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def bomb(side, bytes_per_row):
    """A PNG of side x side one-bit pixels, all black, small on disk."""
    packer = zlib.compressobj(9)
    row = b"\0" * (bytes_per_row + 1)
    packed = b"".join(packer.compress(row * 1000) for _ in range(side // 1000)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    ends = (chunk(b"IHDR", head), chunk(b"IDAT", packed), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(ends)


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("run.sh", "echo")
    return out.getvalue()


BROKEN_PIXELS = saved("PNG")[:100] + b"\0\0\0\0" + saved("PNG")[104:]


def refusal(reader, data):
    with pytest.raises(RuleBroken) as caught:
        reader.inspect(data)
    return caught.value


@pytest.mark.parametrize(
    ("form", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_the_usual_kinds_are_taken(reader, form, mime):
    facts = reader.inspect(saved(form, exif=exif()))
    assert (facts.mime, facts.width, facts.height) == (mime, 640, 480)
    assert facts.taken_at == "2026-07-01T09:30:00+08:00"
    assert (facts.lon, facts.lat) == (-1201600000, -302583333)
    assert not facts.metadata_damaged
    assert facts.mime in PHOTO_TYPES


def test_heic_is_taken(reader):
    facts = reader.inspect(HEIC.read_bytes())
    assert (facts.mime, facts.width, facts.height) == ("image/heic", 64, 48)
    assert facts.taken_at == "2026-07-01T09:30:00+08:00"
    assert (facts.lon, facts.lat) == (1201600000, 302583333)
    assert mime_of(facts.thumb) == "image/jpeg"


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1", "I;16"])
def test_unusual_colours_are_taken(reader, mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    image = (
        picture().convert("L").convert("I").convert(mode)
        if mode == "I;16"
        else picture().convert(mode)
    )
    facts = reader.inspect(saved(form, image))
    assert Image.open(io.BytesIO(facts.thumb)).mode == "RGB"


def test_a_progressive_jpeg_is_taken(reader):
    assert reader.inspect(saved(progressive=True)).width == 640


def test_a_picture_with_a_film_behind_it_is_taken(reader):
    assert reader.inspect(saved() + b"\0\0\0\x18ftypmp42" + b"\0" * 5000).width == 640


def test_without_a_zone_the_time_has_none(reader):
    facts = reader.inspect(saved(exif=exif(place=False, zone=None)))
    assert facts.taken_at == "2026-07-01T09:30:00"
    assert (facts.lon, facts.lat) == (None, None)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_copies_are_upright_and_carry_nothing(reader, orientation):
    image = Image.new("RGB", (400, 200), "white")
    image.paste("red", (0, 0, 200, 100))
    data = saved(image=image, exif=exif(orientation), quality=95)
    facts = reader.inspect(data)
    assert (facts.width, facts.height) == (400, 200)
    red = {1: "NW", 2: "NE", 3: "SE", 4: "SW", 5: "NW", 6: "NE", 7: "SE", 8: "SW"}[orientation]
    for copy, longest in ((facts.thumb, 320), (reader.preview(data, 300), 300)):
        assert PHONE.encode() not in copy
        shown = Image.open(io.BytesIO(copy))
        assert shown.size == (
            (longest, longest // 2) if orientation < 5 else (longest // 2, longest)
        )
        assert not shown.getexif()
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        x = shown.width // 4 if "W" in red else shown.width * 3 // 4
        y = shown.height // 4 if "N" in red else shown.height * 3 // 4
        assert shown.getpixel((x, y))[1] < 60


@pytest.mark.parametrize("place", [0, 12, 20, 30, 41, 60, 90, 120, 150])
def test_damaged_metadata_do_not_cost_the_picture(reader, place):
    data = bytearray(saved(exif=exif()))
    start = data.index(b"Exif\0\0") + 6
    data[start + place : start + place + 12] = b"\xff" * 12
    facts = reader.inspect(bytes(data))
    assert (facts.width, facts.height) == (640, 480)
    assert facts.metadata_damaged


def test_metadata_that_keep_the_file_from_opening_are_left_out(reader):
    png = saved("PNG")
    broken = png[:33] + struct.pack(">I", 4) + b"tEXtabcd" + b"\0\0\0\0" + png[33:]
    assert reader.inspect(broken).metadata_damaged
    mpf = b"\xff\xe2\x00\x10MPF\0II*\0\xff\xff\xff\xff\0\0"
    facts = reader.inspect(saved()[:2] + mpf + saved()[2:])
    assert facts.width == 640


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_cut_file_is_refused(reader, form, kept):
    data = saved(form)
    for end in (int(len(data) * kept), len(data) - 1):
        assert refusal(reader, data[:end]).code is Code.PHOTO_UNREADABLE


@pytest.mark.parametrize("kept", [20, 400, 700, 929])
def test_a_cut_heic_is_refused(reader, kept):
    assert refusal(reader, HEIC.read_bytes()[:kept]).code is Code.PHOTO_UNREADABLE


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"#!/bin/sh\nrm -rf /\n",
        "东门三号楼堆物".encode(),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"<!doctype html><title>x</title>",
        b"GIF89a" + bytes(40),
        b"BM" + bytes(60),
        b"II*\0" + bytes(60),
        b"%PDF-1.7\n",
        b"\x7fELF" + bytes(60),
        b"MZ" + bytes(60),
        archive(),
        gzip.compress(b"x"),
        b"\0\0\0\x1cftypavif" + bytes(60),
        saved()[:300] + archive(),
        saved() + archive(),
        saved("PNG") + archive(),
        b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 40 + b"\xff\xd9",
    ],
    ids=range(19),
)
def test_what_is_no_photo_is_refused(reader, data):
    told = refusal(reader, data)
    assert told.code is Code.PHOTO_UNREADABLE
    assert set(told.facts) == {"reason"}


def test_bombs_are_refused_by_their_pixels(reader):
    for side, row in ((30_000, 3_750), (10_000, 1_250)):
        told = refusal(reader, bomb(side, row))
        assert (told.code, told.facts) == (Code.PHOTO_UNREADABLE, {"reason": "pixels"})


def test_fifty_megapixels_fit_into_the_child(reader):
    assert reader.inspect(bomb(7_000, 875)).width == 7_000


def test_a_too_large_file_is_refused_before_anything_else(reader):
    told = refusal(reader, saved() + bytes(MAX_PHOTO_BYTES))
    assert told.code is Code.BLOB_TOO_LARGE
    assert told.facts["most"] == MAX_PHOTO_BYTES


def test_after_any_refusal_the_next_photo_is_taken(reader):
    for _ in range(3):
        assert refusal(reader, BROKEN_PIXELS).facts == {"reason": "OSError"}
        assert reader.inspect(saved()).width == 640


def test_a_watermark_is_on_the_copy_only(reader):
    image = Image.new("RGB", (1200, 900), "white")
    data = saved(image=image)
    mark = Mark(
        time="2026-07-01 09:30", grid="东门一网格", ticket="T1", worker="王某", sha256="a7f3" * 16
    )
    plain, marked = reader.preview(data, 1200), reader.preview(data, 1200, mark=mark)
    assert Image.open(io.BytesIO(plain)).getpixel((600, 890)) == (255, 255, 255)
    shown = Image.open(io.BytesIO(marked))
    assert shown.size == (1200, 900)
    foot = shown.crop((0, 840, 1200, 900)).convert("L")
    assert foot.histogram()[250:] != [0] * 6  # letters
    assert sum(foot.histogram()[:140]) > 1200 * 30  # on a dark bar
    assert shown.crop((0, 0, 1200, 700)).convert("L").getextrema()[0] > 250


def test_a_preview_is_never_larger_than_asked(reader):
    assert Image.open(io.BytesIO(reader.preview(saved(), 200))).size == (200, 150)
    assert Image.open(io.BytesIO(reader.preview(saved(), 5000))).size == (640, 480)


FAKE = """
import sys, time
from gridworker.app.photo_messages import *
from gridworker.app.photo_messages import receive_question
out = sys.stdout.buffer
send(out, Done())
receive_question(sys.stdin.buffer)
{}
"""


@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("sys.stdin.buffer.read()", "timeout"),
        ("sys.exit(3)", "crash"),
        ("import os; os.abort()", "crash"),
        ("out.write(b'x' * 100); out.flush()", "crash"),
        ("out.write((5).to_bytes(4, 'big') + bytes(4) + b'\\xc1abcd'); out.flush()", "crash"),
        ("send(out, Done())", "answer"),
    ],
)
def test_a_child_that_misbehaves_is_a_refusal(does, reason):
    made = PhotoReader([sys.executable, "-c", FAKE.format(does)], seconds=1)
    try:
        assert refusal(made, saved()).facts == {"reason": reason}
    finally:
        made.close()


def test_a_child_is_replaced_after_its_share():
    made, seen = PhotoReader(seconds=20, photos_per_child=2), []
    for _ in range(5):
        made.inspect(saved(image=picture((32, 32))))
        seen.append(made._child._process.pid)
    made.close()
    assert len(set(seen)) == 3


def test_threads_may_share_a_reader(reader):
    found = []
    threads = [
        threading.Thread(
            target=lambda w=w: found.append(reader.inspect(saved(image=picture((w, 40)))).width)
        )
        for w in (50, 60, 70, 80)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == [50, 60, 70, 80]


def test_a_closed_reader_says_so():
    made = PhotoReader()
    made.close()
    made.close()
    with pytest.raises(RuntimeError, match="closed"):
        made.inspect(saved())


CONFINED = """
import os, resource, sys
from gridworker.app.process import confine, harden
harden()
confine(memory={memory})
print(resource.getrlimit(resource.RLIMIT_CORE)[0], flush=True)
try:
    held = bytearray({memory})
except MemoryError:
    print("memory", flush=True)
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    handle = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
    os.write(handle, b"x")
except OSError:
    print("file", flush=True)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of POSIX")
def test_the_child_can_neither_grow_nor_write(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", CONFINED.format(memory=MEMORY), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path.cwd(),
    )
    assert done.stdout.split() == ["0", "memory", "file"]
    assert (tmp_path / "out").read_bytes() == b""


def test_no_password_travels_to_the_child(monkeypatch, reader):
    monkeypatch.setenv("GRIDWORKER_PASSWORD", "Dongmen-2026")
    made = PhotoReader(seconds=20)
    assert made.inspect(saved()).width == 640
    told = Path(f"/proc/{made._child._process.pid}/environ")
    if os.geteuid() == 0 and told.exists():  # only root may read it: the child is not dumpable
        assert b"Dongmen" not in told.read_bytes()
    made.close()


def test_a_bundle_starts_its_own_program(monkeypatch):
    assert child_command()[1:3] == ["-P", "-B"]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert child_command() == [sys.executable, "--photo-child"]
