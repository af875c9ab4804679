"""The wire itself: compression, digests, problems, odd requests (sync.md 4.2, 4.13)."""

import gzip
import json
import random
import zlib

import pytest

from gridworker import encodings
from gridworker.encodings import zstd
from gridworker.wire import content_digest

LONG = b'{"ops":[' + b" " * 60_000_000 + b"]}"
BOMBS = {"gzip": gzip.compress(LONG), "zstd": zstd.compress(LONG)}
FRAME = zstd.compress(b'{"ops":[]}')


@pytest.mark.parametrize(
    ("accepts", "encoding"), [("gzip", "gzip"), ("zstd", "zstd"), ("gzip, zstd", "zstd")]
)
def test_answers_are_compressed_when_asked_for_and_worth_it(worker, accepts, encoding):
    worker.push(*(worker.patrol() for _ in range(20)))
    plain = worker.ask("POST", "/v1/sync/pull", {"cursors": {}})
    packed = worker.ask("POST", "/v1/sync/pull", {"cursors": {}}, **{"Accept-Encoding": accepts})
    assert packed.headers["content-encoding"] == encoding
    assert packed.json == plain.json
    assert len(packed.body) < len(plain.body) / 4
    refused = worker.ask(
        "POST", "/v1/sync/pull", {"cursors": {}}, **{"Accept-Encoding": "gzip;q=0, br"}
    )
    assert "content-encoding" not in refused.headers
    short = worker.ask("POST", "/v1/sync/push", {"ops": []}, **{"Accept-Encoding": "gzip"})
    assert "content-encoding" not in short.headers


@pytest.mark.parametrize("encoding", encodings.PREFERRED)
def test_a_request_may_be_compressed(worker, encoding):
    body = encodings.compress(encoding, json.dumps({"ops": [worker.report()]}).encode())
    answer = worker.ask("POST", "/v1/sync/push", body, **{"Content-Encoding": encoding})
    assert answer.json["results"][0]["verdict"] == "applied"


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_is_refused_while_it_is_inflated(worker, encoding):
    assert len(BOMBS[encoding]) < 100_000
    answer = worker.ask("POST", "/v1/sync/push", BOMBS[encoding], **{"Content-Encoding": encoding})
    assert (answer.status, answer.problem) == (413, "too-large")


def test_a_body_that_is_too_long_is_refused(worker):
    answer = worker.ask("POST", "/v1/sync/push", b" " * (4 * 1024 * 1024 + 1))
    assert (answer.status, answer.problem) == (413, "too-large")


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", b"not gzip", 400),
        ("gzip", gzip.compress(b'{"ops":[]}', mtime=0)[:-4], 400),
        ("gzip", gzip.compress(b'{"ops":[]}', mtime=0) + b"more", 400),
        ("gzip", zlib.compress(b'{"ops":[]}'), 400),
        ("zstd", b"not zstd", 400),
        ("zstd", FRAME[:-2], 400),
        ("zstd", FRAME + b"more", 400),
        ("zstd", FRAME, 200),
        ("br", b"x", 415),
        ("gzip, gzip", b"x", 415),
        ("identity", b'{"ops":[]}', 200),
    ],
    ids=[
        "not gzip",
        "cut",
        "more",
        "zlib",
        "not zstd",
        "cut zstd",
        "more zstd",
        "zstd",
        "unknown",
        "twice",
        "plain",
    ],
)
def test_each_encoding_gets_its_answer(worker, encoding, body, status):
    answer = worker.ask("POST", "/v1/sync/push", body, **{"Content-Encoding": encoding})
    assert answer.status == status


def test_a_digest_is_checked_when_there_is_one(worker):
    body = b'{"ops":[]}'
    right = worker.ask("POST", "/v1/sync/push", body, **{"Content-Digest": content_digest(body)})
    assert right.status == 200
    wrong = worker.ask("POST", "/v1/sync/push", body, **{"Content-Digest": content_digest(b"x")})
    assert (wrong.status, wrong.problem) == (400, "malformed")


