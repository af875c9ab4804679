"""No row is lost to a cursor while others write (sync.md 2), and a page is a checkpoint."""

import threading
from concurrent.futures import ThreadPoolExecutor

from gridworker.wire import row_mark

WRITERS = 6
TURNS = 12


def test_req_026_a_cursor_skips_nothing_while_others_write(enrol):
    reader = enrol("sh0101")
    reader.pull()
    writers = [enrol("wg0101" if n % 2 else "wg0102") for n in range(WRITERS)]
    over = threading.Event()
    checkpoints = []

    def write(laptop):
        ids = []
        for _ in range(TURNS):
            ops = [laptop.patrol(), laptop.report()]
            laptop.push(*ops)
            ids += [op["entity"]["id"] for op in ops]
        return ids

    def read():
        while not over.is_set():
            reader.pull(limit=50)
            verified(reader, checkpoints)

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(read)
        written = [id_ for ids in pool.map(write, writers) for id_ in ids]
        over.set()
        reading.result()
    reader.pull()
    assert set(written) <= set(reader.base)
    assert len(written) == WRITERS * TURNS * 2
    assert verified(reader, checkpoints)


def verified(reader, checkpoints):
    """Compare the base with the centre's digest wherever the cursor is still the newest."""
    answer = reader.ask("POST", "/v1/sync/verify", {"cursors": reader.cursors})
    same = False
    for scope, digest in answer.json["scopes"].items():
        if digest["seq"] != reader.cursors[scope]:
            continue
        rows = [reader.base[id_] for id_, where in reader.member if where == scope]
        xor = 0
        for row in rows:
            xor ^= row_mark(row["kind"], row["id"], row["rev"], row["digest"])
        assert (len(rows), f"{xor:032x}") == (digest["count"], digest["xor"])
        checkpoints.append(scope)
        same = True
    return same


def test_the_same_batch_twice_at_the_same_time_is_decided_once(worker):
    ops = [worker.report() for _ in range(20)]
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _n: worker.push(*ops), range(2))
    assert {r["verdict"] for r in [*first, *second]} == {"applied"}
    assert [r.get("replay", False) for r in first] != [r.get("replay", False) for r in second]
    worker.pull()
    assert len(worker.bodies("ticket")) == 20
    assert len({b["official_no"] for b in worker.bodies("ticket").values()}) == 20


def test_two_laptops_that_act_on_one_ticket_get_one_winner(worker, enrol):
    rivals = [enrol("pq01"), enrol("pq01")]
    for _ in range(5):
        op = worker.report()
        worker.push(op)
        id_ = op["entity"]["id"]
        acts = [
            rivals[0].act(id_, "void", "reported", reason="甲"),
            rivals[1].act(id_, "file", "reported", standard=1),
        ]
        with ThreadPoolExecutor(2) as pool:
            pairs = zip(rivals, acts, strict=True)
            results = list(pool.map(lambda pair: pair[0].push(pair[1])[0], pairs))
        assert sorted(r["verdict"] for r in results) == ["applied", "refused"]
