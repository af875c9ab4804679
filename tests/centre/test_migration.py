"""A database of the first version is brought to this one with everything that it holds."""

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from central.migrations import m0001_first
from central.store import feed, migrate
from central.store.engine import open_engines
from central.store.feed import GONE, PUT, News, Told
from central.store.transaction import Store

RECORDS = (
    "INSERT INTO entity (id, kind, rev, schema, body, digest, parent, changed_at) VALUES"
    " ('t1', 'ticket', 3, 1, '{}', 'd1', NULL, 5),"
    " ('f1', 'flow_record', 1, 1, '{}', 'd2', 't1', 6)"
)
HEADS = (
    "INSERT INTO scope_head (scope, seq, count, xor, floor) VALUES"
    " ('org:D', 9, 2, '0a', 1), ('grid:G', 4, 0, '00', 0)"
)
LINES = (
    "INSERT INTO feed (entity_id, scope, seq, op, why) VALUES"
    " ('t1', 'org:D', 9, 'put', NULL), ('f1', 'org:D', 7, 'put', NULL),"
    " ('t1', 'grid:G', 4, 'gone', 'moved')"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'centre.db'}"
        return
    server = request.getfixturevalue("postgres")
    root = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text("CREATE DATABASE older"))
    yield server.format(name="older")
    with root.connect() as connection:
        connection.execute(text("DROP DATABASE older"))
    root.dispose()


@pytest.fixture
def store(url):
    engines = open_engines(url)
    with engines.write.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            m0001_first.upgrade()
        for statement in (
            "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)",
            "INSERT INTO alembic_version VALUES ('0001')",
            RECORDS,
            HEADS,
            LINES,
        ):
            connection.exec_driver_sql(statement)
    migrate.bring_up(engines)
    yield Store(engines)
    engines.close()


def lines(store, scope):
    """Return (number, what, of which record) of everything that a scope was told."""

    def work(tx):
        head = feed.heads(tx, [scope])[scope]
        found = feed.page(tx, head, after=1, limit=9)
        return (head.seq, head.count, head.floor), [(row[0], row[1], row[4]) for row in found]

    return store.read(work)


def test_every_line_of_every_scope_is_still_told(store):
    assert lines(store, "org:D") == ((9, 2, 1), [(7, PUT, "f1"), (9, PUT, "t1")])
    assert lines(store, "grid:G") == ((4, 0, 0), [(4, GONE, "t1")])
    readers = store.read(lambda tx: feed.readers(tx, ["t1", "f1"]))
    assert readers == {"t1": {"org:D"}, "f1": {"org:D"}}


def test_numbers_go_on_where_they_stood(store):
    news = News()
    news.add(Told(frozenset({"grid:G"}), PUT, 1), "t1", 1)
    news.add(Told(frozenset({"org:D"}), PUT, 0), "f1", 0)
    store.write(lambda tx: feed.publish(tx, news))
    assert lines(store, "org:D") == ((10, 2, 1), [(9, PUT, "t1"), (10, PUT, "f1")])
    assert lines(store, "grid:G") == ((5, 1, 0), [(5, PUT, "t1")])