def test_a_problem_names_the_request(door):
    answer = door.ask("POST", "/v1/sync/push", {}, headers={"Sync-Request-Id": "r-1"})
    assert answer.json["instance"] == "r-1"
    assert answer.json["status"] == answer.status == 400


@pytest.mark.parametrize(
    ("method", "path", "status", "problem"),
    [
        ("GET", "/", 404, "not-found"),
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/v1/sync/push", 405, "method-not-allowed"),
        ("PUT", "/v1/devices", 405, "method-not-allowed"),
        ("DELETE", "/v1/meta", 405, "method-not-allowed"),
        ("PROPFIND", "/v1/meta", 405, "method-not-allowed"),
        ("POST", "/v1/blobs/x/y", 404, "not-found"),
    ],
)
def test_odd_doors_are_problems_too(door, method, path, status, problem):
    answer = door.ask(method, path)
    assert (answer.status, answer.problem) == (status, problem)
    if status == 405:
        assert answer.headers["allow"]


def test_a_number_that_no_device_can_have_reached_is_no_failure(worker):
    for digits in (16, 5000):
        answer = worker.ask(
            "POST", "/v1/sync/pull", {"cursors": {}}, **{"Sync-Acked-Seq": "9" * digits}
        )
        assert answer.status == 200
    for acked in (-1, 2**53, 10**30):
        answer = worker.ask("POST", "/v1/devices/self/again", {"acked": acked})
        assert (answer.status, answer.problem) == (400, "malformed")
    assert worker.ask("POST", "/v1/devices/self/again", {"acked": 2**53 - 1}).status == 201


def test_another_protocol_is_told_so(worker):
    none = worker.door.ask("POST", "/v1/sync/pull", {}, headers={"Sync-Protocol": ""})
    assert (none.status, none.problem) == (426, "client-too-old")


MALFORMED = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b"\xff\xfe",
    b'{"ops":null}',
    b'{"ops":[1]}',
    b'{"ops":[{}]}',
    b'{"ops":[{"op_id":"x","seq":1}]}',
    b'{"ops":[{"op_id":"0199c82c-0000-7000-8000-000000000000","seq":"1"}]}',
    b'{"ops":[{"op_id":"0199c82c-0000-7000-8000-000000000000","seq":0}]}',
    b'{"ops":[{"op_id":"0199c82c-0000-7000-8000-000000000000","seq":true}]}',
    b'{"ops":[{"op_id":"0199c82c-0000-7000-8000-00000000000\\u0000","seq":1}]}',
    b'{"ops":[{"op_id":"0199c82c-0000-7000-8000-000000000000","seq":1e99}]}',
    b'{"ops":' + b"[" * 100_000 + b"}",
    b'{"ops":[{"op_id":"\\ud800","seq":1}]}',
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_push_is_400_and_decides_nothing(worker, body):
    answer = worker.ask("POST", "/v1/sync/push", body)
    assert (answer.status, answer.problem) == (400, "malformed")
    assert worker.push(worker.report())[0]["verdict"] == "applied"


def test_numbers_of_any_size_and_odd_texts_never_make_the_centre_fail(worker):
    odd = [
        {"note": 10**30},
        {"note": "\0"},
        {"place": "\0", "note": "\0" * 5},
        {"grid": "\0"},
        {"item": "'; DROP TABLE entity; --"},
        {"photos": [{"sha256": "\0"}]},
        {"photos": {"sha256": "a"}},
        {"found_at": "9999-99-99T99:99:99Z"},
        {"found_at": "0001-01-01T00:00:00+23:59"},
        {"person": {"name": "\0", "phone": []}},
        {"to": {"kind": "ticket", "id": "\0"}},
    ]
    for change in odd:
        for op in (worker.report(args=change), worker.resolve(args=change)):
            answer = worker.send({**op, "seq": 1})
            assert answer.status in {200, 400}, answer.body
            worker.door.centre.parts.store.write(
                lambda tx: tx.run("UPDATE device SET acked_seq = 0")
            )
            worker.door.centre.parts.store.write(lambda tx: tx.run("DELETE FROM op_log"))
    worker.pull()


