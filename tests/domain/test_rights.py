"""The table of rights (domain.md 8), row by row and role by role, as far as this version acts."""

import pytest

from gridworker.domain.lifecycle import ACTIONS
from gridworker.domain.organisation import CREATORS, Role, may_create
from gridworker.domain.problem import Code, RuleBroken

FIELD = {Role.GRID_WORKER, Role.COMMUNITY_REVIEWER}
CASE = {Role.DISPATCHER, Role.COMMUNITY_REVIEWER}
REGISTER = FIELD | {Role.FRONT_DESK, Role.ASSIST_WORKER, Role.DISPATCHER, Role.MEDIATOR}
TABLE = {
    "ticket.resolve": FIELD,
    "patrol_record.create": FIELD,
    "ticket.report": REGISTER,
    "file": CASE,
    "void": CASE,
    "dispatch": CASE,
    "hand_up": FIELD,
}
EVERYWHERE = {"grids": ["G1"], "orgs": ["D"], "units": ["WATER"]}


def test_the_table_names_every_right_there_is():
    assert set(TABLE) == set(CREATORS) | set(ACTIONS)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", TABLE)
def test_req_029_the_whole_table_of_rights(town, people, kit, right, role):
    actor = kit.person("x", role, **EVERYWHERE)
    if role in TABLE[right]:
        attempt(town, people, kit, right, actor)
    else:
        with pytest.raises(RuleBroken) as caught:
            attempt(town, people, kit, right, actor)
        assert caught.value.code is Code.FORBIDDEN


def attempt(town, people, kit, right, actor):
    if right in CREATORS:
        assert may_create(actor, right) == (set(actor.roles) <= TABLE[right])
        args = {
            "ticket.resolve": kit.resolve_args(),
            "ticket.report": kit.report_args(),
            "patrol_record.create": {
                "place": "天台",
                "result": "normal",
                "grid": "G1",
                "at": "2026-03-02T09:00:00+08:00",
            },
        }[right]
        town.do(town.op(right, "new", args), actor)
        return
    if right == "hand_up":
        town.act(town.resolved(people.worker), actor, right, reason="x")
        return
    ticket = town.reported(people.worker, item="S0410")
    if right == "dispatch":
        town.act(ticket, people.dispatcher, "file", standard=1)
    args = {"file": {"standard": 1}, "void": {"reason": "x"}, "dispatch": {"unit": "WATER"}}
    town.act(ticket, actor, right, **args[right])
