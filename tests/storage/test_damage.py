"""A full disk, a lock, a damaged file: each is told as what it is, and nothing is deleted."""

import errno
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage import damage, migrate
from gridworker.storage.engine import connect, open_door, open_engines
from gridworker.storage.failures import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseReadOnly,
    StoreInterrupted,
)
from gridworker.storage.statements import Statements


@pytest.fixture
def key():
    return secrets.token_bytes(32)


@pytest.fixture
def path(tmp_path, key):
    file = tmp_path / "main.db"
    with closing(connect(file, key)) as store:
        store.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)")
        store.executemany("INSERT INTO note (body) VALUES (?)", [("东门" * 50,)] * 500)
        store.commit()
    return file


@pytest.fixture
def engines(path, key):
    doors = open_engines(path, key)
    yield doors
    doors.close()


def count(engines):
    with engines.read() as connection:
        return Statements(connection).one("SELECT count(*) FROM note")[0]


def write(engines, body="x"):
    with engines.write.begin() as connection:
        Statements(connection).execute("INSERT INTO note (body) VALUES (?)", (body,))


def flip(path, place):
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)


def test_req_194_every_flipped_bit_is_found(path, key):
    whole, size = path.read_bytes(), path.stat().st_size
    for place in [*range(16, 4096, 509), *range(4096, size, size // 40)]:
        flip(path, place)
        assert damage.findings(partial(connect, path, key)), place
        path.write_bytes(whole)
    assert damage.findings(partial(connect, path, key)) == []


@pytest.mark.parametrize("cut", [100, 4096, 8192 + 17])
def test_req_194_a_cut_file_is_found(path, key, cut):
    os.truncate(path, path.stat().st_size - cut)
    assert damage.findings(partial(connect, path, key))


def test_req_194_damage_in_use_is_told_and_nothing_is_deleted(path, engines, key):
    assert count(engines) == 500
    engines.close()
    flip(path, 3 * 4096 + 99)
    before = path.read_bytes()
    with pytest.raises(DatabaseDamaged) as caught:
        count(engines)
    assert caught.value.facts["findings"] > 0
    aside = damage.set_aside(path)
    assert aside.read_bytes() == before
    assert not path.exists()
    migrate.bring_up(path, key)
    assert aside.exists()


def test_a_connection_gone_bad_heals_by_opening_anew(path, key):
    """A page reads wrongly once; when the file is opened to be checked it is whole again."""
    whole = path.read_bytes()
    checks = []

    def open_healed():
        checks.append(path.write_bytes(whole))
        return connect(path, key)

    guard = damage.Guard(path, open_healed)
    door = open_door(path, key, writer=True, guard=guard)
    guard.watch(door)
    flip(path, 3 * 4096 + 99)
    query = "SELECT count(body) FROM note WHERE body <> ''"
    with pytest.raises(StoreInterrupted), door() as connection:
        Statements(connection).one(query)
    assert len(checks) == 1
    with door.begin() as connection:
        assert Statements(connection).one(query) == (500,)
    door.close()


def test_a_locked_store_is_busy_not_damaged(path, engines, key):
    with closing(connect(path, key)) as other:
        other.isolation_level = None
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy):
            write(engines)
    write(engines)


@pytest.mark.skipif(os.name == "nt", reason="limits of POSIX")
def test_a_full_disk_refuses_and_goes_on_when_there_is_room(path, engines):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    write(engines)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
        with pytest.raises((RuleBroken, StoreInterrupted)):
            write(engines, "y" * 2_000_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert count(engines) == 501
    write(engines)
    assert count(engines) == 502


FULL = """
import sys
from pathlib import Path
from gridworker.domain.problem import RuleBroken
from gridworker.storage.engine import open_engines
from gridworker.storage.photos import PhotoFiles
from gridworker.storage.statements import Statements
home, key = Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
engines = open_engines(home / "main.db", key)
with engines.write.begin() as c:
    Statements(c).execute(("CREATE TABLE note (body BLOB)"))
told, saved = [], 0
for _ in range(60):
    try:
        with engines.write.begin() as c:
            Statements(c).execute(("INSERT INTO note VALUES (randomblob(100000))"))
        saved += 1
    except RuleBroken as broken:
        told.append(str(broken))
files = PhotoFiles(home / "blobs")
for _ in range(2):
    try:
        files.write(bytes(3_000_000), record="r")
    except RuleBroken as broken:
        told.append(str(broken))
with engines.read() as c:
    kept = Statements(c).one("SELECT count(*) FROM note")[0]
engines.close()
print(kept == saved, len(told) > 2, set(told), [p.name for p in home.rglob("*.part")])
"""


def test_a_really_full_disk_is_told_as_that(tmp_path, key):
    small = tmp_path / "small"
    small.mkdir()
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small)],
            capture_output=True,
            check=False,
        )
        if shutil.which("mount") and hasattr(os, "geteuid") and os.geteuid() == 0
        else None
    )
    if mounted is None or mounted.returncode:
        pytest.skip("cannot mount a small disk here")
    try:
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(small), key.hex()],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path.cwd(),
        )
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert done.stdout.strip() == "True True {'E_DISK_FULL'} []"


