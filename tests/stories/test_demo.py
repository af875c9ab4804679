"""What `make run` prepares: a laptop whose day has begun, and one thing the centre did not take."""

import json

import pytest

from gridworker.domain.times import parse_time
from tests.stories.command_line.laptops import NO_KEYRING, ROOT


@pytest.fixture
def demo(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "deploy")
    for name, value in NO_KEYRING.items():
        monkeypatch.setenv(name, value)
    from demo_district import Demo  # noqa: PLC0415  (found by the path set above)

    made = Demo(tmp_path)
    yield made
    made.stop_centre()


@pytest.mark.timeout(180)
def test_the_first_day_is_not_empty_and_one_thing_came_back(demo):
    worker, colleague, *_ = (p for p in demo.people() if p["role"] == "grid_worker")
    demo.start_centre()
    demo.enrol(worker)
    demo.bounce(worker, colleague["user"])
    demo.bounce(worker, colleague["user"])  # a second start of the demo adds nothing

    (card,) = json.loads(demo.ask(demo.laptop, worker["password"], "attention"))
    assert (card["did"], card["code"]) == ("hand_up", "E_STALE_STATE")
    assert card["now"]["by"] == colleague["user"]
    tickets = json.loads(demo.ask(demo.laptop, worker["password"], "tickets", "--mine"))
    due = sorted(parse_time(t["due"]) for t in tickets if t["due"] and t["state"] != "closed")
    assert len(due) >= 4
    assert {t["id"] for t in tickets if t["sync"] != "delivered"} == {card["id"]}
