"""A running centre for all stories of a worker process, and laptops for them."""

import shutil

import pytest

from tests.storage.conftest import SecretService
from tests.stories.certificates import make_certificate
from tests.stories.command_line.laptops import (
    NO_KEYRING,
    SECRET_SERVICE,
    Centre,
    Laptop,
    picture,
)


@pytest.fixture(scope="session")
def centre(tmp_path_factory):
    """`gridworker-central serve --demo` on a free port."""
    running = Centre(tmp_path_factory.mktemp("centre")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def keyring(tmp_path_factory):
    """The environment of a computer with a keyring, or without one where none can be started."""
    if not all(map(shutil.which, ("dbus-daemon", "gnome-keyring-daemon"))):
        yield NO_KEYRING
        return
    service = SecretService(tmp_path_factory.mktemp("keyring"))
    yield {**service.env, **SECRET_SERVICE}
    service.close()


@pytest.fixture(scope="module")
def new_laptop(centre, keyring, tmp_path_factory):
    """Make a laptop of a person nobody has been yet, not enrolled."""

    def make(role="grid_worker"):
        home = tmp_path_factory.mktemp("home") / "laptop"
        return Laptop(home, centre.person(role), centre.url, keyring)

    return make


@pytest.fixture(scope="module")
def laptop(new_laptop):
    """A laptop that has its catalogue; the tests of a module share it."""
    return new_laptop().enrolled()


@pytest.fixture(scope="session")
def photos(tmp_path_factory):
    """Two different photos."""
    folder = tmp_path_factory.mktemp("photos")
    return picture(folder / "before.jpg", "brown"), picture(folder / "after.jpg", "white")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for loopback that no public authority knows: (certificate, key)."""
    return make_certificate(tmp_path_factory.mktemp("certificate"), "127.0.0.1")