def mutate(random, value):
    """Return a value with one thing in it replaced by something else."""
    junk = [None, True, -1, 1.5, 10**20, "", "\0", "x" * 300, [], {}, [[]], {"a": {"b": []}}]
    if isinstance(value, dict) and value and random.random() < 0.8:
        key = random.choice(sorted(value))
        return {**value, key: mutate(random, value[key])}
    if isinstance(value, list) and value and random.random() < 0.8:
        place = random.randrange(len(value))
        return [*value[:place], mutate(random, value[place]), *value[place + 1 :]]
    return random.choice(junk)


@pytest.mark.parametrize("seed", range(3))
def test_mutated_requests_never_make_the_centre_fail(worker, seed):
    chance = random.Random(seed)
    photo = {"sha256": "ab" * 32, "bytes": 1, "mime": "image/jpeg", "role": "other"}
    photo["source"] = "file"
    for _ in range(40):
        ops = [worker.report(args={"photos": [photo]}), worker.patrol()]
        seqs = [op["seq"] for op in ops]
        answer = worker.ask("POST", "/v1/sync/push", mutate(chance, {"ops": ops}))
        assert answer.status < 500, answer.body
        if answer.status != 200 or len(answer.json["results"]) < 2:
            repaired = [{**worker.patrol(), "seq": seq} for seq in seqs]
            worker.seq = iter(range(seqs[1] + 1, 10**9))
            answer = worker.send(*repaired)
            if answer.status == 409:
                worker.seq = iter(range(answer.json.get("expected", seqs[1]), 10**9))
        pulled = worker.ask("POST", "/v1/sync/pull", mutate(chance, {"cursors": {"ref": 1}}))
        assert pulled.status < 500, pulled.body
    worker.pull()


def test_the_open_api_page_names_every_route(door):
    page = door.ask("GET", "/schema/openapi.json")
    assert page.status == 200
    paths = page.json["paths"]
    assert set(paths) >= {
        "/v1/meta",
        "/v1/devices",
        "/v1/devices/self/token",
        "/v1/sync/push",
        "/v1/sync/pull",
        "/v1/sync/verify",
        "/v1/blobs",
        "/v1/blobs/{blob_id}",
    }
    assert set(paths["/v1/blobs/{blob_id}"]) >= {"head", "patch", "delete", "get"}
    schemas = page.json["components"]["schemas"]
    assert {"PushRequest", "PushResult", "PullResponse", "EnrolResponse"} <= set(schemas)


def test_health_readiness_and_counters(door, worker):
    worker.push(worker.report())
    assert door.ask("GET", "/healthz").json == {"status": "ok"}
    assert door.ask("GET", "/readyz").json == {"status": "ready"}
    counters = door.ask("GET", "/metrics")
    assert counters.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = counters.body.decode()
    assert 'gridworker_operations_total{verdict="applied"} 1\n' in text
    assert 'gridworker_requests_total{route="/v1/sync/push",status="200"} 1\n' in text
    for line in text.splitlines():
        assert line.startswith("# ") or line.rpartition(" ")[2].replace(".", "", 1).isdigit()


def test_meta_says_what_is_spoken(door):
    answer = door.ask("GET", "/v1/meta", headers={"Sync-Protocol": "7"})
    said = answer.json
    assert said["protocol"] == {"min": 1, "max": 1}
    assert said["op_types"]["ticket.report"] == [1]
    assert "late_evidence" in said["schemas"]
    assert said["encodings"] == ["zstd", "gzip"]
    assert (said["region"], said["demo"]) == ("990101", True)
    assert answer.headers["sync-server-time"] == str(said["server_time"])


def test_head_has_no_body(door):
    answer = door.ask("HEAD", "/healthz")
    assert answer.body == b""
