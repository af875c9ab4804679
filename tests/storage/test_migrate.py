"""Making and upgrading the store: a kill leaves the old file whole, the next start goes on."""

import os
import secrets
import shutil
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from gridworker.storage import damage, engine, migrate, upgrade
from gridworker.storage.engine import FORMER_PAGE_BYTES, PAGE_BYTES, connect
from gridworker.storage.failures import DatabaseBusy, DatabaseDamaged, DiskFull, FileTooNew

SECOND = """
from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer, primary_key=True))
    op.execute("INSERT INTO extra SELECT id FROM note")
    with op.batch_alter_table("note") as note:
        note.add_column(sa.Column("size", sa.Integer, server_default="0", nullable=False))
    op.execute("UPDATE note SET size = length(body)")
"""
FIRST = """
from alembic import op
import sqlalchemy as sa

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "note",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("body", sa.String, nullable=False),
    )
"""

# Forks a child per cut: the nth line of our own code, or the nth statement, is its last.
CUTTER = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from gridworker.storage import migrate, upgrade

key, scripts, folder = bytes.fromhex(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
count = limit = 0

def tick(*_):
    global count
    count += 1
    if count == limit:
        os.kill(os.getpid(), signal.SIGKILL)

def lines(frame, what, arg):
    if what == "line":
        tick()
    return lines

def calls(frame, what, arg):
    ours = ("storage/migrate.py", "storage/files.py", "_second.py")
    return lines if frame.f_code.co_filename.endswith(ours) else None

for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
    event.listen(Engine, name, tick)
for home in sorted(folder.iterdir()):
    limit = int(home.name)
    child = os.fork()
    if not child:
        sys.settrace(calls)
        migrate.bring_up(home / "main.db", key, scripts=scripts)
        sys.settrace(None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    print(home.name, os.waitstatus_to_exitcode(status))
    if not status:
        break  # it came to its end before the cut
"""


@pytest.fixture
def key():
    return secrets.token_bytes(32)


@pytest.fixture
def scripts(tmp_path):
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "m0001_first.py").write_text(FIRST)
    return folder


@pytest.fixture
def path(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    return home / "main.db"


@pytest.fixture
def old(path, key, scripts):
    """A store of the first schema with rows, and scripts that know a second."""
    migrate.bring_up(path, key, scripts=scripts)
    with closing(connect(path, key)) as store:
        store.executemany(
            "INSERT INTO note VALUES (?, ?)", [(i, "东门" * i) for i in range(1, 200)]
        )
        store.commit()
    (scripts / "m0002_second.py").write_text(SECOND)
    return path


def rows(path, key, query="SELECT id, body FROM note ORDER BY id"):
    with closing(connect(path, key)) as store:
        return store.execute(query).fetchall()


def revision(path, key):
    return rows(path, key, "SELECT version_num FROM alembic_version")[0][0]


def names(path):
    return sorted(entry.name for entry in path.parent.iterdir())


def test_a_new_store_has_the_newest_schema_and_nothing_beside_it(path, key):
    migrate.bring_up(path, key)
    assert revision(path, key) == migrate.known_revisions()[-1]
    assert names(path) == ["main.db"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"SQLite format" not in path.read_bytes()


def test_bringing_up_again_changes_nothing(path, key, scripts):
    migrate.bring_up(path, key, scripts=scripts)
    before = path.read_bytes()
    migrate.bring_up(path, key, scripts=scripts)
    assert path.read_bytes() == before


def test_every_script_is_named_after_its_revision():
    chain = upgrade.directory(migrate.SCRIPTS)
    assert [step.revision for step in chain.walk_revisions()][::-1] == migrate.known_revisions()
    assert len(chain.get_heads()) == 1


def test_rows_survive_and_the_old_file_is_kept(old, key, scripts):
    before = rows(old, key)
    migrate.bring_up(old, key, scripts=scripts)
    assert rows(old, key) == before
    assert rows(old, key, "SELECT sum(size) FROM note") == [(sum(2 * i for i in range(1, 200)),)]
    assert names(old) == ["main.db", "main.db.before-0002"]
    kept = old.with_name("main.db.before-0002")
    assert revision(kept, key) == "0001"
    assert rows(kept, key) == before


def test_what_still_lies_in_the_journal_is_upgraded_too(old, key, scripts, tmp_path):
    with closing(connect(old, key)) as store:
        store.execute("INSERT INTO note VALUES (500, '最后一条')")
        store.commit()
        killed = tmp_path / "killed"
        shutil.copytree(old.parent, killed)  # what a SIGKILL here would leave
    assert damage.ended_badly(killed / "main.db")
    migrate.bring_up(killed / "main.db", key, scripts=scripts)
    assert (500, "最后一条") in rows(killed / "main.db", key)


def test_a_newer_file_is_refused_and_stays(old, key, scripts):
    migrate.bring_up(old, key, scripts=scripts)
    (scripts / "m0002_second.py").unlink()
    before = old.read_bytes()
    with pytest.raises(FileTooNew) as caught:
        migrate.bring_up(old, key, scripts=scripts)
    assert caught.value.facts == {"found": "0002", "known": "0001"}
    assert old.read_bytes() == before


def test_an_open_reader_makes_it_wait_and_tell(old, key, scripts):
    with closing(connect(old, key)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM note").fetchone()
        with pytest.raises(DatabaseBusy):
            migrate.bring_up(old, key, scripts=scripts)
    assert revision(old, key) == "0001"


def test_a_failing_script_leaves_the_old_file(old, key, scripts):
    (scripts / "m0002_second.py").write_text(
        SECOND + '    op.execute("INSERT INTO nowhere VALUES (1)")\n'
    )
    before = rows(old, key)
    with pytest.raises(Exception, match="no such table: nowhere"):
        migrate.bring_up(old, key, scripts=scripts)
    assert rows(old, key) == before
    assert revision(old, key) == "0001"


def test_a_damaged_file_is_not_upgraded(old, key, scripts):
    raw = bytearray(old.read_bytes())
    raw[len(raw) // 2] ^= 1
    old.write_bytes(raw)
    with pytest.raises(DatabaseDamaged):
        migrate.bring_up(old, key, scripts=scripts)
    assert old.read_bytes()[PAGE_BYTES:] == bytes(raw)[PAGE_BYTES:]  # page 1 has the journal mode


def test_a_store_of_former_pages_is_read_and_upgraded_with_them(path, key, scripts, monkeypatch):
    with monkeypatch.context() as former:
        former.setattr(engine, "PAGE_BYTES", FORMER_PAGE_BYTES)
        migrate.bring_up(path, key, scripts=scripts)
        with closing(connect(path, key)) as store:
            store.execute("INSERT INTO note (body) VALUES ('kept')")
            store.commit()
    (scripts / "m0002_second.py").write_text(SECOND)
    migrate.bring_up(path, key, scripts=scripts)
    with closing(connect(path, key)) as store:
        assert int(store.execute("PRAGMA page_size").fetchone()[0]) == FORMER_PAGE_BYTES
        assert store.execute("SELECT body, size FROM note").fetchall() == [("kept", 4)]
    assert damage.findings(partial(connect, path, key)) == []
    raw = bytearray(path.read_bytes())
    raw[FORMER_PAGE_BYTES + 99] ^= 1
    path.write_bytes(raw)
    assert damage.findings(partial(connect, path, key))


def test_a_store_that_is_made_now_has_pages_of_now(path, key, scripts):
    migrate.bring_up(path, key, scripts=scripts)
    with closing(connect(path, key)) as store:
        assert int(store.execute("PRAGMA page_size").fetchone()[0]) == PAGE_BYTES


def test_a_journal_without_its_store_is_set_aside(path, key, scripts):
    path.with_name("main.db-wal").write_bytes(b"left behind")
    migrate.bring_up(path, key, scripts=scripts)
    assert rows(path, key) == []
    assert any(name.startswith("main.db.damaged-") for name in names(path))


def test_a_full_disk_leaves_the_old_file(old, key, scripts, monkeypatch):
    before = old.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(migrate.os, "fsync", full)
    with pytest.raises(DiskFull):
        migrate.bring_up(old, key, scripts=scripts)
    assert old.read_bytes()[PAGE_BYTES:] == before[PAGE_BYTES:]
    assert names(old) == ["main.db"]


@pytest.mark.timeout(240)
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("kind", ["fresh", "old"])
def test_a_kill_at_any_line_or_statement_loses_nothing(kind, old, key, scripts, tmp_path):
    cuts, before = tmp_path / "cuts", rows(old, key)
    for limit in range(1, 200, 1 if kind == "old" else 3):
        (cuts / f"{limit:03}").mkdir(parents=True)
        if kind == "old":
            shutil.copy(old, cuts / f"{limit:03}")
    command = [sys.executable, "-c", CUTTER, key.hex(), str(scripts), str(cuts)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path.cwd())
    ends = dict(line.split() for line in done.stdout.splitlines())
    killed = [name for name, code in ends.items() if code == "-9"]
    assert len(killed) > 30
    assert [code for name, code in ends.items() if name not in killed] == ["0"]
    for name in killed:
        path = cuts / name / "main.db"
        assert path.exists() or kind == "fresh"
        if path.exists():
            assert damage.findings(partial(connect, path, key)) == []
            assert kind == "fresh" or rows(path, key) == before
        migrate.bring_up(path, key, scripts=scripts)
        assert revision(path, key) == "0002"
        assert kind == "fresh" or rows(path, key) == before
        assert not [entry for entry in names(path) if ".new" in entry]
