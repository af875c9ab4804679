"""A small town made of frozen records: the world that the rules are tried in."""

import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings

from gridworker.domain.apply import apply
from gridworker.domain.calendar import Calendar
from gridworker.domain.catalogue import CaseStandard, CatalogueItem
from gridworker.domain.evidence import EvidenceRule
from gridworker.domain.limit import Limit, LimitType
from gridworker.domain.operations import EntityRef, Moment, Operation
from gridworker.domain.organisation import Actor, Grid, Org, Role
from gridworker.domain.scope import surroundings
from gridworker.domain.world import Outcome

# A loaded machine is no finding: only results count here, not how long an example took.
settings.register_profile("domain", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("domain")

NOW = "2026-03-02T01:00:00.000Z"
DAY = Limit(1, LimitType.WORK_DAY)
STANDARDS = (CaseStandard(1, "堵住去路", "已清", DAY), CaseStandard(2, "有险情", "已排", DAY))
PICTURE = {"bytes": 1000, "mime": "image/jpeg", "source": "camera"}


def item(code: str, name: str, **more: Any) -> CatalogueItem:
    whole = {"standards": STANDARDS, **more}
    return CatalogueItem(
        code=code, kind="事件", name=name, path=("事件", name), scheme="t", version="1", **whole
    )


class Town:
    """Two communities with a grid each; `at_centre` and `received` say who is asking."""

    def __init__(self, *, received: str | None = None) -> None:
        self.received = received
        self.calendar = Calendar(years=frozenset({2026}))
        self.bodies: dict[tuple[str, str], dict[str, Any]] = {}
        self.items = {
            i.code: i
            for i in (
                item(
                    "OTS06", "楼道堆物", on_the_spot=True, evidence=EvidenceRule(before=1, after=1)
                ),
                item("OTS11", "咨询", on_the_spot=True),
                item("B0101", "上水井盖", owner_level="街道"),
                item("S0410", "非机动车乱停放"),
                item("S0500", "燃气管道破裂", owner_level="区"),
                item("OLD", "旧事项", on_the_spot=True, active=False, off_since="2026-02-01"),
            )
        }
        self.grids = {
            "G1": Grid("G1", "第一网格", "C1", parent="GX"),
            "G2": Grid("G2", "第二网格", "C2"),
            "GX": Grid("GX", "大网格", "C1", level=2, parent="GT"),
            "GT": Grid("GT", "一级网格", "C1", level=1),
        }
        self.orgs = {
            "D": Org("D", "区", "示例区"),
            "J": Org("J", "街道", "示例街道", parent="D"),
            "C1": Org("C1", "社区", "一社区", parent="J"),
            "C2": Org("C2", "社区", "二社区", parent="J"),
            "P1": Org("P1", "片区", "一片区", parent="C1"),
            "WATER": Org("WATER", "企业", "水务公司", parent="D"),
        }
        self.ids = itertools.count(1)

    @property
    def at_centre(self) -> bool:
        return self.received is not None

    def body(self, kind: str, id_: str) -> dict[str, Any] | None:
        return self.bodies.get((kind, id_))

    def item(self, code: str) -> CatalogueItem | None:
        return self.items.get(code)

    def grid(self, code: str) -> Grid | None:
        return self.grids.get(code)

    def org(self, code: str) -> Org | None:
        return self.orgs.get(code)

    def around(self, grid: str) -> frozenset[str]:
        found = self.grid(grid)
        return frozenset() if found is None else surroundings(found, self)

    def new_id(self) -> str:
        return f"01990000-0000-7000-8000-{next(self.ids):012x}"

    def op(self, type_: str, entity: str, args: dict[str, Any], **more: Any) -> Operation:
        kind = {"patrol_record.create": "patrol_record", "evidence.add": "evidence"}
        name = type_.partition("@")[0]
        return Operation(
            op_id=self.new_id(),
            type=f"{name}@1",
            actor=more.pop("actor", "wg0101"),
            entity=EntityRef(kind.get(name, "ticket"), entity, more.pop("local_no", None)),
            args=args,
            at=Moment(more.pop("wall", "2026-03-02T09:00:00+08:00")),
            **more,
        )

    def do(self, op: Operation, actor: Actor) -> Outcome:
        """Apply and keep what comes of it, the way it travels: as JSON."""
        outcome = apply(op, actor, self)
        for put in outcome.puts:
            body = msgspec.json.decode(msgspec.json.encode(put.body))
            self.bodies[put.kind, put.id] = body
        return outcome

    def resolved(self, actor: Actor, **changes: Any) -> str:
        ticket = self.new_id()
        self.do(self.op("ticket.resolve", ticket, resolve_args(**changes)), actor)
        return ticket

    def reported(self, actor: Actor, **changes: Any) -> str:
        ticket = self.new_id()
        self.do(self.op("ticket.report", ticket, report_args(**changes)), actor)
        return ticket

    def act(self, ticket: str, actor: Actor, action: str, **args: Any) -> Outcome:
        expect = args.pop("expect", {})
        wall = args.pop("wall", "2026-03-02T09:00:00+08:00")
        args = {"action": action, **args}
        return self.do(self.op("ticket.act", ticket, args, expect=expect, wall=wall), actor)

    def ticket(self, id_: str) -> dict[str, Any]:
        return self.bodies["ticket", id_]

    def timeline(self, id_: str) -> list[dict[str, Any]]:
        flows = [b for (kind, _), b in self.bodies.items() if kind == "flow_record"]
        return sorted((b for b in flows if b["ticket"] == id_), key=lambda b: b["seq"])


def photo(role: str, mark: str = "a") -> dict[str, Any]:
    return {**PICTURE, "sha256": mark * 64, "role": role}


def resolve_args(**changes: Any) -> dict[str, Any]:
    return {
        "item": "OTS06",
        "place": "3 栋 2 单元",
        "note": "已清理",
        "grid": "G1",
        "found_at": "2026-03-02T08:50:00+08:00",
        "done_at": "2026-03-02T08:58:00+08:00",
        "photos": [photo("before"), photo("after", "b")],
        **changes,
    }


def report_args(**changes: Any) -> dict[str, Any]:
    return {
        "item": "B0101",
        "place": "东门路口",
        "note": "井盖不见了",
        "grid": "G1",
        "found_at": "2026-03-02T08:50:00+08:00",
        "photos": [photo("near")],
        **changes,
    }


def person(user: str, *roles: Role, **places: Any) -> Actor:
    sets = {name: frozenset(codes) for name, codes in places.items()}
    return Actor(user=user, name=f"{user}姓名", roles=roles, device_code="7K2Q", **sets)


class People:
    """One of each who matters here."""

    worker = person("wg0101", Role.GRID_WORKER, grids=["G1"])
    other = person("wg0201", Role.GRID_WORKER, grids=["G2"])
    mate = person("wg0102", Role.GRID_WORKER, grids=["G1"])
    reviewer = person("sq01", Role.COMMUNITY_REVIEWER, orgs=["C1"])
    dispatcher = person("pq01", Role.DISPATCHER, orgs=["D"])
    desk = person("ck01", Role.FRONT_DESK, orgs=["C1"])
    handler = person("bl01", Role.HANDLER, units=["WATER"])
    nobody = person("nn", grids=["G1"])


class Kit:
    """Everything a test makes its world with; stateless, so that property tests may share it."""

    town = Town
    people = People
    photo = staticmethod(photo)
    person = staticmethod(person)
    item = staticmethod(item)
    resolve_args = staticmethod(resolve_args)
    report_args = staticmethod(report_args)
    now = NOW


@pytest.fixture(scope="session")
def kit() -> type[Kit]:
    return Kit


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture(scope="session")
def people() -> type[People]:
    return People
