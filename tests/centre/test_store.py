"""The database: what the migrations make is what the program expects, with safe settings."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError

from central.store.engine import PRAGMAS, UnknownDatabase, open_engines
from central.store.tables import METADATA
from central.store.transaction import Store


@pytest.fixture
def engines(ground):
    opened = open_engines(ground.url)
    yield opened
    opened.close()


def test_the_migrations_make_the_tables_of_the_program(engines):
    with engines.read.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, METADATA) == []


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_every_setting_of_sqlite_holds_on_every_door(engines):
    for engine in (engines.write, engines.read):
        with engine.connect() as connection:
            for name, (_, wanted) in PRAGMAS.items():
                assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == wanted


def test_a_reader_cannot_write(engines):
    store = Store(engines)
    with pytest.raises(DBAPIError):
        store.read(lambda tx: tx.run("UPDATE meta SET value = 'x'"))
    assert store.read(lambda tx: tx.row("SELECT count(*) FROM meta WHERE value = 'x'"))[0] == 0


def test_a_transaction_that_fails_leaves_nothing(engines):
    store = Store(engines)

    def work(tx):
        tx.run("UPDATE meta SET value = 'x'")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(work)
    assert store.read(lambda tx: tx.row("SELECT count(*) FROM meta WHERE value = 'x'"))[0] == 0


def test_work_that_meets_a_conflict_is_run_again(engines):
    store = Store(engines)
    turns = []

    class Conflict(Exception):
        sqlstate = "40001"

    def work(tx):
        turns.append(1)
        if len(turns) < 3:
            raise DBAPIError("x", {}, Conflict())
        return "done"

    assert store.write(work) == "done"
    assert len(turns) == 3
    turns.clear()
    with pytest.raises(DBAPIError):
        store.write(lambda _tx: work_never(turns, Conflict))
    assert len(turns) == 6


@pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
def test_a_connection_that_the_database_ended_is_told_and_not_used_again(engines):
    store = Store(engines)

    def killed(tx):
        (own,) = tx.row("SELECT pg_backend_pid()")
        with engines.write.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({own})")
        tx.row("SELECT value FROM meta WHERE key = ?", "no such key")

    with pytest.raises(OperationalError) as told:
        store.read(killed)
    assert told.value.connection_invalidated
    assert "no such key" not in str(told.value)
    assert store.read(lambda tx: tx.row("SELECT 1")) == (1,)


def work_never(turns, conflict):
    turns.append(1)
    raise DBAPIError("x", {}, conflict())


@pytest.mark.parametrize("url", ["", "sqlite://", "mysql://a/b", "postgresql://a/b"])
def test_only_two_kinds_of_database_are_known(url):
    with pytest.raises(UnknownDatabase):
        open_engines(url)


def test_on_sqlite_one_works_at_a_time(engines):
    store, meeting = Store(engines), threading.Barrier(2)

    def meet(_tx):
        try:
            meeting.wait(1)
        except threading.BrokenBarrierError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        met = list(pool.map(lambda _: store.read(meet), range(2)))
    assert met == [not engines.is_sqlite] * 2


@pytest.mark.parametrize("moment", ["begin", "commit"])
def test_who_waits_for_the_file_keeps_nobody_from_reading(engines, moment):
    store, read = Store(engines), []
    with ThreadPoolExecutor(1) as pool:

        def beside(_connection):
            read.append(pool.submit(store.read, lambda tx: tx.row("SELECT 1")[0]).result(5))

        event.listen(engines.write, moment, beside)
        assert store.write(lambda tx: tx.row("SELECT 2")[0]) == 2
    assert read == [1]
