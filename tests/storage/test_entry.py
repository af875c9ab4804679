"""Coming in: the owner's lock is had before the password counts, and let go when it is wrong."""

import pytest

from gridworker.app.entry import Entry, ProfileDoor
from gridworker.app.paths import Paths
from gridworker.storage import header
from gridworker.storage.failures import NotEnrolled, ProfileInUse, VaultMissing, WrongSecret
from gridworker.storage.owner import Owner


@pytest.fixture
def paths(tmp_path):
    (tmp_path / header.FILE).write_text("{}")
    return Paths(tmp_path)


def refuse():
    raise WrongSecret(wait=0)


def test_a_wrong_password_lets_others_own_the_profile(paths):
    with pytest.raises(WrongSecret):
        Entry(paths, refuse)
    Owner(paths.home).close()


def test_the_password_is_not_tried_while_somebody_else_is_the_owner(paths):
    tried = []
    with Owner(paths.home), pytest.raises(ProfileInUse):
        Entry(paths, lambda: tried.append(1))
    assert tried == []


def test_an_entry_is_the_owner_until_it_is_closed(paths):
    entry = Entry(paths, lambda: "vault")
    with pytest.raises(ProfileInUse):
        Owner(paths.home)
    entry.close()
    Owner(paths.home).close()


@pytest.mark.parametrize("left", ["main.db", "outbox-20260512.log"])
def test_records_without_their_vault_are_not_called_not_enrolled(tmp_path, left):
    (tmp_path / left).write_bytes(b"sealed")
    with pytest.raises(VaultMissing):
        Entry(Paths(tmp_path), refuse)
    with pytest.raises(VaultMissing):
        header.load(tmp_path)
    assert (tmp_path / left).read_bytes() == b"sealed"


def test_there_is_nothing_to_enter_where_nobody_is_enrolled(tmp_path):
    with pytest.raises(NotEnrolled):
        Entry(Paths(tmp_path), refuse)
    assert not ProfileDoor(tmp_path, refuse).info().enrolled
    assert list(tmp_path.iterdir()) == []
