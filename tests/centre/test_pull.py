"""Pull: pages, order, moves, resets (sync.md 4.5)."""

from central.service import publish
from central.service.workspace import Workspace
from central.store import entities
from gridworker.domain.world import Put


def test_req_026_a_second_laptop_has_what_the_first_has_sent(worker, enrol):
    ops = [worker.report(), worker.resolve(), worker.patrol()]
    worker.push(*ops)
    mate = enrol("wg0102")
    changes = mate.pull()
    assert {op["entity"]["id"] for op in ops} <= set(mate.base)
    assert mate.pull() == []
    worker.push(worker.patrol())
    assert [change["kind"] for change in mate.pull()] == ["patrol_record"]
    assert all(change["scope"] in mate.scopes for change in changes)


def test_the_first_page_of_a_new_device_is_short_and_its_scopes_come_in_order(worker):
    for _ in range(3):
        worker.push(*(worker.patrol() for _ in range(100)))
    page = worker.page(limit=2000)
    assert len(page["changes"]) == 200
    assert page["more"] is True
    assert page["scopes"] == dict.fromkeys(worker.scopes, "new")
    families = [change["scope"].partition(":")[0] for change in page["changes"]]
    assert families == sorted(families, key=["user", "ref", "grid"].index)
    worker.cursors = page["cursors"]
    second = worker.page(limit=2000)
    assert len(second["changes"]) > 100
    assert (second["more"], set(second["scopes"].values())) == (False, {"active"})


def test_pages_are_bounded_by_rows_and_bytes_and_lose_nothing(worker):
    worker.push(*(worker.patrol(args={"note": "长" * 300}) for _ in range(40)))
    changes = worker.pull(limit=7, max_bytes=3000)
    assert len([c for c in changes if c["kind"] == "patrol_record"]) == 40
    assert len({c["id"] for c in changes}) == len(changes)


def test_a_row_that_is_longer_than_a_page_still_comes(worker):
    worker.push(worker.patrol(args={"note": "长" * 2000}))
    assert len([c for c in worker.pull(max_bytes=1) if c["kind"] == "patrol_record"]) == 1


def test_cursors_never_go_back(worker):
    last = {}
    for _ in range(3):
        worker.push(worker.report())
        worker.pull()
        assert all(worker.cursors[scope] >= seq for scope, seq in last.items())
        last = dict(worker.cursors)


def test_a_record_that_changes_moves_to_the_end_and_comes_once(worker):
    op = worker.report()
    worker.push(op, worker.patrol())
    edit = {"changes": {"note": {"from": "井盖破损", "to": "井盖丢失"}}}
    worker.push(worker.op("ticket.edit@1", edit, id=op["entity"]["id"]))
    tickets = [c for c in worker.pull() if c["kind"] == "ticket"]
    assert [(c["rev"], c["body"]["note"]) for c in tickets] == [(2, "井盖丢失")]


def test_a_ticket_that_leaves_a_unit_is_told_gone(worker, dispatcher, enrol, centre):
    handler = enrol("cz0101")
    handler.pull()
    op = worker.report()
    worker.push(op)
    id_ = op["entity"]["id"]
    dispatcher.push(
        dispatcher.act(id_, "file", "reported", standard=1),
        dispatcher.act(id_, "dispatch", "registered", unit="U01"),
    )
    handler.pull()
    assert id_ in handler.base
    taken_back(centre, id_)
    gone = [c for c in handler.pull() if c["op"] == "gone"]
    assert {(c["kind"], c["why"]) for c in gone} == {("ticket", "moved"), ("flow_record", "moved")}
    assert handler.base.keys().isdisjoint({c["id"] for c in gone})
    fresh = enrol("cz0101")
    assert not [c for c in fresh.pull() if c["op"] == "gone"]


def taken_back(centre, ticket_id):
    """Take a ticket away from its unit, as a later version's actions will."""

    def work(tx):
        (row,) = entities.locked(tx, [ticket_id])
        world = Workspace(centre.parts.reference.current(tx), received="", loaded=[row])
        world.put(Put("ticket", ticket_id, {**row.decoded(), "unit": None}))
        publish.flush(tx, world, centre.parts.clock())

    centre.parts.store.write(work)


def test_a_cursor_below_the_floor_or_beyond_the_end_starts_over(worker, centre):
    worker.push(worker.patrol(), worker.patrol())
    worker.pull()
    reached = dict(worker.cursors)
    floor = "UPDATE scope_head SET floor = seq WHERE scope = ?"
    worker.push(worker.patrol())
    centre.parts.store.write(lambda tx: tx.run(floor, "grid:G0101"))
    page = worker.page()
    assert page["reset"] == ["grid:G0101"]
    assert (page["cursors"]["grid:G0101"], page["more"]) == (0, True)
    worker.pull()
    assert len(worker.bodies("patrol_record")) == 3
    worker.cursors = {**reached, "grid:G0101": 10_000}
    assert worker.page()["reset"] == ["grid:G0101"]


def test_an_empty_pull_is_short(worker):
    worker.pull()
    answer = worker.ask("POST", "/v1/sync/pull", {"cursors": worker.cursors})
    assert answer.json["changes"] == []
    assert len(answer.body) < 300


def test_another_device_in_the_body_is_refused(worker, dispatcher):
    body = {"cursors": {}, "device": dispatcher.device_id}
    answer = worker.ask("POST", "/v1/sync/pull", body)
    assert (answer.status, answer.problem) == (403, "device-mismatch")
    pushed = worker.ask("POST", "/v1/sync/push", {"ops": [], "device": dispatcher.device_id})
    assert (pushed.status, pushed.problem) == (403, "device-mismatch")
    fine = worker.ask("POST", "/v1/sync/pull", {"cursors": {}, "device": worker.device_id})
    assert fine.status == 200
