"""Any history of operations leaves a ticket on a path of the table, and its timeline grows only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridworker.domain.problem import RuleBroken
from gridworker.domain.sampling import settle

PATHS = {
    ("draft", "draft"),  # found, told as the first half of resolving
    ("draft", "reported"),
    ("draft", "onspot_done"),
    ("reported", "registered"),
    ("reported", "voided"),
    ("registered", "dispatched"),
    ("onspot_done", "reported"),
    ("onspot_done", "voided"),
    ("onspot_done", "closed"),
}
ACTORS = ("worker", "mate", "other", "reviewer", "dispatcher", "desk", "handler", "nobody")
STATES = ("reported", "registered", "dispatched", "onspot_done", "voided", None)

acts = st.fixed_dictionaries(
    {
        "verb": st.sampled_from(["file", "void", "dispatch", "hand_up", "fly"]),
        "standard": st.sampled_from([1, 2, 9]),
        "unit": st.sampled_from(["WATER", "C1", "nix"]),
        "reason": st.sampled_from(["不属实", ""]),
        "expect": st.sampled_from(STATES),
    }
)
steps = st.one_of(
    st.tuples(st.just("act"), st.sampled_from(ACTORS), acts),
    st.tuples(st.just("retract"), st.sampled_from(ACTORS), st.none()),
    st.tuples(
        st.just("edit"),
        st.sampled_from(ACTORS),
        st.tuples(st.sampled_from("东西南"), st.sampled_from("东西南")),
    ),
    st.tuples(st.just("evidence"), st.sampled_from(ACTORS), st.sampled_from("cdef")),
    st.tuples(st.just("again"), st.sampled_from(ACTORS), st.integers(0, 20)),
    st.tuples(st.just("settle"), st.just("worker"), st.sampled_from([0, 100])),
)


class Story:
    """One ticket's life, checked after every step; on a laptop unless it was `received`."""

    def __init__(self, kit, *, resolved, item, received=None):
        self.kit = kit
        self.town = kit.town(received=received)
        self.ticket = self.town.new_id()
        verb, args = ("resolve", kit.resolve_args) if resolved else ("report", kit.report_args)
        self.first = self.town.op(f"ticket.{verb}", self.ticket, args(item=item, place="东"))
        self.done = [(self.first, kit.people.worker)]
        self.town.do(self.first, kit.people.worker)
        self.town.bodies["ticket", self.ticket]["of_tomorrow"] = [1]

    def make(self, what, wish):
        town, ticket = self.town, self.ticket
        if what == "retract":
            return town.op("ticket.retract", ticket, {})
        if what == "edit":
            change = {"place": {"from": wish[0], "to": wish[1]}}
            return town.op("ticket.edit", ticket, {"changes": change})
        if what == "evidence":
            args = {
                "to": {"kind": "ticket", "id": ticket},
                "photos": [self.kit.photo("far", wish)],
            }
            return town.op("evidence.add", town.new_id(), args)
        keys = {"file": ["standard"], "dispatch": ["unit"]}.get(wish["verb"], ["reason"])
        args = {"action": wish["verb"], **{key: wish[key] for key in keys}}
        expect = {"state": wish["expect"]} if wish["expect"] else {}
        return town.op("ticket.act", ticket, args, expect=expect)

    def step(self, what, who, wish):
        actor = getattr(self.kit.people, who)
        before = dict(self.town.bodies)
        if what == "settle":
            self.keep_settled(wish)
        else:
            again = what == "again"
            op, actor = (
                self.done[wish % len(self.done)] if again else (self.make(what, wish), actor)
            )
            try:
                outcome = self.town.do(op, actor)
            except RuleBroken:
                assert self.town.bodies == before
                return
            if outcome.noop:
                assert self.town.bodies == before
            else:
                self.done.append((op, actor))
        self.check(before)

    def keep_settled(self, percent):
        for put in settle(self.ticket, self.town, percent=percent, at=self.kit.now).puts:
            self.town.bodies[put.kind, put.id] = put.body

    def check(self, before):
        for (kind, id_), body in before.items():
            if kind in {"flow_record", "evidence"}:
                assert self.town.bodies[kind, id_] == body
        timeline = self.town.timeline(self.ticket)
        assert [step["seq"] for step in timeline] == list(range(1, len(timeline) + 1))
        body = self.town.ticket(self.ticket)
        assert body["flow"] == len(timeline)
        assert body["of_tomorrow"] == [1]
        state = "draft"
        for step in timeline:
            assert step["from_state"] == state
            moves = (state, step["to_state"])
            assert moves in PATHS or step["action"] == "edit"
            assert step["action"] != "edit" or moves[0] == moves[1]
            state = step["to_state"]
        assert body["state"] == state


@settings(max_examples=400)
@given(
    resolved=st.booleans(),
    item=st.sampled_from(["OTS06", "B0101", "S0410", "OLD"]),
    history=st.lists(steps, max_size=12),
)
def test_every_history_is_a_path_of_the_table(kit, resolved, item, history):
    story = Story(kit, resolved=resolved, item=item, received=kit.now)
    story.check({})
    for step in history:
        story.step(*step)


@settings(max_examples=200)
@given(
    history=st.lists(steps.filter(lambda step: step[0] != "settle"), max_size=10),
    resolved=st.booleans(),
)
def test_replaying_a_history_at_the_centre_gives_what_the_laptop_saw(kit, history, resolved):
    laptop = Story(kit, resolved=resolved, item="OTS06")
    for step in history:
        laptop.step(*step)
    centre = kit.town(received=kit.now)
    for number, (op, actor) in enumerate(laptop.done):
        centre.do(op, actor)
        if not number:
            centre.bodies["ticket", laptop.ticket]["of_tomorrow"] = [1]
    assert centre.bodies == laptop.town.bodies


@pytest.mark.parametrize("planted", ["closed", "handled"])
def test_the_check_of_paths_can_fail(kit, planted):
    story = Story(kit, resolved=True, item="OTS06")
    story.town.ticket(story.ticket)["state"] = planted
    with pytest.raises(AssertionError):
        story.check({})
