"""A real encrypted store with a small district, and the commands and queries on it."""

import pytest

from tests.storage.records.small_district import Store


@pytest.fixture
def store(tmp_path):
    """One person's store; nothing of it is simulated."""
    opened = Store(tmp_path).enrol()
    yield opened
    opened.close()
