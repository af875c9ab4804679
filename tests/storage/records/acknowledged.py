"""What a store promises of everything it has acknowledged, whatever happened since."""

import hashlib

import msgspec

from gridworker.storage import chain, recovery
from gridworker.storage.journal import Kept
from gridworker.wire import payload_hash


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
