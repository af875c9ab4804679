"""A worker's day by the command line: recorded without a network, then all of it at the centre."""

import hashlib
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.timeout(240)
ON_THE_SPOT, REPORTED = "OTS06", "S0101"


class Day(NamedTuple):
    """What a laptop answered when it resolved, reported and patrolled with the centre away."""

    laptop: object
    resolved: dict
    reported: dict
    patrolled: dict

    def mine(self):
        """Return the tickets of this day as the list shows them, by id."""
        ids = {self.resolved["id"], self.reported["id"]}
        return {t["id"]: t for t in self.laptop.do("tickets", "--mine") if t["id"] in ids}

    def ticket(self, number=None):
        return self.laptop.do("ticket", number or self.resolved["id"])


class Synced(NamedTuple):
    """A day that was brought to the centre, and what the laptop said before."""

    day: Day
    status: dict
    words: set
    timeline: list
    result: dict


def record(laptop, centre, photos):
    before, after = photos
    with centre.down():
        resolved = laptop.do(
            "resolve", "--item", ON_THE_SPOT, "--place", "阳光花园3栋东门", "--before", before,
            "--after", after, "--note", "已清理",
        )  # fmt: skip
        reported = laptop.do(
            "report", "--item", REPORTED, "--place", "幸福里5号", "--note", "请来看",
            "--photo", before,
        )  # fmt: skip
        patrolled = laptop.do("patrol", "--place", "阳光花园3栋", "--result", "normal")
    return Day(laptop, resolved, reported, patrolled)


@pytest.fixture(scope="module")
def offline(laptop, centre, photos):
    """A day that stays on its laptop."""
    return record(laptop, centre, photos)


@pytest.fixture(scope="module")
def synced(new_laptop, centre, photos):
    """A day that is brought to the centre by one `sync`."""
    day = record(new_laptop().enrolled(), centre, photos)
    status = day.laptop.do("status")
    words = {ticket["sync"] for ticket in day.mine().values()}
    timeline = day.ticket()["timeline"]
    return Synced(day, status, words, timeline, day.laptop.do("sync"))


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def steps(timeline):
    return [(step["action"], step["waiting"]) for step in timeline]


def test_req_125_saved_at_once_and_uploaded_when_there_is_a_network(synced):
    """The worker sees that it is saved, then that it has arrived, and when."""
    waits = synced.status
    assert (waits["queued_ops"], waits["queued_photos"], waits["acked_seq"]) == (3, 2, 0)
    assert synced.words == {"saved"}
    done = synced.result
    assert (done["pushed"], done["applied"], done["photos_stored"]) == (3, 3, 2)
    assert {ticket["sync"] for ticket in synced.day.mine().values()} == {"delivered"}
    after = synced.day.laptop.do("status")
    assert (after["queued_ops"], after["queued_photos"], after["acked_seq"]) == (0, 0, 3)
    assert after["online"]
    assert after["last_sync"] > waits["last_sync"]


def test_the_centre_holds_exactly_what_was_recorded_once(synced, centre, photos):
    records, operations = centre.state()
    day, device = synced.day, synced.status["device"]
    mine = [line for line in operations if line["device_id"] == device]
    assert [line["verdict"] for line in mine] == ["applied"] * 3
    here, there = day.ticket(), records["ticket", day.resolved["id"]]
    for key in ("local_no", "official_no", "item", "state", "place", "note", "grid"):
        assert here[key] == there[key]
    assert [(p["sha256"], p["role"], p["state"]) for p in there["photos"]] == [
        (sha256(photos[0]), "before", "stored"), (sha256(photos[1]), "after", "stored"),
    ]  # fmt: skip
    for name in map(sha256, photos):
        assert hashlib.sha256((centre.blobs / name).read_bytes()).hexdigest() == name
    assert records["ticket", day.reported["id"]]["state"] == "reported"
    assert records["patrol_record", day.patrolled["id"]]["result"] == "normal"


def test_req_034_the_timeline_tells_what_is_confirmed(synced):
    """Steps that only this laptop knows are marked until the centre has confirmed them."""
    assert steps(synced.timeline) == [("found", True), ("resolve", True)]
    confirmed = synced.day.ticket()
    assert steps(confirmed["timeline"])[:2] == [("found", False), ("resolve", False)]
    assert not any(waiting for _, waiting in steps(confirmed["timeline"]))
    assert confirmed["state"] in {"onspot_done", "closed"}
    assert synced.day.ticket(confirmed["official_no"])["id"] == synced.day.resolved["id"]


def test_req_218_everything_works_without_a_network(offline, centre):
    """With the centre away every command of the laptop answers, and only `sync` says so."""
    laptop, resolved, reported = offline.laptop, offline.resolved["id"], offline.reported["id"]
    with centre.down():
        assert set(offline.mine()) == {resolved, reported}
        assert {t["id"] for t in laptop.do("tickets", "--search", "堆物 东门")} >= {resolved}
        assert resolved in {t["id"] for t in laptop.do("tickets", "--search", "dw")}
        assert reported in {t["id"] for t in laptop.do("tickets", "--search", "xfl 5")}
        assert offline.ticket(offline.resolved["local_no"])["place"] == "阳光花园3栋东门"
        codes = {item["code"] for item in laptop.do("catalogue", "--search", "ldd")}
        assert ON_THE_SPOT in codes
        assert laptop.do("attention") == []
        code, said, sentence = laptop.run("sync")
        assert (code, said["code"]) == (3, "no_connection")
        assert said["sentence"] in sentence
        assert laptop.do("status")["queued_ops"] >= 3


def test_req_062_one_command_finds_and_finishes(offline, photos):
    """One command, one transaction: item, place, both photos, found and done."""
    ticket = offline.ticket()
    assert (ticket["state"], ticket["item"]) == ("onspot_done", ON_THE_SPOT)
    assert [photo["role"] for photo in ticket["photos"]] == ["before", "after"]
    again = offline.laptop.do(
        "resolve", "--item", ON_THE_SPOT, "--place", "阳光花园 3 栋东门", "--before", photos[0],
        "--after", photos[1],
    )  # fmt: skip
    assert again["similar"] == [offline.resolved["id"]]


def test_req_064_times_come_from_what_is_done(offline):
    """Nobody types a time: when it was found, finished and recorded follows from the act."""
    ticket = offline.ticket()
    assert ticket["found_at"] < ticket["done_at"]
    assert [step["at"] for step in ticket["timeline"]] == [ticket["found_at"], ticket["done_at"]]
    assert all(moment.endswith("Z") for moment in (ticket["found_at"], ticket["done_at"]))
