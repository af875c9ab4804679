"""Which keyrings are used: those that keep secrets, and no others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, null

from gridworker.storage.failures import KeyringMissing
from gridworker.storage.keystore import NoKeyring
from gridworker.storage.os_keyring import choose_keystore, is_allowed
from tests.storage.conftest import no_leak_warnings

CHOOSE = "from gridworker.storage.late_keyring import LateKeyring as K; print(repr(K().name))"
PLAIN = '''
from keyring.backend import KeyringBackend

class PlaintextKeyring(KeyringBackend):
    """Stands where keyrings.alt would stand."""
    priority = 9
    def get_password(self, service, username): return None
    def set_password(self, service, username, password): open("leak", "w").write(password)
    def delete_password(self, service, username): pass
'''


class Plain(KeyringBackend):
    """A back end that nobody has put on the list."""

    priority = 1

    def get_password(self, service, username):
        return None

    def set_password(self, service, username, password):
        raise AssertionError("must never be asked")


class Chain(chainer.ChainerBackend):
    """A chain with the members a test gives it."""

    priority = 0
    members = ()

    @property
    def backends(self):
        return list(self.members)


def chain(*members):
    made = Chain()
    made.members = members
    return made


def ask(**env):
    done = subprocess.run(
        [sys.executable, "-c", CHOOSE],
        env=os.environ | env,
        cwd=Path.cwd(),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_secrets_come_back_from_a_real_keyring(keystore):
    assert keystore.name == "SecretService"
    assert keystore.read("nobody") is None
    keystore.write("v1", bytes(range(32)))
    keystore.write("v1", bytes(range(1, 33)))
    assert keystore.read("v1") == bytes(range(1, 33))
    keystore.delete("v1")
    keystore.delete("v1")
    assert keystore.read("v1") is None


@pytest.fixture
def mortal(tmp_path, secret_service_daemon, monkeypatch):
    """A Secret Service of one test, and the product's view of it."""
    service = type(secret_service_daemon)(tmp_path)
    for name, value in service.env.items():
        monkeypatch.setenv(name, value)
    yield service, choose_keystore(SecretService.Keyring)
    service.close()


def test_a_service_that_died_is_started_by_its_bus(mortal):
    service, keystore = mortal
    keystore.write("v1", b"kept")
    service.kill()
    assert keystore.read("v1") == b"kept"


def test_a_service_that_dies_while_it_is_asked_is_asked_again(mortal):
    service, keystore = mortal
    keystore.write("v1", b"kept")
    with service.dying(), no_leak_warnings():
        assert keystore.read("v1") == b"kept"
    keystore.write("v1", b"later")
    assert keystore.read("v1") == b"later"


def test_a_named_service_that_is_not_there_is_none(tmp_path):
    """The library says so by a RuntimeError of its own."""
    gone = f"unix:path={tmp_path}/nothing"
    named = "keyring.backends.SecretService.Keyring"
    env = {"DBUS_SESSION_BUS_ADDRESS": gone, "HOME": str(tmp_path)}
    assert ask(**env, PYTHON_KEYRING_BACKEND=named) == "''"


def test_a_running_secret_service_is_chosen(secret_service):
    assert ask(**secret_service.env) == "'SecretService'"


def test_without_a_bus_there_is_no_keyring(tmp_path):
    gone = f"unix:path={tmp_path}/nothing"
    assert ask(DBUS_SESSION_BUS_ADDRESS=gone, HOME=str(tmp_path)) == "''"


def test_a_plaintext_back_end_is_refused(tmp_path, secret_service):
    (tmp_path / "plainkeyring.py").write_text(PLAIN)
    env = secret_service.env | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"}
    assert ask(**env, PYTHON_KEYRING_BACKEND="plainkeyring.PlaintextKeyring") == "''"


def test_a_back_end_that_cannot_be_loaded_is_none(secret_service):
    assert ask(**secret_service.env, PYTHON_KEYRING_BACKEND="nowhere.Keyring") == "''"


@pytest.mark.parametrize(
    ("backend", "allowed"),
    [
        (SecretService.Keyring(), True),
        (fail.Keyring(), False),
        (null.Keyring(), False),
        (Plain(), False),
        (chain(SecretService.Keyring()), True),
        (chain(SecretService.Keyring(), Plain()), False),
        (chain(), False),
    ],
)
def test_only_the_list_is_used(backend, allowed):
    assert is_allowed(backend) == allowed
    assert bool(choose_keystore(lambda: backend).name) == allowed


def test_no_keyring_keeps_nothing():
    store = NoKeyring()
    with pytest.raises(KeyringMissing):
        store.write("v1", b"x")
    store.delete("v1")
    assert store.read("v1") is None
