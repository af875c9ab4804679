"""The two doors to the database: settings, locks, and keys that nothing prints."""

import secrets
import threading

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.storage.engine import (
    PRAGMAS,
    UnsafeDriver,
    check_versions,
    connect,
    open_engines,
)
from gridworker.storage.failures import DatabaseDamaged, DatabaseReadOnly
from gridworker.storage.statements import Statements


def run(session, sql, values=()):
    return Statements(session).execute(sql, values)


@pytest.fixture
def key():
    return secrets.token_bytes(32)


@pytest.fixture
def engines(tmp_path, key):
    doors = open_engines(tmp_path / "main.db", key)
    with doors.write.begin() as connection:
        run(connection, "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT UNIQUE)")
    yield doors
    doors.close()


@pytest.mark.parametrize("door", ["write", "read"])
def test_every_setting_holds_on_every_connection(engines, door):
    with getattr(engines, door)() as connection:
        for name, (_, wanted) in PRAGMAS.items():
            assert run(connection, f"PRAGMA {name}").fetchone()[0] == wanted
        assert run(connection, "PRAGMA query_only").fetchone()[0] == int(door == "read")


@pytest.mark.parametrize(
    ("value", "kept"), [(None, "null"), (True, "integer"), (False, "integer"), (b"\0\xff", "blob")]
)
def test_values_that_are_no_number_or_text_are_bound_as_what_they_are(engines, value, kept):
    with engines.read() as connection:
        assert run(connection, "SELECT ?, typeof(?)", (value, value)).fetchone() == (value, kept)


def test_a_reader_cannot_write(engines):
    with (
        engines.read() as connection,
        pytest.raises(DatabaseReadOnly),
    ):
        run(connection, "INSERT INTO note (body) VALUES ('x')")


def test_readers_see_the_last_commit_beside_an_open_writer(engines):
    with engines.write.begin() as writer:
        run(writer, "INSERT INTO note (body) VALUES ('first')")
    with engines.write.begin() as writer:
        run(writer, "INSERT INTO note (body) VALUES ('second')")
        with engines.read() as reader:
            assert run(reader, "SELECT body FROM note").fetchall() == [("first",)]


def test_one_writer_at_a_time(engines):
    order = []
    started = threading.Event()

    def second():
        started.set()
        with engines.write.begin() as connection:
            run(connection, "INSERT INTO note (body) VALUES ('b')")
            order.append("second")

    with engines.write.begin() as connection:
        run(connection, "INSERT INTO note (body) VALUES ('a')")
        other = threading.Thread(target=second)
        other.start()
        assert started.wait(5)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]


def test_ddl_goes_back_with_its_transaction(engines):
    def half():
        with engines.write.begin() as connection:
            run(connection, "CREATE TABLE half (id INTEGER)")
            run(connection, "INSERT INTO note (id, body) VALUES (1, 'a'), (2, 'a')")

    with pytest.raises(sqlcipher.IntegrityError):
        half()
    with engines.read() as connection:
        tables = run(connection, "SELECT name FROM sqlite_master WHERE type = 'table'")
        assert tables.fetchall() == [("note",)]


def test_values_stay_out_of_error_texts(engines):
    twice = "INSERT INTO note (body) VALUES (:b), (:b)"
    with pytest.raises(sqlcipher.IntegrityError) as caught, engines.write.begin() as connection:
        run(connection, twice, {"b": "13812345678"})
    assert "13812345678" not in str(caught.value)


def test_the_key_is_in_no_repr(engines, key):
    with engines.write() as session:
        run(session, "SELECT 1")
        shown = f"{engines!r} {engines.write!r} {session!r} {vars(engines.write)!r}"
    assert key.hex() not in shown
    assert repr(key) not in shown


def test_closing_takes_the_journal_into_the_file(tmp_path, key):
    doors = open_engines(tmp_path / "main.db", key)
    with doors.write.begin() as connection:
        run(connection, "CREATE TABLE note (id INTEGER)")
    with doors.read() as connection:
        assert run(connection, "SELECT count(*) FROM note").fetchone()[0] == 0
    doors.close()
    assert [path.name for path in tmp_path.iterdir()] == ["main.db"]


@pytest.mark.parametrize("wrong", [b"\0" * 32, b"\xff" * 32])
def test_another_key_does_not_open(tmp_path, engines, wrong):
    others = open_engines(tmp_path / "main.db", wrong)
    with pytest.raises(DatabaseDamaged), others.read() as session:
        run(session, "SELECT 1")
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
