"""A few days of work in the demo's first community, handed in as laptops would hand it in.

The first grid worker's morning has something of everything: overdue, due today, waiting for the
desk, finished on the spot, to be looked at again.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from central.demo.laptop import Laptop
from central.service import identity
from central.service.parts import Parts
from central.service.times import text_of
from gridworker.domain.sampling import is_sampled
from gridworker.domain.times import CHINA

MINUTE = 60 * 1000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
GRID = "G010101"
NO_PHOTO = "示例数据，没有照片"
WORKER, COLLEAGUE, DESK = "wg0101", "wg0102", "pq01"
MOST_LEFT = 90 * MINUTE


class Step(NamedTuple):
    """One operation of one person; `at` is in unix ms."""

    at: int
    who: str
    type: str
    entity: dict[str, str]
    args: dict[str, Any]


def hand_in(parts: Parts) -> None:
    """Make the samples, oldest first."""
    now = parts.clock()
    laptops = {login: Laptop(parts, login) for login in (WORKER, COLLEAGUE, DESK)}
    samples = _Samples(parts)
    steps = [
        *samples.finished(now),
        *samples.handed_up(now),
        *samples.due_today(now),
        *samples.patrols(now),
    ]
    for step in sorted(steps, key=lambda step: step.at):
        laptops[step.who].do(step.at, step.type, step.entity, step.args)
    for laptop in laptops.values():
        laptop.put_away()


class _Samples:
    """What was recorded and decided, as steps in no order."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def finished(self, now: int) -> Iterator[Step]:
        """Yield what was finished on the spot; one of them is looked at again."""
        for who, hours, item, place, again in (
            (WORKER, 50, "OTS01", "示例小区1号楼外墙", False),
            (WORKER, 49, "OTS06", "示例小区3号楼2单元楼道", True),
            (COLLEAGUE, 30, "OTS13", "示例小区垃圾投放点", False),
            (WORKER, 26, "OTS08", "示例路口西侧", False),
            (WORKER, 1, "OTS03", "示例路20号门前", False),
        ):
            at = now - hours * HOUR
            found, done = text_of(at - HOUR // 4), text_of(at)
            args = {"item": item, "place": place, "note": "示例：当场办完", "grid": GRID}
            args |= {"found_at": found, "done_at": done, "no_photo_reason": NO_PHOTO}
            entity = {"kind": "ticket", "id": self._id(at, sampled=again)}
            yield Step(at, who, "ticket.resolve@1", entity, args)

    def handed_up(self, now: int) -> Iterator[Step]:
        """Yield reports of the last days: under way, overdue, filed, waiting for the desk, voided.

        The second one had two hours from its filing, four hours ago: it is overdue.
        """
        hatch, again = "示例：上水井盖破损", "示例：上水井盖破损，又一次"
        yield from self._report(now - 47 * HOUR, "B0101", "示例路8号门前", hatch, 4)
        yield from self._report(now - 5 * HOUR, "B0102", "示例路12号门前", "示例：井盖移位", 1)
        yield from self._report(
            now - 25 * HOUR, "S0101", "示例小区5号楼顶", "示例：楼顶搭建", 1, ""
        )
        yield from self._report(now - 2 * HOUR, "S0102", "示例街20号", "示例：临街店面装修")
        report, *_ = self._report(now - 46 * HOUR, "B0101", "示例路8号门前", again, who=COLLEAGUE)
        yield report
        entity = {**report.entity, "state": "reported"}
        reason = {"action": "void", "reason": "示例：重复上报，已并入前一件"}
        yield Step(now - 45 * HOUR, DESK, "ticket.act@1", entity, reason)

    def due_today(self, now: int) -> Iterator[Step]:
        """Yield two reports that are due before midnight, whenever the demo is made."""
        left = min(MOST_LEFT, (_midnight(now) - now) // 2)
        filed = now + left - 2 * HOUR
        note = "示例：雨水井盖缺失，已围挡"
        yield from self._report(filed - HOUR, "B0103", "示例小区西门外", note, 1)
        filed = now + left + left // 2 - DAY
        yield from self._report(filed - HOUR, "S0102", "示例街6号", "示例：夜间装修扰民", 1, "U01")

    def patrols(self, now: int) -> Iterator[Step]:
        """Yield rounds of both colleagues."""
        for who, hours, place in (
            (WORKER, 48, "示例小区东门"),
            (WORKER, 25, "示例小区中心花园"),
            (COLLEAGUE, 6, "示例小区7号楼"),
            (WORKER, 3, "示例小区地下车库"),
            (WORKER, 2, "示例小区2号楼消防通道"),
        ):
            at = now - hours * HOUR
            args = {"place": place, "result": "normal", "note": "示例", "grid": GRID}
            entity = {"kind": "patrol_record", "id": identity.new_id(at, self._parts.entropy)}
            yield Step(at, who, "patrol_record.create@1", entity, {**args, "at": text_of(at)})

    def _report(
        self,
        at: int,
        item: str,
        place: str,
        note: str,
        standard: int | None = None,
        unit: str = "U04",
        *,
        who: str = WORKER,
    ) -> Iterator[Step]:
        """Yield a report; with a standard the desk files it an hour later, a unit gets it."""
        entity = {"kind": "ticket", "id": self._id(at)}
        args = {"item": item, "place": place, "note": note, "grid": GRID, "found_at": text_of(at)}
        yield Step(at, who, "ticket.report@1", entity, args)
        if standard is not None:
            file = {"action": "file", "standard": standard}
            reported = {**entity, "state": "reported"}
            yield Step(at + HOUR, DESK, "ticket.act@1", reported, file)
            if unit:
                dispatch = {"action": "dispatch", "unit": unit}
                filed = {**entity, "state": "registered"}
                yield Step(at + HOUR + 5 * MINUTE, DESK, "ticket.act@1", filed, dispatch)

    def _id(self, at: int, *, sampled: bool = False) -> str:
        """Return a new id of which it is known whether the centre takes it for a recheck."""
        percent = int(self._parts.settings["sample_percent"])
        while True:
            id_ = identity.new_id(at, self._parts.entropy)
            if is_sampled(id_, percent) is sampled:
                return id_


def _midnight(now: int) -> int:
    """Return when the local day ends, in unix ms."""
    local = datetime.fromtimestamp(now / 1000, CHINA)
    begun = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return int(begun.timestamp() * 1000) + DAY
