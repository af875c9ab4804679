"""The vault: who gets in, who does not, and that every reason has its own name."""

import base64
import json
import shutil
from contextlib import suppress
from hashlib import sha256

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gridworker.storage.engine import connect
from gridworker.storage.failures import (
    FileTooNew,
    HeaderDamaged,
    KeyringLocked,
    KeyringMissing,
    NotEnrolled,
    PasswordTooWeak,
    WrongSecret,
)
from gridworker.storage.header import Header
from gridworker.storage.keys import NORMAL, WITHOUT_KEYRING, KdfCost
from gridworker.storage.keystore import NoKeyring
from gridworker.storage.vault import create_vault, open_vault

CHEAP = KdfCost(1, 64, 1)
PASSWORD = "Dongmen-2026"
LONG = "Dongmen-Nanmen-2026"


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder


@pytest.fixture
def make(home):
    def make(keystore, *, folder=home, user="wg0101", password=PASSWORD, cost=CHEAP):
        return create_vault(
            folder,
            user=user,
            device="d-17",
            password=password,
            device_key=Ed25519PrivateKey.generate(),
            keystore=keystore,
            cost=cost,
        )

    return make


def enter(folder, keystore, password=PASSWORD, floor=CHEAP):
    return open_vault(folder, password=password, keystore=keystore, floor=floor)


def edit(folder, change):
    """Change the header as a thief would: with the check sum made to fit."""
    path = folder / "vault.json"
    file = json.loads(path.read_text())
    change(file["header"])
    with suppress(msgspec.ValidationError):
        whole = msgspec.convert(file["header"], Header, str_keys=True)
        check = sha256(msgspec.json.encode(whole)).digest()
        assert check != base64.b64decode(file["check"])
        file["check"] = base64.b64encode(check).decode()
    path.write_text(json.dumps(file))


def keys(vault):
    return (vault.id, vault.db_key, vault.index_key, vault.journal_key, vault.public_key)


def test_the_same_keys_come_back(make, home, keystore):
    made = make(keystore)
    again = enter(home, keystore)
    assert keys(again) == keys(made)
    assert (again.user, again.device, again.degraded) == ("wg0101", "d-17", False)
    assert len({made.db_key, made.index_key, made.journal_key}) == 3


def test_it_signs_as_the_device(make, home, keystore):
    make(keystore)
    vault = enter(home, keystore)
    Ed25519PublicKey.from_public_bytes(vault.public_key).verify(vault.sign(b"op"), b"op")


def test_a_full_width_password_is_the_same_password(make, home, keystore):
    make(keystore)
    assert enter(home, keystore, password="Ｄｏｎｇｍｅｎ－２０２６").user == "wg0101"


def test_a_wrong_password_is_told_as_such(make, home, keystore):
    make(keystore)
    with pytest.raises(WrongSecret):
        enter(home, keystore, password="Dongmen-2027")
    assert enter(home, keystore).user == "wg0101"


def test_a_copied_folder_does_not_open_with_the_right_password(make, home, keystore, tmp_path):
    make(keystore)
    copy = tmp_path / "stolen"
    shutil.copytree(home, copy)
    with pytest.raises(KeyringMissing):
        enter(copy, NoKeyring())


def test_a_forgotten_device_secret_is_told_as_such(make, home, keystore):
    keystore.delete(make(keystore).id)
    with pytest.raises(KeyringMissing):
        enter(home, keystore)


def test_another_device_secret_is_not_a_wrong_password(make, home, keystore):
    keystore.write(make(keystore).id, bytes(32))
    with pytest.raises(KeyringMissing):
        enter(home, keystore)


def test_a_locked_keyring_is_told_as_such_and_heals(make, home, keystore, secret_service):
    made = make(keystore)
    with secret_service.locked(), pytest.raises(KeyringLocked):
        enter(home, keystore)
    assert keys(enter(home, keystore)) == keys(made)


def test_a_locked_keyring_makes_no_vault(make, home, keystore, secret_service):
    with secret_service.locked(), pytest.raises(KeyringLocked):
        make(keystore)
    assert list(home.iterdir()) == []


def test_without_a_keyring_the_vault_is_degraded(make, home):
    made = make(NoKeyring(), password=LONG)
    assert made.degraded
    assert keys(enter(home, NoKeyring(), password=LONG)) == keys(made)


class ClosedKeyring(NoKeyring):
    """A keyring that came later and that nobody can open."""

    name = "SecretService"

    def read(self, account):
        raise KeyringLocked


def test_a_vault_without_a_keyring_asks_none_that_came_later(make, home):
    made = make(NoKeyring(), password=LONG)
    assert keys(enter(home, ClosedKeyring(), LONG)) == keys(made)
    with pytest.raises(WrongSecret):
        enter(home, ClosedKeyring(), "wrong")


