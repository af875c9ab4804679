"""The journal of an SQLite centre is taken in beside the requests, never by losing anything."""

import threading
from contextlib import closing

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from central.store import checkpoints
from central.store.checkpoints import PAGES, Checkpoints, take_in
from central.store.engine import open_engines, plain_connection
from central.store.transaction import Store

BIG = b"x" * 4000


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "centre.db"
    with closing(plain_connection(str(file))) as connection:
        connection.execute("CREATE TABLE t (body BLOB)")
        connection.commit()
    return file


def _write(store, rows):
    def work(tx):
        for _ in range(rows):
            tx.run("INSERT INTO t VALUES (?)", BIG)

    store.write(work)


def _left(connection):
    _, pages, done = connection.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
    return pages - done


def test_a_long_journal_is_taken_in_after_a_commit(file):
    with closing(plain_connection(str(file))) as looking:
        store = Store(open_engines(f"sqlite:///{file}"), Checkpoints(file))
        try:
            _write(store, PAGES + 50)
            waiting = threading.Event()
            for _ in range(1000):
                if _left(looking) == 0:
                    break
                waiting.wait(0.02)
            assert _left(looking) == 0
        finally:
            store.close()


def test_commits_that_follow_each_other_come_first(file, monkeypatch):
    """A moment without a commit is waited for, but not with a journal that is very long."""
    monkeypatch.setattr(checkpoints, "QUIET_SECONDS", 60.0)
    with closing(plain_connection(str(file))) as looking:
        store = Store(open_engines(f"sqlite:///{file}"), Checkpoints(file))
        try:
            for _ in range(3):
                _write(store, PAGES)
            assert _left(looking) > 3 * PAGES
            monkeypatch.setattr(checkpoints, "MOST_PAGES", 2 * PAGES)
            _write(store, 1)
            waiting = threading.Event()
            for _ in range(1000):
                if _left(looking) < PAGES:
                    break
                waiting.wait(0.02)
            assert _left(looking) < PAGES
        finally:
            store.close()


def test_a_short_journal_is_left_alone(file):
    store = Store(open_engines(f"sqlite:///{file}"))
    with closing(plain_connection(str(file))) as connection:
        _write(store, 10)
        before = _left(connection)
        assert before > 0
        assert take_in(connection, least=PAGES) == 0
        assert _left(connection) == before
    store.close()


def test_what_a_reader_still_sees_stays_in_the_journal(file):
    store = Store(open_engines(f"sqlite:///{file}"))
    with (
        closing(plain_connection(str(file))) as reader,
        closing(plain_connection(str(file))) as connection,
    ):
        _write(store, 5)
        reader.isolation_level = None
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (5,)
        _write(store, PAGES)
        take_in(connection, least=1)
        assert _left(connection) > 0
        assert reader.execute("SELECT count(*) FROM t").fetchone() == (5,)
        reader.execute("COMMIT")
        take_in(connection, least=1)
        assert _left(connection) == 0
    store.close()


def test_a_store_that_is_closed_has_no_thread_left(file):
    before = threading.active_count()
    store = Store(open_engines(f"sqlite:///{file}"), Checkpoints(file))
    _write(store, 1)
    store.close()
    assert threading.active_count() == before
    with closing(sqlcipher.connect(str(file))) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
