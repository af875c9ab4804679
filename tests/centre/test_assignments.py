"""People who move, how much a laptop may be given, and what is forgotten of the past (4.5, 4.8)."""

import json

import pytest

from central.main import main
from central.service import people, pruning, publish
from central.service.workspace import Workspace
from central.store import entities, feed
from gridworker.domain.world import Put

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def run(ground, capfdbinary):
    """Run a command of the operator; return exit code, stdout, stderr."""

    def run_(*arguments):
        capfdbinary.readouterr()
        code = main([*arguments, "--database", ground.url])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return run_


@pytest.fixture
def move_ticket(centre):
    """Put a ticket into another grid, as a correction at the centre does."""

    def move(ticket, grid):
        def work(tx):
            (row,) = entities.locked(tx, [ticket])
            world = Workspace(centre.parts.reference.current(tx), received="", loaded=[row])
            world.put(Put("ticket", ticket, {**row.decoded(), "grid": grid}))
            publish.flush(tx, world, centre.parts.clock())

        centre.parts.store.write(work)

    return move


@pytest.fixture
def months(centre, clock):
    """Let months pass, the operator's timer running once a week."""

    def pass_(count):
        pruned = 0
        for _ in range(count * 4):
            clock.now += 7 * DAY_MS
            pruned += pruning.prune(centre.parts)
        return pruned

    return pass_


def test_a_worker_who_moves_receives_the_new_grid_and_loses_the_old(run, worker, enrol):
    other = enrol("wg0103")
    theirs, ours = other.report(grid="G0102"), worker.report()
    other.push(theirs)
    worker.push(ours)
    worker.pull()
    assert run("user", "move", "wg0101", "--scope", "grid:G0102")[0] == 0
    worker.pull()
    tickets = worker.bodies("ticket")
    assert theirs["entity"]["id"] in tickets
    assert ours["entity"]["id"] not in tickets
    assert worker.push(worker.report(grid="G0102"))[0]["verdict"] == "applied"
    (late,) = worker.push(worker.op("ticket.retract@1", {}, id=ours["entity"]["id"]))
    assert (late["verdict"], late["code"]) == ("refused", "E_NOT_IN_SCOPE")
    assert run("user", "move", "wg0101", "--scope", "grid:NOWHERE")[0] == 2
    assert run("user", "move", "nobody", "--scope", "grid:G0102")[0] == 2


def test_nobody_is_assigned_more_than_a_device_may_hold(run, worker, enrol, centre):
    other = enrol("wg0103")
    other.push(*(other.report(grid="G0102") for _ in range(5)))
    worker.pull()
    here = len(worker.base)
    assert run("max-entities", str(here + 2))[0] == 0
    code, _, said = run("user", "move", "wg0101", "--scope", "grid:G0101", "--scope", "grid:G0102")
    assert code == 2
    assert "wg0101" in said
    assert "max-entities" in said
    assert worker.push(worker.report())[0]["verdict"] == "applied"
    people.disable(centre.parts, "wg0103")
    assert run("max-entities", "50000")[0] == 0
    move = ("user", "move", "wg0101", "--scope", "grid:G0101", "--scope", "grid:G0102")
    assert run(*move)[0] == 0
    assert run("max-entities", "0")[0] == 2


def test_records_that_two_scopes_show_count_once(worker, centre):
    worker.push(*(worker.report() for _ in range(3)))

    def held(*scopes):
        return centre.parts.store.survey(lambda tx: feed.held(tx, scopes))

    assert held("grid:G0101") > 0
    assert held("grid:G0101", "org:C01") == held("org:C01") == held("grid:G0101")


def test_what_went_is_forgotten_after_half_a_year_and_who_was_away_starts_over(
    worker, enrol, move_ticket, months
):
    away = enrol("wg0101")
    kept, leaves = worker.report(), worker.report()
    worker.push(kept, leaves)
    worker.pull()
    away.pull()
    move_ticket(leaves["entity"]["id"], "G0102")
    worker.pull()
    assert leaves["entity"]["id"] not in worker.base
    assert months(5) == 0
    assert worker.page()["reset"] == []
    assert months(3) > 0
    assert months(1) == 0
    assert worker.page()["reset"] == []
    assert away.page()["reset"] == ["grid:G0101"]
    away.pull()
    assert away.base.keys() == worker.base.keys()
    assert kept["entity"]["id"] in away.base
    late = worker.report()
    worker.push(late)
    away.pull()
    assert late["entity"]["id"] in away.base


def test_whoever_begins_after_that_reads_to_the_end_however_short_the_pages_are(
    worker, enrol, move_ticket, months
):
    worker.push(*(worker.patrol() for _ in range(30)))
    leaves = worker.report()
    worker.push(leaves)
    move_ticket(leaves["entity"]["id"], "G0102")
    assert months(8) > 0
    fresh, pages = enrol("wg0101"), []
    while not pages or pages[-1]["more"]:
        pages.append(fresh.page(limit=7, anew=fresh.scopes))
        assert pages[-1]["reset"] == []
        fresh.cursors = pages[-1]["cursors"]
    came = [change["id"] for page in pages for change in page["changes"]]
    worker.pull()
    assert set(came) == worker.base.keys()
    assert len(came) == len(worker.base)


def test_the_command_says_how_much_was_forgotten(run):
    code, out, _ = run("prune")
    assert (code, json.loads(out)) == (0, {"pruned": 0})
