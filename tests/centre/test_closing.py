"""What the centre adds: numbers, samples, closing (T23, domain.md 6.2)."""

from concurrent.futures import ThreadPoolExecutor

from gridworker.domain.sampling import is_sampled
from gridworker.domain.times import local_day


def test_req_062_work_done_on_the_spot_is_closed_or_drawn_for_a_recheck(worker):
    ops = [worker.resolve() for _ in range(200)]
    assert {r["rev"] for r in worker.push(*ops)} == {1}
    worker.pull()
    tickets = worker.bodies("ticket")
    drawn = {id_ for id_, body in tickets.items() if body["state"] == "onspot_done"}
    assert drawn == {id_ for id_ in tickets if is_sampled(id_, 10)}
    assert 5 <= len(drawn) <= 40
    assert all(tickets[id_]["sample_recheck"] == "due" for id_ in drawn)
    assert {worker.base[id_]["rev"] for id_ in tickets} == {2}
    closed = tickets.keys() - drawn
    flows = [f for f in worker.bodies("flow_record").values() if f["action"] == "close"]
    assert {f["ticket"] for f in flows} == closed
    assert {(f["actor"], f["from_state"], f["to_state"]) for f in flows} == {
        ("system", "onspot_done", "closed")
    }


def test_work_taken_back_in_the_same_push_is_not_closed(worker):
    done = worker.resolve()
    id_ = done["entity"]["id"]
    results = worker.push(done, worker.op("ticket.retract@1", {}, id=id_, after=[done["op_id"]]))
    assert [r["verdict"] for r in results] == ["applied", "applied"]
    worker.pull()
    body = worker.bodies("ticket")[id_]
    assert (body["state"], body["void_reason"]) == ("voided", "retracted")
    assert body["official_no"]


def test_work_that_is_closed_cannot_be_taken_back(worker):
    ops = [worker.resolve() for _ in range(20)]
    worker.push(*ops)
    worker.pull()
    closed = next(i for i, b in worker.bodies("ticket").items() if b["state"] == "closed")
    (result,) = worker.push(worker.op("ticket.retract@1", {}, id=closed))
    assert (result["verdict"], result["code"]) == ("refused", "E_STALE_STATE")


def test_official_numbers_count_the_day_of_receipt(worker, clock):
    worker.push(worker.report(), worker.resolve(), worker.patrol())
    clock.forward(days=1)
    worker.push(worker.report())
    worker.pull()
    numbers = sorted(b["official_no"] for b in worker.bodies("ticket").values())
    assert numbers == ["20260512000001", "20260512000002", "20260513000001"]
    assert local_day("2026-05-12T10:00:00Z") == "20260512"


def test_official_numbers_are_unique_and_without_gaps_when_many_push_at_once(enrol):
    laptops = [enrol(user) for user in ("wg0101", "wg0102", "wg0103", "wg0101")]
    grids = {"wg0103": "G0102"}

    def work(laptop):
        for _ in range(10):
            grid = grids.get(laptop.user, "G0101")
            assert laptop.push(laptop.report(grid), laptop.resolve(grid))[0]["verdict"] == "applied"

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, laptops))
    numbers = set()
    for laptop in laptops:
        laptop.pull()
        numbers |= {b["official_no"] for b in laptop.bodies("ticket").values()}
    assert numbers == {f"20260512{count:06d}" for count in range(1, 81)}
