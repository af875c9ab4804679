"""A store that counted attempts by operation keeps one number, and nothing stays under way."""

from contextlib import closing

from gridworker.storage.engine import connect
from gridworker.storage.migrate import bring_up
from tests.migrations.older import KEY, of_schema

OPERATION = (
    "INSERT INTO {table} (seq, op_id, type, kind, entity_id, subject_kind, subject, json, at,"
    " state, attempts) VALUES (?, 'o' || ?1, 't', 'ticket', 'x', 'ticket', 'x', '{{}}', '', ?, ?)"
)


def second(folder, *, rows):
    """Make a store that the second schema has, with operations (table, seq, state, attempts)."""
    path = of_schema(2, folder)
    with closing(connect(path, KEY)) as store:
        store.execute("INSERT INTO sync_state (n, next_seq) VALUES (1, 6)")
        for table, *values in rows:
            store.execute(OPERATION.format(table=table), values)
        store.commit()
    return path


def brought_up(path):
    bring_up(path, KEY)
    with closing(connect(path, KEY)) as store:
        (tried,) = store.execute("SELECT tried_seq FROM sync_state").fetchone()
        return tried, store.execute("SELECT seq, state FROM outbox ORDER BY seq").fetchall()


def test_what_was_under_way_waits_again_and_counts_as_tried(tmp_path):
    rows = [
        ("sent_log", 1, "applied", 1),
        ("outbox", 2, "applied", 2),
        ("outbox", 3, "inflight", 1),
        ("outbox", 4, "queued", 0),
    ]
    path = second(tmp_path, rows=rows)
    assert brought_up(path) == (3, [(2, "applied"), (3, "queued"), (4, "queued")])


def test_nothing_was_tried_where_everything_is_new_or_done_with(tmp_path):
    new = second(tmp_path / "new", rows=[("outbox", 1, "queued", 0)])
    done = second(tmp_path / "done", rows=[("sent_log", 1, "applied", 1)])
    assert brought_up(new) == (0, [(1, "queued")])
    assert brought_up(done) == (1, [])
