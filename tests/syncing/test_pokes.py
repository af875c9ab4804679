"""Pokes: what another laptop sends is here within a second, and nobody depends on it."""

import threading
import time
from random import Random

import pytest

from central.service import fleet
from central.service import people as accounts
from central.store import feed
from gridworker import __version__
from sync.ear import Ear
from sync.http import HttpTransport
from sync.transport import NoConnection
from tests.syncing.real_centre import worker
from tests.syncing.simulator.places import GRIDS

PATIENCE = 20.0


@pytest.fixture
def people(tmp_path, centre):
    people = [worker(tmp_path, who, HttpTransport(centre.url)) for who in ("wg0101", "cr0101")]
    yield people
    for each in people:
        each.laptop.stop()
        each.laptop.transport.close()


def token(someone):
    ((found,),) = someone.laptop.rows("SELECT body ->> '$.token' FROM sync_state")
    return found


class Pokes:
    """Counts pokes and waits for the next."""

    def __init__(self):
        self.heard = threading.Semaphore(0)
        self.may = True

    def next(self):
        return self.heard.acquire(timeout=PATIENCE)

    def none_for(self, seconds):
        return not self.heard.acquire(timeout=seconds)


@pytest.fixture
def pokes():
    return Pokes()


def listening(centre, who, pokes):
    """The ear of somebody's laptop, not started yet."""
    return Ear(
        HttpTransport(centre.url, lifetime=60),
        Random(1),
        token=lambda: token(who),
        may=lambda: pokes.may,
        poked=pokes.heard.release,
    )


@pytest.fixture
def ear(centre, people, pokes):
    ear = listening(centre, people[1], pokes)
    yield ear
    ear.close()


def test_what_another_laptop_sends_is_heard_of_within_a_second(centre, people, pokes, ear):
    sender, reader = people
    ear.start()
    assert pokes.next(), "the first comes at once: something may have changed before"
    assert reader.laptop.engine.round().failure is None
    sender.report_with_photo()
    sender.laptop.engine.round()
    began = time.monotonic()
    assert pokes.next()
    assert time.monotonic() - began < 5, "a second on a machine that does nothing else"
    assert reader.laptop.engine.round().pulled > 0


def test_a_program_that_is_new_enough_to_receive_is_poked(centre, people, pokes, ear):
    fleet.put_min_pull(centre.centre.parts, __version__)
    ear.start()
    assert pokes.next()


def test_another_process_of_the_centre_is_heard_too(centre, people, pokes, ear):
    ear.start()
    assert pokes.next()
    with centre.centre.parts.store.engines.write.begin() as connection:
        connection.exec_driver_sql("UPDATE scope_head SET seq = seq + 1")
    assert pokes.next()


def test_what_changes_right_after_the_first_poke_is_poked_for(centre, people, monkeypatch):
    """A look that takes a while must not count as seen what nobody was told of."""
    pokes, read = Pokes(), feed.heads

    def slowly(*about, **more):
        time.sleep(0.3)
        return read(*about, **more)

    monkeypatch.setattr(feed, "heads", slowly)
    ear = listening(centre, people[1], pokes)
    try:
        ear.start()
        assert pokes.next()
        with centre.centre.parts.store.engines.write.begin() as connection:
            connection.exec_driver_sql("UPDATE scope_head SET seq = seq + 1")
        assert pokes.next()
    finally:
        ear.close()


def test_nobody_is_poked_for_what_they_may_not_see(centre, people, pokes):
    mine = Pokes()
    ear = listening(centre, people[0], mine)
    ear.start()
    assert mine.next()
    with centre.centre.parts.store.engines.write.begin() as connection:
        connection.exec_driver_sql("UPDATE scope_head SET seq = seq + 1 WHERE scope LIKE 'org:%'")
    assert mine.none_for(1.5)
    ear.close()


def test_a_token_that_is_over_gets_the_problem_whole(centre, people):
    transport = HttpTransport(centre.url)
    headers = {"Authorization": "Bearer x", "Sync-Protocol": "1"}
    reply = transport.send("GET", "/v1/sync/events", headers, timeout=10)
    assert reply.status == 401
    assert reply.headers["content-digest"]
    with pytest.raises(NoConnection):
        list(transport.lines("/v1/sync/events", headers))
    transport.close()


def test_who_listens_says_which_protocol_it_speaks(centre, people):
    transport = HttpTransport(centre.url)
    own = {"Authorization": f"Bearer {token(people[1])}"}
    for spoken, status in (({}, 400), ({"Sync-Protocol": "2"}, 426)):
        reply = transport.send("GET", "/v1/sync/events", {**own, **spoken}, timeout=10)
        assert reply.status == status
    transport.close()


def test_the_centre_ends_though_somebody_listens(centre, people, pokes, ear):
    ear.start()
    assert pokes.next()
    began = time.monotonic()
    centre.centre.app.watch.end()
    centre.close()
    assert time.monotonic() - began < 15


def test_the_ear_ends_at_once_while_it_waits(people, pokes, ear):
    ear.start()
    assert pokes.next()
    began = time.monotonic()
    ear.close()
    assert time.monotonic() - began < 5


def test_without_a_network_it_waits_and_comes_back(centre, pokes, ear):
    pokes.may = False
    ear.start()
    assert pokes.none_for(1.5)
    pokes.may = True
    assert pokes.next()


def test_whoever_is_moved_is_poked_for_the_new_place_and_no_more_for_the_old(centre, people):
    mine = Pokes()
    ear = listening(centre, people[0], mine)
    ear.start()
    assert mine.next()
    parts = centre.centre.parts
    old, new = (f"grid:{code}" for code in GRIDS[:2])

    def write_in(scope):
        with parts.store.engines.write.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO scope_head (scope, seq, count, xor, floor)"
                f" VALUES ('{scope}', 1, 0, '', 0)"
                " ON CONFLICT (scope) DO UPDATE SET seq = scope_head.seq + 1"
            )

    write_in(old)
    assert mine.next()
    accounts.move(parts, "wg0101", [new])
    assert mine.next()
    while not mine.none_for(1.5):
        pass
    write_in(old)
    assert mine.none_for(1.5)
    write_in(new)
    assert mine.next()
    ear.close()
