"""A store on a real encrypted file, with one person and one grid in it."""

import shutil

import pytest

from tests.storage.records.small_district import Store


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    """Make the file of an enrolled device once; tests work on copies."""
    folder = tmp_path_factory.mktemp("district")
    Store(folder).enrol().close()
    return folder / "main.db"


@pytest.fixture
def opened(district, tmp_path):
    """Open the store of a folder, an enrolled one when there is none; all are closed at the end."""
    stores = []

    def open_(folder=tmp_path):
        if not (folder / "main.db").exists():
            folder.mkdir(exist_ok=True)
            shutil.copy(district, folder / "main.db")
        stores.append(Store(folder))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(opened):
    return opened()