@pytest.mark.parametrize(
    ("code", "wanted"),
    [(13, RuleBroken), (5, DatabaseBusy), (517, DatabaseBusy), (8, DatabaseReadOnly)],
)
def test_clear_errors_need_no_check(path, code, wanted):
    error = RuntimeError("driver")
    error.sqlite_errorcode = code
    told = damage.plain_failure(error, path)
    assert isinstance(told, wanted)
    if wanted is RuleBroken:
        assert told.code is Code.DISK_FULL
        assert told.facts["free"] > 0


def test_a_mistake_of_ours_stays_what_it_is(engines):
    with (
        pytest.raises(Exception, match="no such table") as caught,
        engines.read() as connection,
    ):
        Statements(connection).execute("SELECT * FROM nowhere")
    assert type(caught.value).__name__ == "OperationalError"


KILLED = """
import os, signal, sys
from pathlib import Path
from gridworker.storage.engine import connect
store = connect(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
store.execute("INSERT INTO note (body) VALUES ('kept')")
store.commit()
store.execute("INSERT INTO note (body) VALUES ('not kept')")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_req_194_an_unclean_exit_is_noticed_and_the_store_is_checked_in_the_background(path, key):
    assert not damage.ended_badly(path)
    command = [sys.executable, "-c", KILLED, str(path), key.hex()]
    done = subprocess.run(command, check=False, cwd=Path.cwd())
    assert done.returncode == -signal.SIGKILL
    assert damage.ended_badly(path)

    engines = open_engines(path, key)
    found = []
    check = threading.Thread(
        target=lambda: found.append(damage.findings(partial(connect, path, key)))
    )
    check.start()
    write(engines)  # work goes on meanwhile
    check.join(30)
    assert found == [[]]
    assert count(engines) == 502
    engines.close()
    assert not damage.ended_badly(path)


def test_file_errors_that_are_not_about_room_stay_what_they_are(tmp_path):
    with pytest.raises(IsADirectoryError), damage.told_when_full(tmp_path):
        raise IsADirectoryError(21, "no")


def test_free_room_is_known_even_where_nothing_is_yet(tmp_path):
    assert damage.disk_full(tmp_path / "a" / "b" / "c").facts["free"] > 0


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_place_that_takes_no_file_is_told_as_read_only(tmp_path, number):
    with pytest.raises(DatabaseReadOnly), damage.told_when_full(tmp_path):
        raise OSError(number, "no")


def test_damage_that_was_met_is_remembered_until_a_look_finds_none(path, key):
    assert not damage.suspected(path)
    flip(path, path.stat().st_size // 2)
    doors = open_engines(path, key)
    with pytest.raises(DatabaseDamaged), doors.read() as connection:
        Statements(connection).one("SELECT sum(length(body)) FROM note")
    doors.close()
    assert damage.suspected(path)
    damage.clear(path)
    assert not damage.suspected(path)