@pytest.mark.parametrize(
    "password", ["Kurz-1", "nursmallletters", "12345678901234", "Dongmen2026"[:9]]
)
def test_weak_passwords_make_no_vault(make, home, keystore, password):
    with pytest.raises(PasswordTooWeak) as caught:
        make(keystore, password=password)
    assert caught.value.facts == {"least": 10, "classes": 3}
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("password", [PASSWORD, "aaaaaaaaaaaaaaaaaaaa"])
def test_without_a_keyring_a_password_must_be_longer(make, password):
    with pytest.raises(PasswordTooWeak) as caught:
        make(NoKeyring(), password=password)
    assert caught.value.facts == {"least": 14, "classes": 3}


@pytest.mark.parametrize("password", ["东门网格通二零二六a1", "five quiet words on paper"])
def test_chinese_and_word_passwords_count(make, home, password):
    keyless = NoKeyring()
    if len(password) < 14:
        with pytest.raises(PasswordTooWeak):
            make(keyless, password=password)
        password += "东门东门"
    make(keyless, password=password)
    assert enter(home, keyless, password=password).degraded


def test_two_people_on_one_computer_do_not_open_each_other(make, tmp_path, keystore):
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    one = make(keystore, folder=folders[0], user="wg0101", password="Erster-Mensch-1")
    two = make(keystore, folder=folders[1], user="wg0102", password="Zweiter-Mensch-2")
    with pytest.raises(WrongSecret):
        enter(folders[1], keystore, password="Erster-Mensch-1")
    connect(folders[0] / "main.db", one.db_key).close()
    database = connect(folders[0] / "main.db", one.db_key)
    database.execute("CREATE TABLE note (id)")
    database.close()
    with pytest.raises(Exception, match="not a database"):
        connect(folders[0] / "main.db", two.db_key)


def test_the_file_is_private_and_has_no_secret(make, home, keystore):
    made = make(keystore)
    path = home / "vault.json"
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    for secret in (made.db_key, made.index_key, made.journal_key, keystore.read(made.id)):
        assert base64.b64encode(secret).decode() not in text
    assert PASSWORD not in text
    assert [entry.name for entry in home.iterdir()] == ["vault.json"]


def test_keys_are_in_no_repr(make, keystore):
    made = make(keystore)
    shown = repr(made)
    for secret in (made.db_key, made.index_key, made.journal_key):
        assert repr(secret)[2:-1] not in shown


def test_a_vault_is_never_overwritten(make, home, keystore):
    make(keystore)
    before = (home / "vault.json").read_bytes()
    with pytest.raises(FileExistsError):
        make(keystore)
    assert (home / "vault.json").read_bytes() == before


def test_no_vault_is_not_enrolled(home, keystore):
    with pytest.raises(NotEnrolled):
        enter(home, keystore)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header["slots"][0]["cost"].update(passes=1),
        lambda header: header["slots"][0]["cost"].update(memory=2**21),
        lambda header: header["slots"][0].update(salt="AAAAAAAAAAAAAAAAAAAAAA=="),
        lambda header: header.update(user="wg0999"),
        lambda header: header.update(epoch=2),
        lambda header: header.update(device="d-18"),
        lambda header: header.update(slots=[]),
        lambda header: header.pop("public_key"),
        lambda header: header.update(more=1),
    ],
)
def test_an_edited_header_is_damaged_not_a_wrong_password(make, home, keystore, change):
    make(keystore, cost=KdfCost(2, 64, 1))
    edit(home, change)
    with pytest.raises(HeaderDamaged):
        enter(home, keystore)


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff\xfe", b"[1]", b'{"header":{"v":1}}'])
def test_a_broken_header_is_damaged(make, home, keystore, raw):
    make(keystore)
    (home / "vault.json").write_bytes(raw)
    with pytest.raises(HeaderDamaged):
        enter(home, keystore)


def test_a_newer_vault_is_told_as_such(make, home, keystore):
    make(keystore)
    edit(home, lambda header: header.update(v=2, more=1))
    with pytest.raises(FileTooNew):
        enter(home, keystore)


@pytest.mark.parametrize(
    "cost",
    [KdfCost(2, 65536, 4), KdfCost(3, 65535, 4), KdfCost(3, 65536, 3), KdfCost(11, 65536, 4)],
)
def test_a_header_asking_for_less_or_too_much_is_refused(make, home, keystore, cost):
    make(keystore, cost=cost)
    with pytest.raises(HeaderDamaged):
        open_vault(home, password=PASSWORD, keystore=keystore)


def test_the_real_cost_is_what_the_design_says(make, home, keystore):
    made = make(keystore, cost=None)
    slot = json.loads((home / "vault.json").read_text())["header"]["slots"][0]
    assert slot["cost"] == {"passes": 3, "memory": 65536, "lanes": 4}
    assert keys(open_vault(home, password=PASSWORD, keystore=keystore)) == keys(made)
    assert WITHOUT_KEYRING.memory == 4 * NORMAL.memory
