"""Nothing personal lies readable on the disk, not even for a moment (security.md T1, T23, T26).

A child process does a day's work with four planted texts and is killed in the middle of a
transaction; then every byte it left, and every byte it wrote to a file, is searched for them. The
same work on a plain database must be found out, or the search itself would be blind.
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

CANARIES = ("13812345678", "110101199003070023", "欧阳小燕", "精神分裂症二级")
WORK = """
import io, json, logging, os, signal, sys
from pathlib import Path
from PIL import Image
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlcipher3 import dbapi2
from gridworker.app import logs
from gridworker.app.photo_reader import Mark, PhotoReader
from gridworker.storage.engine import open_engines
from gridworker.storage.statements import Statements
from gridworker.storage.keys import KdfCost
from gridworker.storage.keystore import NoKeyring
from gridworker.storage.migrate import bring_up
from gridworker.storage.photos import PhotoFiles
from gridworker.storage.vault import create_vault

home, plain, canaries = Path(sys.argv[1]), sys.argv[2] == "plain", json.loads(sys.argv[3])
logs.start(home / "logs")
vault = create_vault(home, user="wg0101", device="d", password="Dongmen-Nanmen-26",
                     device_key=Ed25519PrivateKey.generate(), keystore=NoKeyring(),
                     cost=KdfCost(1, 64, 1))
exif = Image.Exif()
exif[0x010E], exif[0x9286] = canaries[0], canaries[1]
out = io.BytesIO()
Image.effect_noise((800, 600), 60).save(out, "JPEG", exif=exif)
assert canaries[0].encode() in out.getvalue()
reader, files = PhotoReader(seconds=30), PhotoFiles(home / "blobs")
thumb = reader.inspect(out.getvalue()).thumb
mark = Mark(worker=canaries[2])
reader.preview(out.getvalue(), 640, mark=mark)
sealed = files.write(out.getvalue(), record="r1")
assert files.read(sealed.name, sealed.dek, record="r1") == out.getvalue()
logging.error("resident %s, id %s", canaries[0], canaries[1])

if plain:
    store = dbapi2.connect(str(home / "main.db"), isolation_level=None)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA temp_store = FILE")
    run, begin = store.execute, lambda: store.execute("BEGIN")
else:
    bring_up(home / "main.db", vault.db_key)
    engines = open_engines(home / "main.db", vault.db_key)
    session = engines.write()
    run = lambda sql, args=(): Statements(session).execute(sql, args)
    begin = lambda: None  # with the first statement
begin()
run("CREATE TABLE resident (id INTEGER PRIMARY KEY, name TEXT, phone TEXT, ident TEXT, note TEXT)")
run("CREATE VIRTUAL TABLE found USING fts5(words)")
for n in range(1500):
    values = (canaries[2] + str(n), canaries[0], canaries[1], canaries[3])
    run("INSERT INTO resident (name, phone, ident, note) VALUES (?, ?, ?, ?)", values)
    run("INSERT INTO found VALUES (?)", (" ".join(canaries),))
run("COMMIT") if plain else session.commit()
run("PRAGMA cache_size = -64") if plain else None
begin()
run("CREATE TEMP TABLE sorted AS SELECT * FROM resident ORDER BY note, phone, name DESC")
run("CREATE INDEX temp.by_name ON sorted (name, note)")
run("DELETE FROM resident WHERE id % 3 = 0")
for n in range(3000):
    run("INSERT INTO resident (name, note) VALUES (?, ?)", (canaries[2], canaries[3]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def encodings(canary):
    utf8 = canary.encode()
    yield from (utf8, utf8[::-1], utf8.hex().encode(), utf8.hex().upper().encode())
    yield from (canary.encode("utf-16-le"), canary.encode("utf-16-be"), canary.encode("gbk"))
    if not canary.isascii():
        yield from (json.dumps(canary)[1:-1].encode(), quote(canary).encode())
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + utf8).rstrip(b"=")
        yield text[(0, 2, 3)[shift] : -2]
    if canary.isdigit():
        yield from (int(canary).to_bytes(8, order) for order in ("big", "little"))


NEEDLES = re.compile(
    b"|".join({re.escape(form) for canary in CANARIES for form in encodings(canary)})
)


def work(home, kind, *before):
    temporary = home.parent / f"{home.name}-tmp"
    for folder in (home, temporary):
        folder.mkdir()
    command = [*before, sys.executable, "-c", WORK, str(home), kind, json.dumps(CANARIES)]
    env = os.environ | {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
    done = subprocess.run(
        command, env=env, cwd=Path.cwd(), capture_output=True, text=True, check=False
    )
    assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), done.stderr
    return done.stderr


def hits(home):
    folders = (home, home.parent / f"{home.name}-tmp")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path.name: len(NEEDLES.findall(path.read_bytes())) for path in files}


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_no_planted_text_is_in_any_file(tmp_path):
    stderr = work(tmp_path / "sealed", "sealed")
    found = hits(tmp_path / "sealed")
    assert {"main.db", "main.db-wal", "vault.json", "gridworker.log"} <= set(found)
    assert any(name.endswith(".gwb") for name in found)
    assert not {name: count for name, count in found.items() if count}
    assert not NEEDLES.search(stderr.encode())
    log = (tmp_path / "sealed" / "logs" / "gridworker.log").read_text("utf-8")
    assert "138****5678" in log


@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_the_same_work_on_a_plain_database_is_found_out(tmp_path):
    work(tmp_path / "plain", "plain")
    found = hits(tmp_path / "plain")
    assert found["main.db"] + found["main.db-wal"] > 5_000


WRITE = re.compile(r"(?:p?write(?:64|v|v2)?)\(\d+<([^>]*)>, (.*)")


def unescaped(text):
    return bytes.fromhex("".join(re.findall(r"\\x([0-9a-f]{2})", text)))


def written(trace):
    """Yield (file, bytes) of every write to a file; a pipe to our own child is none."""
    for line in trace.read_text("ascii").splitlines():
        if call := WRITE.search(line):
            name = unescaped(call[1]).decode() or call[1]
            if name.startswith("/") and not name.startswith("/dev/"):
                yield name, unescaped(call[2])


@pytest.mark.timeout(180)
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("kind", ["sealed", "plain"])
def test_no_planted_text_is_ever_written(tmp_path, kind):
    trace = tmp_path / "trace"
    calls = "trace=write,pwrite64,writev,pwritev,pwritev2"
    strace = ("strace", "-f", "-y", "-xx", "-s", "70000", "-e", "signal=none", "-e", calls)
    probe = subprocess.run([*strace, "-o", "/dev/null", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("strace may not trace here")
    work(tmp_path / kind, kind, *strace, "-o", str(trace))
    files, found = set(), 0
    for name, data in written(trace):
        files.add(name)
        found += len(NEEDLES.findall(data))
    below = [str(tmp_path / kind), str(tmp_path / f"{kind}-tmp")]
    assert all(any(name.startswith(place) for place in below) for name in files), files
    if kind == "plain":
        assert found > 5_000
    else:
        assert found == 0
        assert len(files) >= 4
