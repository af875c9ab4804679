"""A real encrypted store with a small district, and the commands and queries on it."""

import io
from contextlib import closing
from datetime import timedelta

import pytest
from PIL import Image

from gridworker.app.changes import Changes
from gridworker.app.commands import StoreCommands
from gridworker.app.pen import Pen
from gridworker.app.photo_views import PhotoViews
from gridworker.app.queries import StoreQueries
from gridworker.app.room import Room
from gridworker.app.taken_photos import TakenPhotos
from gridworker.app.warm_reader import WarmReader
from gridworker.domain.operations import Moment
from gridworker.domain.times import utc_text
from tests.storage.records.small_district import NOON, Store


class SetClock:
    """A clock that a test moves; every look at it is a second later than the one before."""

    def __init__(self):
        self.at = NOON

    def now(self):
        self.at += timedelta(seconds=1)
        return self.at

    def monotonic(self):
        return self.at.timestamp()

    def stamp(self):
        return Moment(utc_text(self.now()))


@pytest.fixture
def store(tmp_path):
    """One person's store; nothing of it is simulated."""
    opened = Store(tmp_path).enrol()
    yield opened
    opened.close()


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def changes():
    return Changes()


@pytest.fixture(scope="session")
def reader():
    """The photo child, warm for all tests of a process."""
    with closing(WarmReader()) as warm:
        yield warm


@pytest.fixture
def room(tmp_path):
    """Enough room, whatever this computer has."""
    return Room(tmp_path, photos=1, text=1)


@pytest.fixture
def make_commands(store, clock, changes, reader):
    """Commands with a given idea of how much room there is."""

    def make(room):
        pen = Pen(store.recorder, clock, changes, room)
        photos = TakenPhotos(store.write, store.photos, reader, clock, room)
        return StoreCommands(pen, photos, store.write)

    return make


@pytest.fixture
def commands(make_commands, room):
    return make_commands(room)


@pytest.fixture
def queries(store, clock, reader):
    return StoreQueries(store.read, clock, PhotoViews(store.photos, reader))


@pytest.fixture
def jpeg():
    """Make a photo of one color."""

    def make(color="red"):
        out = io.BytesIO()
        Image.new("RGB", (320, 240), color).save(out, "JPEG")
        return out.getvalue()

    return make


@pytest.fixture
def take(commands, jpeg):
    """Take a photo of a color and return it."""
    return lambda color="red", draft=None: commands.take_photo(
        jpeg(color), source="camera", draft=draft
    )
