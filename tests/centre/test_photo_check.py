"""Photos that are in the books and lost from their place are found, and asked for again."""

import hashlib
import json

import pytest

from central.main import main
from tests.centre.test_blobs import PHOTO, SHA, create, photo, standing, with_photo


@pytest.fixture
def check(ground, capfdbinary):
    """Run the command; return its exit code, what it found, its last line, and stderr."""

    def run(*arguments, blobs=None):
        capfdbinary.readouterr()
        place = ("--database", ground.url, "--blobs", str(blobs or ground.blobs))
        code = main(["check-photos", *arguments, *place])
        out, err = capfdbinary.readouterr()
        lines = [json.loads(line) for line in out.decode().splitlines()]
        return code, lines[:-1], lines[-1] if lines else None, err.decode()

    return run


@pytest.fixture
def stored(worker):
    """A record whose photo has come."""
    frame = with_photo(worker)
    worker.push(frame)
    create(worker, first=PHOTO)
    assert states(worker, frame) == ["stored"]
    return frame


def states(laptop, frame):
    laptop.pull()
    body = laptop.bodies("ticket")[frame["entity"]["id"]]
    return [one["state"] for one in body["photos"]]


def test_nothing_is_lost_where_every_photo_is_in_its_place(check, stored):
    assert check("--deep")[:3] == (0, [], {"lost": 0, "asked_again": False})


@pytest.mark.parametrize(
    ("harm", "why", "options"),
    [
        (lambda file: file.unlink(), "missing", ()),
        (lambda file: file.write_bytes(PHOTO[:-1]), "length", ()),
        (lambda file: file.write_bytes(bytes(len(PHOTO))), "hash", ("--deep",)),
    ],
)
def test_a_lost_photo_is_asked_for_and_comes_again(
    worker, centre, check, stored, harm, why, options
):
    file = centre.parts.blobs.folder / SHA
    harm(file)
    found = [{"sha256": SHA, "why": why, "records": 1}]
    assert check(*options)[1:3] == (found, {"lost": 1, "asked_again": False})
    assert states(worker, stored) == ["stored"]
    assert check(*options, "--ask-again")[1:3] == (found, {"lost": 1, "asked_again": True})
    assert states(worker, stored) == ["local"]
    assert standing(worker).status == 404
    assert check(*options, "--ask-again")[1:3] == ([], {"lost": 0, "asked_again": False})
    assert create(worker, first=PHOTO).status == 201
    assert hashlib.sha256(file.read_bytes()).hexdigest() == SHA
    assert states(worker, stored) == ["stored"]
    assert check("--deep")[1] == []


def test_only_the_lost_photo_is_asked_for(worker, centre, check, stored):
    other = b"\xff\xd8\xff\xe0another"
    sha = hashlib.sha256(other).hexdigest()
    two = worker.resolve(args={"photos": [photo(), {**photo("after", sha), "bytes": len(other)}]})
    worker.push(two)
    create(worker, other, first=other)
    (centre.parts.blobs.folder / sha).unlink()
    assert check("--ask-again")[1] == [{"sha256": sha, "why": "missing", "records": 1}]
    assert states(worker, two) == ["stored", "local"]
    assert states(worker, stored) == ["stored"]


def test_a_place_that_is_not_the_centres_own_loses_nothing(worker, check, stored, tmp_path):
    code, found, last, said = check("--ask-again", blobs=tmp_path / "not-mounted")
    assert (code, found, last) == (2, [], None)
    assert "not the place of photos" in said
    assert states(worker, stored) == ["stored"]
