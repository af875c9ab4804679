"""Notes stay where they always were, in the bodies, and every row stays what it was."""

from contextlib import closing

from gridworker.storage import patrol_queries
from gridworker.storage.engine import connect, open_engines
from gridworker.storage.migrate import bring_up
from gridworker.storage.statements import Statements
from tests.migrations.older import KEY, of_schema

TICKET = (
    "INSERT INTO view_ticket (id, local_no, item, title, state, place, grid, found_at, created_by,"
    " photos, photos_stored, rev, pending, detached, body)"
    " VALUES ('t1', 'L1', 'i', '路灯', 'new', '东门', 'g', '2026-05-12T00:00:00Z', 'wg0101',"
    """ 0, 0, 1, 0, 0, '{"note":"灯不亮"}')"""
)
PATROL = (
    "INSERT INTO view_patrol_record (id, place, result, grid, at, created_by, photos,"
    " photos_stored, rev, pending, detached, body)"
    " VALUES (?, '西门', 'normal', 'g', '2026-05-12T00:00:00Z', 'wg0101', 0, 0, 1, 0, 0, ?)"
)


def rows(store):
    return [
        store.execute(f"SELECT n, id, place, photos, rev, body FROM {table} ORDER BY n").fetchall()
        for table in ("view_ticket", "view_patrol_record")
    ]


def test_rows_stay_and_notes_are_read_from_their_bodies(tmp_path):
    path = of_schema(4, tmp_path)
    with closing(connect(path, KEY)) as store:
        store.execute(TICKET)
        store.execute(PATROL, ("p1", '{"note":"面积约两平方米"}'))
        store.execute(PATROL, ("p2", "{}"))
        store.commit()
        before = rows(store)
    bring_up(path, KEY)
    with closing(connect(path, KEY)) as store:
        assert rows(store) == before
    doors = open_engines(path, KEY)
    with doors.read() as session:
        shown = patrol_queries.lines(session, ["p1", "p2"])
        columns = Statements(session).execute("SELECT name FROM pragma_table_xinfo('view_ticket')")
        assert ("note",) not in columns.fetchall()
    doors.close()
    assert {id_: line.note for id_, line in shown.items()} == {"p1": "面积约两平方米", "p2": ""}
