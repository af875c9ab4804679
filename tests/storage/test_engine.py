"""The two doors to the database: settings, locks, and keys that nothing prints."""

import secrets
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.storage.engine import (
    PRAGMAS,
    UnsafeDriver,
    check_versions,
    connect,
    open_engines,
)
from gridworker.storage.failures import DatabaseDamaged, DatabaseReadOnly


@pytest.fixture
def key():
    return secrets.token_bytes(32)


@pytest.fixture
def engines(tmp_path, key):
    doors = open_engines(tmp_path / "main.db", key)
    with doors.write.begin() as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT UNIQUE)"))
    yield doors
    doors.close()


@pytest.mark.parametrize("door", ["write", "read"])
def test_every_setting_holds_on_every_connection(engines, door):
    with getattr(engines, door).connect() as connection:
        for name, (_, wanted) in PRAGMAS.items():
            assert connection.scalar(text(f"PRAGMA {name}")) == wanted
        assert connection.scalar(text("PRAGMA query_only")) == int(door == "read")


def test_a_reader_cannot_write(engines):
    with (
        engines.read.connect() as connection,
        pytest.raises(DatabaseReadOnly),
    ):
        connection.execute(text("INSERT INTO note (body) VALUES ('x')"))


def test_readers_see_the_last_commit_beside_an_open_writer(engines):
    with engines.write.begin() as writer:
        writer.execute(text("INSERT INTO note (body) VALUES ('first')"))
    with engines.write.begin() as writer:
        writer.execute(text("INSERT INTO note (body) VALUES ('second')"))
        with engines.read.connect() as reader:
            assert reader.scalars(text("SELECT body FROM note")).all() == ["first"]


def test_one_writer_at_a_time(engines):
    order = []
    started = threading.Event()

    def second():
        started.set()
        with engines.write.begin() as connection:
            order.append("second")
            connection.execute(text("INSERT INTO note (body) VALUES ('b')"))

    with engines.write.begin() as connection:
        other = threading.Thread(target=second)
        other.start()
        assert started.wait(5)
        connection.execute(text("INSERT INTO note (body) VALUES ('a')"))
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]


def test_ddl_goes_back_with_its_transaction(engines):
    def half():
        with engines.write.begin() as connection:
            connection.execute(text("CREATE TABLE half (id INTEGER)"))
            connection.execute(text("INSERT INTO note (id, body) VALUES (1, 'a'), (2, 'a')"))

    with pytest.raises(IntegrityError):
        half()
    with engines.read.connect() as connection:
        tables = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        assert tables.all() == ["note"]


def test_values_stay_out_of_error_texts(engines):
    twice = text("INSERT INTO note (body) VALUES (:b), (:b)")
    with pytest.raises(IntegrityError) as caught, engines.write.begin() as connection:
        connection.execute(twice, {"b": "13812345678"})
    assert "13812345678" not in str(caught.value)


def test_the_key_is_in_no_repr(engines, key):
    shown = f"{engines!r} {engines.write!r} {engines.write.url!r} {engines.write.pool!r}"
    assert key.hex() not in shown
    assert repr(key) not in shown


def test_closing_takes_the_journal_into_the_file(tmp_path, key):
    doors = open_engines(tmp_path / "main.db", key)
    with doors.write.begin() as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER)"))
    with doors.read.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM note")) == 0
    doors.close()
    assert [path.name for path in tmp_path.iterdir()] == ["main.db"]


@pytest.mark.parametrize("wrong", [b"\0" * 32, b"\xff" * 32])
def test_another_key_does_not_open(tmp_path, engines, wrong):
    others = open_engines(tmp_path / "main.db", wrong)
    with pytest.raises(DatabaseDamaged), others.read.connect():
        pass
    others.close()


def test_a_short_key_is_refused(tmp_path):
    with pytest.raises(ValueError, match="32 bytes"):
        connect(tmp_path / "main.db", b"short")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("sqlite", "cipher"),
    [("3.51.2", None), ("3.40.1", "4.19.0 community"), ("3.53.4", "4.6.1 community")],
)
def test_an_old_driver_is_refused(sqlite, cipher):
    with pytest.raises(UnsafeDriver, match="too old"):
        check_versions(sqlite, cipher)


def test_this_driver_is_new_enough(tmp_path, key):
    connection = connect(tmp_path / "main.db", key)
    (cipher,) = connection.execute("PRAGMA cipher_version").fetchone()
    connection.close()
    check_versions(sqlcipher.sqlite_version, cipher)
