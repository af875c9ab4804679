"""A damaged store is made anew: what only this device had is there, under numbers that hold."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridworker.storage import device_copy, mending, recovery, state
from gridworker.storage.failures import DatabaseDamaged
from gridworker.storage.journal import Journal
from gridworker.storage.mending import NUMBERS_LEFT_OUT, make_sound
from gridworker.storage.recovery import Reconciled
from gridworker.storage.vault import Vault
from tests.storage.records.small_district import (
    DB_KEY,
    JOURNAL_KEY,
    SCOPES,
    page,
    reference_page,
)


@pytest.fixture
def vault():
    return Vault(
        id="v", user="wg0101", device="d1", degraded=False, public_key=b"", db_key=DB_KEY,
        index_key=DB_KEY, journal_key=JOURNAL_KEY, _signing=Ed25519PrivateKey.generate(),
    )  # fmt: skip


@pytest.fixture
def damaged(opened, tmp_path):
    """A store with two operations, a photo and a copy of what it is; then its file is spoilt."""
    old = opened()
    saved = old.resolve(photos=[old.take_photo(b"bytes")]), old.resolve(place="西门")
    with old.read() as session:
        device_copy.keep(tmp_path, JOURNAL_KEY, state.get(session))
    old.close()
    spoil(tmp_path)
    return saved


def spoil(folder):
    with (folder / "main.db").open("r+b") as file:
        file.seek(100)
        file.write(bytes(64))


def mended(folder, vault):
    journal = Journal(folder, JOURNAL_KEY)
    try:
        return make_sound(folder / "main.db", vault, journal)
    finally:
        journal.close()


def test_req_194_the_new_store_is_the_same_device_with_the_same_work(
    opened, damaged, vault, tmp_path
):
    done = mended(tmp_path, vault)
    assert (done.operations, done.damaged, done.code) == (2, 0, "store_rebuilt")
    new = opened()
    with new.read() as session:
        known = state.get(session)
    assert (known.device_id, known.user_id, known.rebuilt) == ("d1", "wg0101", True)
    assert new.rows("SELECT op_id FROM outbox ORDER BY seq") == [(s.op_id,) for s in damaged]
    assert new.one("SELECT count(*) FROM blob WHERE state = 'local'") == 1
    assert new.one("SELECT code FROM sync_log") == "store_rebuilt"
    assert len(list(tmp_path.glob("main.db.damaged-*"))) == 1
    assert mended(tmp_path, vault) is None


def test_what_was_done_is_remembered_until_the_person_knows(opened, damaged, vault, tmp_path):
    assert mending.remembered(tmp_path) is None
    done = mended(tmp_path, vault)
    assert mended(tmp_path, vault) is None
    assert mending.remembered(tmp_path) == done
    mending.forget(tmp_path)
    assert mending.remembered(tmp_path) is None


def test_numbers_follow_those_the_centre_knows_and_the_journal_learns_them(
    opened, damaged, vault, tmp_path
):
    mended(tmp_path, vault)
    new = opened()
    new.apply(reference_page(scopes=SCOPES))
    new.apply(page(cursors={}))
    with new.write.begin() as session:
        recovery.take_up(session, 7)
    assert new.rows("SELECT seq, op_id FROM outbox ORDER BY seq") == [
        (8, damaged[0].op_id),
        (9, damaged[1].op_id),
    ]
    third = new.resolve(place="第三处")
    assert third.seq == 10
    assert new.start() == Reconciled(aborted=0, rewritten=2, damaged=0)
    assert new.start() == Reconciled(aborted=0, rewritten=0, damaged=0)
    with new.read() as session:
        device_copy.keep(tmp_path, JOURNAL_KEY, state.get(session))
    new.close()
    spoil(tmp_path)
    assert mended(tmp_path, vault).operations == 3


def test_ticket_numbers_go_on_where_nobody_has_been(opened, damaged, vault, tmp_path):
    mended(tmp_path, vault)
    new = opened()
    new.apply(reference_page(scopes=SCOPES))
    numbers = [int(saved.local_no.split("-")[3][:-1]) for saved in (*damaged, new.resolve())]
    assert numbers == [1, 2, 2 + NUMBERS_LEFT_OUT + 1]


def test_a_store_that_vanished_is_made_anew_too(opened, damaged, vault, tmp_path):
    (tmp_path / "main.db").unlink()
    assert mended(tmp_path, vault).operations == len(damaged)


def test_without_the_copy_nothing_is_touched(opened, damaged, vault, tmp_path):
    (tmp_path / device_copy.FILE).unlink()
    before = (tmp_path / "main.db").read_bytes()
    with pytest.raises(DatabaseDamaged):
        mended(tmp_path, vault)
    assert (tmp_path / "main.db").read_bytes() == before


def test_the_copy_opens_only_with_its_key_and_is_not_written_twice(opened, tmp_path):
    store = opened()
    with store.read() as session:
        known = state.get(session)
    device_copy.keep(tmp_path, JOURNAL_KEY, known)
    first = (tmp_path / device_copy.FILE).read_bytes()
    device_copy.keep(tmp_path, JOURNAL_KEY, known)
    assert (tmp_path / device_copy.FILE).read_bytes() == first
    assert device_copy.read(tmp_path, JOURNAL_KEY).device_id == "d1"
    assert device_copy.read(tmp_path, DB_KEY) is None
    assert b"wg0101" not in first
