"""The second lock: what PostgreSQL itself keeps from a request that forgets its filter (T10)."""

import pytest
from sqlalchemy.exc import DBAPIError

from central.build import Centre
from central.migrations import m0003_row_security
from central.store import feed, locks

GRID, OTHER_GRID = "G0101", "G0102"
pytestmark = pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
FORGETFUL = {
    "entity": "SELECT id FROM entity",
    "feed": "SELECT entity FROM feed",
    "op_log": "SELECT op_id FROM op_log",
    "blob_ref": "SELECT sha256 FROM blob_ref",
}
SHA = "ab" * 32
PHOTO = {"sha256": SHA, "bytes": 5, "mime": "image/jpeg", "role": "near", "source": "file"}


@pytest.fixture
def here(worker):
    """A ticket with a photo in the worker's grid."""
    report = worker.report(args={"photos": [PHOTO]})
    assert worker.push(report)[0]["verdict"] == "applied"
    return report["entity"]["id"]


@pytest.fixture
def there(enrol):
    """The same in another grid."""
    other = enrol("wg0103")
    report = other.report(OTHER_GRID, args={"photos": [PHOTO]})
    assert other.push(report)[0]["verdict"] == "applied"
    return report["entity"]["id"]


def rows(centre, sql, *scopes):
    def work(tx):
        if scopes:
            tx.show(scopes)
        return [row[0] for row in tx.rows(sql)]

    return centre.parts.store.read(work)


@pytest.mark.parametrize("table", FORGETFUL)
def test_who_names_no_scope_sees_nothing(centre, here, there, table):
    everything = centre.parts.store.survey(lambda tx: tx.rows(FORGETFUL[table]))
    assert len(everything) >= 2
    assert rows(centre, FORGETFUL[table]) == []


def test_a_query_without_a_filter_sees_no_foreign_rows(centre, here, there):
    scope = f"grid:{GRID}"
    seen = set(rows(centre, FORGETFUL["entity"], scope))
    assert here in seen
    assert there not in seen
    head = centre.parts.store.read(lambda tx: feed.heads(tx, [scope]))[scope]
    assert len(seen) == head.count
    assert set(rows(centre, "SELECT DISTINCT scope FROM feed", scope)) == {head.id}
    names = "SELECT entity_id FROM blob_ref"
    assert rows(centre, names, scope) == [here]
    assert set(rows(centre, names, scope, f"grid:{OTHER_GRID}")) == {here, there}
    assert rows(centre, FORGETFUL["op_log"], scope) == []


def test_what_left_a_scope_is_there_by_name_only(centre, here, clock):
    scope = f"grid:{GRID}"
    store = centre.parts.store
    news = feed.News()
    news.add(feed.Told(frozenset({scope}), feed.GONE, -1, "moved"), here, 0)
    store.write(lambda tx: feed.publish(tx, news))
    assert here not in rows(centre, FORGETFUL["entity"], scope)

    def page(tx):
        tx.show([scope])
        head = feed.heads(tx, [scope])[scope]
        return feed.page(tx, head, after=head.seq - 1, limit=9)

    (gone,) = store.read(page)
    assert (gone[1], gone[2], gone[3], gone[4], bytes(gone[7])) == (
        "gone",
        "moved",
        "ticket",
        here,
        b"",
    )


def test_one_request_does_not_see_with_the_eyes_of_the_one_before(centre, here):
    """Connections are used again; what a transaction may see ends with it."""
    for _ in range(20):
        assert here in rows(centre, FORGETFUL["entity"], f"grid:{GRID}")
        assert centre.parts.store.survey(lambda tx: tx.rows(FORGETFUL["entity"]))
        assert rows(centre, FORGETFUL["entity"]) == []


@pytest.mark.parametrize("table", FORGETFUL)
def test_a_reader_writes_nothing_even_where_it_sees(centre, here, table):
    def work(tx):
        tx.run("SET TRANSACTION READ WRITE")
        tx.show([f"grid:{GRID}"])
        return tx.run(f"DELETE FROM {table}")

    assert centre.parts.store.read(work) == 0


def test_the_role_that_serves_can_do_away_with_no_lock(centre):
    for statement in (
        "ALTER TABLE entity DISABLE ROW LEVEL SECURITY",
        "DROP POLICY shown ON entity",
        "SET ROLE gridworker_owner",
        "CREATE TABLE own (x int)",
    ):
        with pytest.raises(DBAPIError):
            centre.parts.store.write(lambda tx, sql=statement: tx.run(sql))


def test_every_locked_table_is_locked_and_the_others_hold_no_record(centre):
    found = centre.parts.store.read(
        lambda tx: tx.rows("SELECT relname FROM pg_class WHERE relrowsecurity ORDER BY relname")
    )
    assert [row[0] for row in found] == sorted(m0003_row_security.POLICIES)


def test_a_role_that_passes_the_lock_is_warned_of(request, ground, centre, caplog):
    pristine = request.getfixturevalue("pristine")
    assert centre.parts.store.read(locks.hold)
    assert "row security" not in caplog.text
    Centre.open(pristine.owner, ground.blobs, demo=True).close()
    assert "row security does not hold" in caplog.text
