"""Migrated files are what the tables page says, and rows survive every step."""

from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect
from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.storage.engine import connect
from gridworker.storage.migrate import SCRIPTS, bring_up, known_revisions
from gridworker.storage.tables import Base
from gridworker.storage.upgrade import directory
from gridworker.storage.view_tables import ViewTicket

KEY = bytes(32)


@pytest.fixture
def migrated(tmp_path):
    path = tmp_path / "main.db"
    bring_up(path, KEY)
    engine = create_engine("sqlite://", module=sqlcipher, creator=lambda: connect(path, KEY))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def ours(name, kind):
    return kind != "table" or not name.startswith(("search_index", "alembic_"))


def test_migrated_schema_is_the_models_schema(migrated):
    assert ViewTicket.__tablename__ in Base.metadata.tables
    assert len(inspect(migrated).get_table_names()) > len(Base.metadata.tables)
    context = MigrationContext.configure(
        migrated,
        opts={
            "compare_type": True,
            "include_name": lambda name, kind, _: ours(name, kind),
        },
    )
    assert compare_metadata(context, Base.metadata) == []


def test_statements_that_the_comparison_does_not_see_are_the_same(migrated):
    """WITHOUT ROWID, partial indexes, checks and the search index are compared as text."""

    def statements(connection):
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE sql NOT NULL"
            " AND name NOT LIKE 'alembic_%' ORDER BY name"
        )
        return {name: " ".join(sql.split()).replace(" ,", ",") for name, sql in rows}

    memory = create_engine("sqlite://", module=sqlcipher)
    with memory.begin() as connection:
        Base.metadata.create_all(connection)
        wanted = statements(connection)
    memory.dispose()
    found = statements(migrated)
    assert found.keys() == wanted.keys()
    for name in wanted:
        assert sorted(found[name].split(", ")) == sorted(wanted[name].split(", ")), name


def test_a_script_names_itself_by_its_revision_and_there_is_one_head():
    chain = directory(SCRIPTS)
    assert chain.get_heads() == [known_revisions()[-1]]
    for script in chain.walk_revisions():
        assert script.module.__name__.startswith(f"m{script.revision}_")


def test_migrations_import_nothing_of_ours():
    for script in SCRIPTS.glob("m*.py"):
        source = script.read_text()
        assert "gridworker" not in source.replace("gridworker's", "")


def test_the_first_table_holds_what_the_contract_says(tmp_path):
    path = tmp_path / "main.db"
    bring_up(path, KEY)
    with closing(connect(path, KEY)) as store:
        store.execute(
            "INSERT INTO base VALUES ('ticket', 't1', 1, 1, '{\"place\":\"东门\"}', '9c1f')"
        )
        store.commit()
        (body,) = store.execute("SELECT body FROM base WHERE id = 't1'").fetchone()
    assert "东门" in body
