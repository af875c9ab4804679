"""What a destroyed profile keeps: that it was, and what it had not delivered."""

import pytest

from gridworker.app.paths import PENDING
from gridworker.storage import header, shredding
from gridworker.storage.keys import Sealed
from gridworker.storage.shredding import FILE, PARCEL
from sync.enrol_anew import FILE as PENDING_ANEW

SECRET = bytes(32)


@pytest.fixture
def home(tmp_path):
    """A profile without a keyring, with a file of every kind that it can have."""
    whole = header.Header(1, 1, "v", "u", "d", 0, "", b"", b"", Sealed(b"", b""), ())
    header.save(tmp_path, whole, SECRET)
    for name in (
        *("main.db", "main.db-wal", "outbox-2026-03-01.log", "device.sealed", "attempts"),
        *(PENDING, PENDING_ANEW, PARCEL),
    ):
        (tmp_path / name).write_bytes(b"something")
    for name in shredding.FOLDERS:
        (tmp_path / name).mkdir()
    return tmp_path


def test_nothing_stays_but_the_fact_and_the_sealed_parcel(home):
    shredding.decide(home, at="2026-03-01T08:00:00Z", number=1, left="kept")
    shredding.finish(home, keystore=None)
    assert {path.name for path in home.iterdir()} == {FILE, PARCEL}
