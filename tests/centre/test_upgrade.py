"""An upgrade without downtime: the schema grows while the old program serves (expand, contract)."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from central.build import Centre
from central.store import migrate
from central.store.engine import open_engines
from central.store.migrate import SCRIPTS, SchemaTooNew, newest
from tests.centre import databases

pytestmark = pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
EXPAND = '''
"""What the next release may add: a column, a table, an index."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    """Add, and take nothing away."""
    op.add_column("entity", sa.Column("colour", sa.Text))
    op.add_column("device", sa.Column("note", sa.Text, server_default="", nullable=False))
    op.create_table("later", sa.Column("id", sa.Text, primary_key=True))
    op.create_index("ix_later", "op_log", ["received_at"])
'''
UNDO = (
    "DROP INDEX ix_later; DROP TABLE later; ALTER TABLE device DROP COLUMN note;"
    " ALTER TABLE entity DROP COLUMN colour"
)


@pytest.fixture
def next_scripts(tmp_path):
    folder = tmp_path / "next"
    shutil.copytree(SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "m9999_expand.py").write_text(EXPAND.format(before=newest()))
    return folder


@pytest.fixture
def owner(pristine):
    """The owner's door; what the upgrade has made is taken away again."""
    engines = open_engines(pristine.owner)
    yield engines
    if migrate.current(engines) == "9999":
        databases.run_sql(pristine.admin, UNDO)
    engines.close()


def test_laptops_work_while_the_schema_of_the_next_release_is_made(
    ground, centre, enrol, owner, next_scripts
):
    laptops = [enrol(user) for user in ("wg0101", "wg0102")]
    turns, over = threading.Semaphore(0), threading.Event()

    def work(laptop):
        made = []
        while not over.is_set():
            op = laptop.patrol()
            assert [said["verdict"] for said in laptop.push(op)] == ["applied"]
            laptop.pull()
            made.append(op["entity"]["id"])
            turns.release()
        return made

    with ThreadPoolExecutor(2) as pool:
        busy = [pool.submit(work, laptop) for laptop in laptops]
        try:
            for _ in range(6):
                assert turns.acquire(timeout=30)
            migrate.bring_up(owner, next_scripts)
            for _ in range(12):
                assert turns.acquire(timeout=30)
        finally:
            over.set()
        made = {id_ for one in busy for id_ in one.result(30)}
    assert migrate.current(owner) == "9999"
    for laptop in laptops:
        laptop.pull()
        assert made <= set(laptop.bodies("patrol_record"))
    with pytest.raises(SchemaTooNew):
        Centre.open(ground.url, ground.blobs)


def test_the_program_of_the_release_before_serves_beside_row_security(pristine, centre, worker):
    """It worked as the owner of the tables: row security does not concern it (m0003)."""
    worker.push(worker.patrol())
    before = "SELECT count(*) FROM feed f JOIN entity e ON e.n = f.entity"
    engine = create_engine(pristine.owner)
    with engine.begin() as connection:
        (seen,) = connection.execute(text(before)).one()
        connection.execute(text("UPDATE entity SET changed_at = changed_at"))
    engine.dispose()
    assert seen > 0


def test_an_upgrade_gives_up_rather_than_hold_up_everybody(
    pristine, centre, owner, next_scripts, worker
):
    engine = create_engine(pristine.admin)
    with engine.connect() as somebody:
        somebody.execute(text("SELECT * FROM entity LIMIT 1"))  # a transaction that does not end
        with pytest.raises(OperationalError, match="lock timeout"):
            migrate.bring_up(owner, next_scripts)
        assert worker.push(worker.patrol())[0]["verdict"] == "applied"
    engine.dispose()
    assert migrate.current(owner) == newest()


def test_an_upgrade_that_waits_for_a_request_that_waits_for_it_begins_again(
    pristine, centre, owner, next_scripts
):
    """A request has read what the upgrade changes last, and wants what it has changed first."""
    engine = create_engine(pristine.admin)
    waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'device'::regclass"
    with ThreadPoolExecutor(1) as pool, engine.connect() as request, engine.connect() as look:
        request.execute(text("SET deadlock_timeout = '60s'"))  # the other one has to give way
        request.execute(text("SELECT 1 FROM device LIMIT 1"))
        upgrade = pool.submit(migrate.bring_up, owner, next_scripts)
        while not look.execute(text(waits)).scalar():
            look.rollback()
        request.execute(text("SELECT 1 FROM entity LIMIT 1"))
        request.rollback()
        upgrade.result(30)
    engine.dispose()
    assert migrate.current(owner) == "9999"
