"""A store that kept what was said and where it stands in one row gives each a place of its own."""

from contextlib import closing

import msgspec
import pytest

from gridworker.storage.engine import connect
from gridworker.storage.migrate import bring_up
from tests.migrations.older import KEY, of_schema

COLUMNS = (
    "seq", "op_id", "type", "kind", "entity_id", "subject_kind", "subject", "json", "at", "state",
    "rev", "verdict_json", "at_risk", "closed_by_user",
)  # fmt: skip


def told(seq, verdict, **more):
    return msgspec.json.encode({"op_id": f"o{seq}", "seq": seq, "verdict": verdict, **more})


def row(seq, state, rev=None, verdict=None, *, kind="ticket", subject="t1", closed=0):
    """An operation as the store keeps it; evidence is about another record than its own."""
    said = (f"o{seq}", f"{kind}.do@1", kind, f"e{seq}" if kind == "evidence" else subject, "ticket")
    text = None if verdict is None else verdict.decode()
    body = f'{{"places":"第{seq}号"}}'
    return (seq, *said, subject, body, "2026-05-13T00:00:00Z", state, rev, text, "E_X", closed)


SENT = [
    row(1, "applied", 3, told(1, "applied", rev=3)),
    row(2, "refused", None, told(2, "refused", code="E_FORBIDDEN"), closed=1),
    row(3, "noop", 3, told(3, "noop", rev=3, replay=True)),
]
WAITING = [
    row(4, "applied", 4, told(4, "applied", rev=4, converted=True)),
    row(5, "applied", 5, told(5, "applied", rev=5), kind="evidence"),
    row(6, "quarantined", None, told(6, "quarantined"), subject="t2"),
    row(7, "queued", subject="t2"),
]
PLAIN = {1, 3, 5}


@pytest.fixture
def brought_up(tmp_path):
    """A store of the third schema with operations in each state, brought up to now."""
    path = of_schema(3, tmp_path)
    with closing(connect(path, KEY)) as store:
        for table, rows in (("outbox", WAITING), ("sent_log", SENT)):
            store.executemany(
                f"INSERT INTO {table} ({', '.join(COLUMNS)}, attempts)"
                f" VALUES ({', '.join('?' * len(COLUMNS))}, 1)",
                rows,
            )
        store.commit()
    bring_up(path, KEY)
    with closing(connect(path, KEY)) as store:
        yield store


@pytest.mark.parametrize(("table", "before"), [("outbox", WAITING), ("sent_log", SENT)])
def test_every_operation_is_where_it_was_with_all_that_is_known_of_it(brought_up, table, before):
    found = brought_up.execute(f"SELECT {', '.join(COLUMNS)} FROM {table} ORDER BY seq").fetchall()
    verdict = COLUMNS.index("verdict_json")
    kept = [[*r[:verdict], None, *r[verdict + 1 :]] if r[0] in PLAIN else [*r] for r in before]
    assert [[*r] for r in found] == kept


def test_what_was_said_lies_once_in_the_order_of_its_numbers(brought_up):
    rows = brought_up.execute("SELECT seq, json FROM operation").fetchall()
    assert rows == [(r[0], r[7]) for r in (*SENT, *WAITING)]
    names = brought_up.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
    assert not {name for (name,) in names if name.startswith(("outbox_", "sent_log_"))}
