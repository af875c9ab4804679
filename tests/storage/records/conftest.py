"""A store on a real encrypted file, with one person and one grid in it."""

import pytest

from tests.storage.records.small_district import Store


@pytest.fixture
def opened(tmp_path):
    """Open a store in a folder; every one is closed at the end."""
    stores = []

    def open_(folder=tmp_path):
        stores.append(Store(folder))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(opened):
    return opened().enrol()
