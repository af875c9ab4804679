"""Enrolment and tokens (interfaces.md 5, sync.md 4.3)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest

from central.store import devices


def test_a_code_becomes_a_device(ground, door, ask_enrolment):
    person = ground.people["wg0101"]
    answer = ask_enrolment(door, person.code)
    assert answer.status == 201
    said = answer.json
    assert said["user"] == {"id": "wg0101", "name": "示例网格员0101", "role": "grid_worker"}
    assert said["scopes"] == ["user:wg0101", "ref", "grid:G0101"]
    assert (len(said["device_code"]), said["device_code"].isalnum()) == (4, True)
    assert (said["region"], said["lease"], said["roles"]) == ("990101", None, ["grid_worker"])
    assert len(urlsafe_b64decode(said["server_key"] + "=")) == 32
    assert said["epoch"] == answer.headers["sync-epoch"]


def test_a_code_may_be_typed_in_any_case_and_without_hyphens(ground, door, ask_enrolment):
    code = ground.people["wg0101"].code
    assert ask_enrolment(door, f" {code.lower().replace('-', '')} ").status == 201


def test_the_same_key_gets_the_same_answer_and_another_key_none(ground, door, ask_enrolment):
    code = ground.people["wg0101"].code
    first = ask_enrolment(door, code, "key-1")
    again = ask_enrolment(door, code, "key-1")
    assert (again.status, again.json) == (201, first.json)
    other = ask_enrolment(door, code, "key-2")
    assert (other.status, other.problem) == (403, "code-used")


def test_wrong_and_late_codes_are_told_apart(door, centre, ask_enrolment):
    wrong = ask_enrolment(door, "AAAA-BBBB-CCCC-DDDD")
    assert (wrong.status, wrong.problem) == (403, "code-invalid")
    late = ask_enrolment(door, centre.enrol_code("wg0101", valid_hours=0))
    assert (late.status, late.problem) == (403, "code-expired")


def test_a_code_is_over_after_its_hours_but_an_answer_may_still_be_repeated(
    door, centre, clock, ask_enrolment
):
    code, used = centre.enrol_code("wg0101", 72), centre.enrol_code("wg0101", 72)
    ask_enrolment(door, used, "k")
    clock.forward(days=4)
    assert ask_enrolment(door, code).problem == "code-expired"
    assert ask_enrolment(door, used, "k").status == 201


def test_a_code_is_used_once_however_many_try_at_once(door, centre, ask_enrolment):
    code = centre.enrol_code("wg0101")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda key: ask_enrolment(door, code, f"k{key}"), range(4)))
    assert sorted(answer.status for answer in answers) == [201, 403, 403, 403]


@pytest.mark.parametrize(
    "change",
    [
        {"pubkey": "short"},
        {"pubkey": "钥匙"},
        {"pubkey": urlsafe_b64encode(b"x" * 31).decode()},
        {"platform": "a\0b"},
        {"former": "a\0b"},
        {"app": "x" * 201},
        {"code": 17},
        {"acked": -1},
        {"acked": 2**53},
    ],
)
def test_a_malformed_enrolment_uses_up_no_code(ground, door, ask_enrolment, change):
    code = ground.people["wg0101"].code
    pubkey = urlsafe_b64encode(b"k" * 32).rstrip(b"=").decode()
    body = {"code": code, "pubkey": pubkey, "platform": "linux", "app": "1", **change}
    answer = door.ask("POST", "/v1/devices", body, headers={"Idempotency-Key": "k"})
    assert (answer.status, answer.problem) == (400, "malformed")
    assert ask_enrolment(door, code).status == 201


PUBKEY = urlsafe_b64encode(b"n" * 32).rstrip(b"=").decode()  # no other device's


def anew(door, code, **more):
    """Enrol as a laptop that was a device already."""
    body = {"code": code, "pubkey": PUBKEY, "platform": "l", "app": "1", **more}
    return door.ask("POST", "/v1/devices", body, headers={"Idempotency-Key": "k"})


def test_who_is_enrolled_anew_begins_where_its_numbers_do_and_relieves_the_former(door, centre):
    former = anew(door, centre.enrol_code("wg0101")).json["device_id"]
    code = centre.enrol_code("wg0101")
    said = anew(door, code, user="wg0101", former=former, acked=7).json
    everyone = centre.parts.store.read(devices.everyone)
    states = {one.id: (one.state, one.acked_seq) for one in everyone}
    assert states[former] == (devices.DRAINING, 0)
    assert states[said["device_id"]] == (devices.ACTIVE, 7)
    assert anew(door, code, user="wg0101", former=former, acked=7).json == said


def test_a_code_relieves_no_device_of_another_person_or_key(door, centre, worker):
    theirs = anew(door, centre.enrol_code("wg0102")).json["device_id"]
    for former in (theirs, worker.device_id, "nobody"):
        assert anew(door, centre.enrol_code("wg0101"), former=former).status == 201
    assert {one.state for one in centre.parts.store.read(devices.everyone)} == {devices.ACTIVE}


def test_a_code_is_for_the_person_that_is_named_and_is_not_used_up(door, centre):
    code = centre.enrol_code("wg0101")
    refused = anew(door, code, user="wg0102")
    assert (refused.status, refused.problem) == (403, "code-invalid")
    assert anew(door, code, user="wg0101").status == 201


def test_demo_accounts_work_only_in_a_demo(ground, open_centre, make_door, enrol, ask_enrolment):
    demo = open_centre()
    worker = enrol("wg0101", make_door(demo))
    demo.close()
    real = make_door(open_centre(demo=False))
    refused = ask_enrolment(real, ground.people["wg0102"].code)
    assert (refused.status, refused.problem) == (403, "code-invalid")
    worker.door = real
    assert worker.send(worker.report()).problem == "device-suspended"
    assert real.ask("GET", "/v1/meta").json["demo"] is False


def rotated(worker):
    """Ask for a fresh token; the worker goes on with the old one."""
    answer = worker.ask("POST", "/v1/devices/self/token")
    assert answer.status == 200
    return answer.json["token"]


def test_an_old_token_is_good_for_ten_minutes_after_the_fresh_one_was_shown(worker, clock):
    old, fresh = worker.token, rotated(worker)
    assert fresh != old
    worker.token = fresh
    assert worker.send(worker.report()).status == 200
    worker.token = old
    clock.forward(minutes=9)
    assert worker.send(worker.report()).status == 200
    clock.forward(minutes=2)
    over = worker.send(worker.report())
    assert (over.status, over.problem) == (401, "token-expired")
    assert over.headers["www-authenticate"] == "Bearer"
    worker.token = fresh
    clock.forward(days=300)
    assert worker.ask("POST", "/v1/sync/pull", {"cursors": {}}).status == 200


def test_a_lost_answer_to_a_rotation_costs_nothing_however_long_it_takes(worker, clock):
    lost = rotated(worker)
    clock.forward(days=40)
    assert worker.send(worker.report()).status == 200
    found = rotated(worker)
    worker.token = found
    assert worker.send(worker.report()).status == 200
    clock.forward(minutes=11)
    worker.token = lost
    assert worker.send().status == 401


@pytest.mark.parametrize("taken", [0, 1])
def test_a_request_for_a_token_that_arrives_twice_locks_nobody_out(worker, clock, taken):
    both = [rotated(worker), rotated(worker)]
    worker.token = both[taken]
    clock.forward(days=1)
    assert worker.send(worker.report()).status == 200
    clock.forward(days=1)
    assert worker.send(worker.report()).status == 200


def test_offers_that_nobody_takes_up_do_not_pile_up(worker, centre):
    for _ in range(40):
        last = rotated(worker)
    count = "SELECT count(*) FROM token"
    assert centre.parts.store.read(lambda tx: tx.row(count)[0]) <= devices.MOST_OFFERED + 1
    worker.token = last
    assert worker.send(worker.report()).status == 200


def test_a_fresh_token_that_only_reads_ends_nothing(worker, clock):
    """A pull writes nothing; the next push, upload or rotation takes the token up."""
    old, worker.token = worker.token, rotated(worker)
    assert worker.ask("POST", "/v1/sync/pull", {"cursors": {}}).status == 200
    clock.forward(days=1)
    worker.token = old
    assert worker.send(worker.report()).status == 200


@pytest.mark.parametrize(
    ("state", "push", "pull"),
    [
        ("active", 200, 200),
        ("suspended", 401, 401),
        ("draining", 200, 403),
        ("wiped", 410, 410),
    ],
)
def test_each_state_of_a_device_lets_in_what_it_should(worker, centre, state, push, pull):
    centre.parts.store.write(lambda tx: devices.set_state(tx, worker.device_id, state))
    assert worker.send(worker.report()).status == push
    assert worker.ask("POST", "/v1/sync/pull", {"cursors": {}}).status == pull


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nonsense", "Basic abc", "Bearer a\tb"])
def test_without_a_token_nothing_is_told(door, header):
    headers = {"Authorization": header} if header else {}
    for path in ("/v1/sync/push", "/v1/sync/pull", "/v1/sync/verify", "/v1/devices/self/token"):
        body = {"ops": [], "cursors": {}}
        answer = door.ask("POST", path, body, headers={**headers, "Sync-Epoch": "00"})
        assert (answer.status, answer.problem) == (401, "token-expired")
        assert "sync-acked-seq" not in answer.headers
    blob = door.ask("GET", f"/v1/blobs/{'0' * 64}", headers=headers)
    assert blob.status == 401


def test_neither_tokens_nor_codes_are_kept(worker, centre, ground):
    found = []
    for table in ("token", "enrol_code", "device", "account", "meta"):
        rows = centre.parts.store.read(lambda tx, name=table: tx.rows(f"SELECT * FROM {name}"))
        found += [str(value) for row in rows for value in row]
    kept = "\n".join(found)
    assert worker.token not in kept
    assert ground.people["wg0102"].code not in kept
    assert ground.people["wg0102"].password not in kept
