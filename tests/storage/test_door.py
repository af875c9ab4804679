"""Sessions: what is kept, what is undone, and to whom connections are lent."""

import secrets
import threading
from contextlib import closing

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.storage.engine import READERS, connect, open_engines
from gridworker.storage.statements import Statements


@pytest.fixture
def key():
    return secrets.token_bytes(32)


@pytest.fixture
def engines(tmp_path, key):
    doors = open_engines(tmp_path / "main.db", key)
    with doors.write.begin() as session:
        Statements(session).execute("CREATE TABLE note (body TEXT UNIQUE)")
    yield doors
    doors.close()


def add(session, body):
    Statements(session).execute("INSERT INTO note VALUES (?)", (body,))


def notes(engines):
    with engines.read() as session:
        return [body for (body,) in Statements(session).execute("SELECT body FROM note")]


def test_a_block_that_raises_leaves_nothing(engines):
    def half():
        with engines.write.begin() as session:
            add(session, "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert notes(engines) == []
    with engines.write.begin() as session:
        add(session, "b")
    assert notes(engines) == ["b"]


def test_what_was_not_committed_is_undone(engines):
    with engines.write() as session:
        add(session, "a")
        session.commit()
        add(session, "b")
        session.rollback()
        add(session, "c")
    assert notes(engines) == ["a"]


def test_a_session_that_asked_nothing_lends_nothing(engines):
    with engines.write() as idle, engines.write.begin() as session:
        add(session, "a")
        idle.commit()
    assert notes(engines) == ["a"]


def test_a_reader_sees_one_state_until_it_ends(engines):
    with engines.read() as session:
        count = "SELECT count(*) FROM note"
        assert Statements(session).one(count) == (0,)
        with engines.write.begin() as writer:
            add(writer, "a")
        assert Statements(session).one(count) == (0,)
        session.rollback()
        assert Statements(session).one(count) == (1,)


def test_a_commit_that_fails_keeps_nothing_and_the_next_one_works(engines):
    with engines.write.begin() as session:
        Statements(session).execute(
            "CREATE TABLE child (body TEXT REFERENCES note (body) DEFERRABLE INITIALLY DEFERRED)"
        )
    with pytest.raises(sqlcipher.IntegrityError), engines.write.begin() as session:
        Statements(session).execute("INSERT INTO child VALUES ('nobody')")
    with engines.write.begin() as session:
        add(session, "a")
        Statements(session).execute("INSERT INTO child VALUES ('a')")
    assert notes(engines) == ["a"]


def test_connections_are_used_again(engines):
    seen = set()
    for _ in range(3):
        with engines.read() as session:
            seen.add(id(session.driver()))
    assert len(seen) == 1


def test_who_finds_all_connections_lent_waits_for_one(engines):
    lent = [engines.read() for _ in range(READERS)]
    for session in lent:
        session.driver()
    found = []
    other = threading.Thread(target=lambda: found.append(notes(engines)))
    other.start()
    assert not found
    lent.pop().close()
    other.join(10)
    assert found == [[]]
    for session in lent:
        session.close()


def test_what_is_lent_while_a_door_closes_is_closed_when_it_comes_back(engines):
    with engines.read() as session:
        driver = session.driver()
        engines.read.close()
        assert driver.execute("SELECT 1").fetchone() == (1,)
    with pytest.raises(sqlcipher.ProgrammingError):
        driver.execute("SELECT 1")
    assert notes(engines) == []


def test_a_connection_outside_a_transaction_can_take_the_journal_in(tmp_path, engines, key):
    with engines.write.begin() as session:
        add(session, "a" * 10_000)
    engines.take_in()
    journal = tmp_path / "main.db-wal"
    with closing(connect(tmp_path / "main.db", key)) as other:
        _, pages, taken_in = other.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
    assert journal.stat().st_size > 0
    assert pages == taken_in
