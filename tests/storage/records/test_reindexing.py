"""After an update: what only a newer program can read comes into view without the centre."""

import msgspec

from gridworker.storage import reindexing, state
from gridworker.storage.statements import Statements
from gridworker.wire import SCHEMA
from tests.storage.records.small_district import GRID, ITEM, ORG, USER, page, put

TOMORROW = 99


def ticket(place):
    return {
        "local_no": "L110101-0A1B-20260512-0001X", "item": ITEM, "title": "楼道堆物",
        "state": "reported", "place": place, "note": "", "grid": GRID, "org_id": ORG,
        "found_at": "2026-05-12T04:00:00.000Z", "created_at": "2026-05-12T04:00:00.000Z",
        "created_by": USER, "created_by_name": "王示例", "device_code": "0A1B", "photos": [],
        "acted_by": [USER], "flow": 1, "field_of_tomorrow": {"kept": [1, 2]},
    }  # fmt: skip


def update_program(store):
    """What was too new is what this program reads: it takes the place of the one before it."""
    with store.write.begin() as session:
        state.put(session, shown_schema=SCHEMA - 1)
        read_now = "UPDATE base SET schema = ? WHERE schema = ?"
        Statements(session).execute(read_now, (SCHEMA, TOMORROW))


def start(store):
    with store.write.begin() as session:
        return reindexing.catch_up(session)


def test_hidden_records_and_their_parts_are_shown_once_with_all_their_fields(store):
    part = {"to": {"kind": "ticket", "id": "t1"}, "ticket": "t1", "created_by": USER, "at": ""}
    store.apply(
        page(
            put("ticket", "t1", ticket("东门"), seq=6, schema=TOMORROW),
            put("flow_record", "f1", part, seq=7, schema=TOMORROW),
            put("hologram", "h1", {"x": 1}, seq=8, schema=TOMORROW),
        )
    )
    assert store.ticket("t1") is None
    assert start(store) == 0
    update_program(store)
    assert start(store) > 0
    assert store.ticket("t1")["place"] == "东门"
    assert store.rows("SELECT id FROM view_part WHERE id = 'f1'")
    (body,) = store.rows("SELECT body FROM base WHERE id = 't1'")
    assert msgspec.json.decode(body if isinstance(body, str) else body[0])["field_of_tomorrow"]
    assert start(store) == 0
