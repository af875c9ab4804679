"""A store of the first schema gives up its second copies and nothing else."""

from contextlib import closing

import pytest

from gridworker.storage.engine import connect
from gridworker.storage.migrate import bring_up
from tests.migrations.older import KEY, of_schema

TICKET = (
    "INSERT INTO view_ticket (id, local_no, item, title, state, place, grid, found_at, created_by,"
    " photos, photos_stored, rev, pending, detached, body)"
    " VALUES (?, '', '', '', '', '', '', '', '', 0, 0, 1, ?, 0, ?)"
)
PATROL = (
    "INSERT INTO view_patrol_record (id, place, result, grid, at, created_by, photos,"
    " photos_stored, rev, pending, detached, body)"
    " VALUES (?, '', '', '', '', '', 0, 0, 1, 0, 0, ?)"
)
PART = "INSERT INTO view_part VALUES (?, 'evidence', 'ticket', 't1', 0, '', 1, 0, ?)"
CONFIRMED = {
    ("ticket", "t1"): '{"place":"东门"}',
    ("ticket", "t2"): '{"place":"南门"}',
    ("ticket", "t3"): '{"place":"西门"}',
    ("patrol_record", "p1"): '{"place":"北门"}',
    ("evidence", "e1"): '{"note":"一"}',
    ("hologram", "h1"): '{"x":1}',
}


@pytest.fixture
def first(tmp_path):
    """A store that the first release made, with each way in which a body can lie in it."""
    path = of_schema(1, tmp_path)
    with closing(connect(path, KEY)) as store:
        store.executemany(
            "INSERT INTO base VALUES (?, ?, 3, 1, ?, '9c1f')",
            [(kind, id_, body) for (kind, id_), body in CONFIRMED.items()],
        )
        store.execute(TICKET, ("t1", 0, CONFIRMED["ticket", "t1"]))
        store.execute(TICKET, ("t2", 1, '{"place":"南门内"}'))
        store.execute(PATROL, ("p1", CONFIRMED["patrol_record", "p1"]))
        store.execute(PART, ("e1", CONFIRMED["evidence", "e1"]))
        store.commit()
    return path


def test_bodies_that_are_shown_as_they_are_lie_once_and_all_are_confirmed(first):
    bring_up(first, KEY)
    with closing(connect(first, KEY)) as store:
        own = store.execute("SELECT id FROM base WHERE body NOT NULL ORDER BY id").fetchall()
        rows = store.execute("SELECT kind, id, rev, schema, body, digest FROM confirmed").fetchall()
    assert own == [("h1",), ("t2",), ("t3",)]
    assert {row[:2]: row[4] for row in rows} == CONFIRMED
    assert {(*row[2:4], row[5]) for row in rows} == {(3, 1, "9c1f")}
