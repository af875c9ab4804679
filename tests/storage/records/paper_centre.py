"""A centre on paper: the same rules over plain dictionaries, to hold the laptop's store against."""

import copy

import msgspec

from gridworker.domain.apply import apply
from gridworker.domain.calendar import Calendar
from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor, Grid, Org, Role
from gridworker.domain.problem import RuleBroken
from gridworker.wire import Change, PullResponse, PushResult, digest
from tests.storage.records.small_district import GRID, SCOPES, USER, reference

ACTOR = Actor(USER, "王示例", (Role.GRID_WORKER,), grids=frozenset({GRID}), device_code="0A1B")


class PaperWorld:
    """The world of the rules over a dictionary of bodies."""

    calendar = Calendar()
    at_centre = True
    received = None

    def __init__(self, bodies):
        self.bodies = bodies

    def body(self, kind, id_):
        return self.bodies.get((kind, id_))

    def item(self, code):
        return msgspec.convert(reference()["catalogue_item", "i1"], CatalogueItem)

    def grid(self, code):
        return msgspec.convert(reference()["grid", "g1"], Grid)

    def org(self, code):
        return msgspec.convert(reference()["org", "o1"], Org)


def folded(bodies, operations):
    """Return (bodies, refused op ids) after operations, each refused one left out."""
    now, refused = dict(bodies), set()
    for op in operations:
        try:
            outcome = apply(op, ACTOR, PaperWorld(now))
        except RuleBroken:
            refused.add(op.op_id)
        else:
            now.update({(p.kind, p.id): plain(p.body) for p in outcome.puts})
    return now, refused


def plain(body):
    """Return a body as it comes back from JSON."""
    return msgspec.json.decode(msgspec.json.encode(body))


class PaperCentre:
    """Decides operations once, and feeds what changed in the order in which it did."""

    def __init__(self):
        self.bodies, self.revs, self.feed, self.verdicts = {}, {}, {}, {}
        self.seq = self.acked = 0

    def decide(self, sent):
        """Return one verdict for each encoded operation, the old one for a known id."""
        return [self._decide(msgspec.json.decode(one)) for one in sent]

    def _decide(self, raw):
        op = msgspec.convert(raw, Operation)
        if op.op_id not in self.verdicts:
            assert raw["seq"] == self.acked + 1, "a gap"
            self.acked = raw["seq"]
            self.verdicts[op.op_id] = self._judge(op, raw["seq"])
        return self.verdicts[op.op_id]

    def _judge(self, op, seq):
        if op.args.get("note") == "核查":
            return PushResult(op.op_id, seq, "quarantined")
        try:
            outcome = apply(op, ACTOR, PaperWorld(self.bodies))
        except RuleBroken as broken:
            return PushResult(op.op_id, seq, "refused", code=str(broken.code))
        for put in outcome.puts:
            self.put(put.kind, put.id, plain(put.body))
        verdict = "noop" if outcome.noop else "applied"
        return PushResult(op.op_id, seq, verdict, self.revs.get(op.entity.id, 0))

    def put(self, kind, id_, body):
        self.bodies[kind, id_] = body
        self.revs[id_] = self.revs.get(id_, 0) + 1
        self.seq += 1
        self.feed[kind, id_] = (self.seq, "put")

    def remove(self, kind, id_):
        """Take a record out of the scope; the centre keeps it."""
        self.seq += 1
        self.feed[kind, id_] = (self.seq, "gone")

    def visible(self):
        return {key: self.bodies[key] for key, (_, op) in self.feed.items() if op == "put"}

    def page(self, after, limit):
        """Return the next page of the grid's feed."""
        scope = f"grid:{GRID}"
        rows = sorted((seq, key, op) for key, (seq, op) in self.feed.items() if seq > after)
        changes = [self._change(scope, *row) for row in rows[:limit]]
        cursor = changes[-1].seq if changes else after
        return PullResponse(SCOPES, changes, {scope: cursor}, len(rows) > limit, [])

    def _change(self, scope, seq, key, op):
        kind, id_ = key
        if op == "gone":
            return Change(scope, seq, "gone", kind, id_, why="moved")
        body = self.bodies[key]
        return Change(scope, seq, "put", kind, id_, self.revs[id_], 1, body, digest(body))

    def backup(self):
        return copy.deepcopy(self.__dict__)

    def restore(self, kept):
        self.__dict__.update(copy.deepcopy(kept))
