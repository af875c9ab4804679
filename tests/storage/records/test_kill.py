"""SIGKILL at random moments of recording: nothing acknowledged is lost, nothing is half there."""

import hashlib
import os
import random
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from gridworker.storage import chain, recovery
from gridworker.storage.journal import Kept
from gridworker.wire import payload_hash

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("GRIDWORKER_CLIENT_KILLS", "12"))


def killed_after(folder, seed, seconds):
    """Let a child record for so long, kill it, and return what it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.storage.records.recording_child", folder, str(seed)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout.readline() == '["ready"]\n'
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
        said = child.stdout.read()
    assert child.returncode == -9, "the child ended by itself"
    lines = [line for line in said.splitlines(keepends=True) if line.endswith("\n")]
    return [msgspec.json.decode(line)[1:] for line in lines]


@pytest.mark.long
@pytest.mark.timeout(600 + 10 * KILLS)
def test_nothing_acknowledged_is_lost_by_kills(opened, tmp_path):
    chance = random.Random()
    seed = chance.randrange(10**6)
    print("seed", seed)  # noqa: T201  (to run a failing history again)
    chance.seed(seed)
    opened(tmp_path).close()
    acknowledged = []
    for number in range(KILLS):
        acknowledged += killed_after(tmp_path, seed + number, chance.uniform(0.0, 0.25))
        store = opened(tmp_path)
        found = store.start()
        assert found.damaged == found.rewritten == 0
        check(store, acknowledged)
        store.close()
    assert len(acknowledged) > KILLS


def check(store, acknowledged):
    """Everything that was said to be saved is there, whole, once, in order, in both copies."""
    rows = store.rows("SELECT seq, op_id, entity_id, json FROM outbox ORDER BY seq")
    assert [seq for seq, *_ in rows] == list(range(1, len(rows) + 1))
    by_id = {op_id: (seq, entity) for seq, op_id, entity, _ in rows}
    numbers = [number for _, _, _, number, *_ in acknowledged if number]
    assert len(set(numbers)) == len(numbers)
    for op_id, seq, entity, _, *hashes in acknowledged:
        assert by_id[op_id] == (seq, entity)
        for sha in hashes:
            name, dek, record = store.one("SELECT name, dek, record FROM blob WHERE sha256=?", sha)
            data = store.photos.read(name, dek, record=record)
            assert hashlib.sha256(data).hexdigest() == sha
    with store.write.begin() as session:
        assert chain.broken_links(session) == []
        standing = {
            entry.op_id: payload_hash(msgspec.json.decode(entry.encoded))
            for name in store.journal.files()
            for entry in store.journal.read(name).entries
            if isinstance(entry, Kept) and entry.op_id in by_id
        }
        assert standing == {op: payload_hash(msgspec.json.decode(j)) for _, op, _, j in rows}
        assert recovery.replay(session, store.journal) == []
    assert len(store.rows("SELECT 1 FROM chain")) == len(rows)
    assert store.rows("PRAGMA integrity_check") == [("ok",)]
