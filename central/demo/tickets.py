"""A few days of work in the demo's first community, pushed as laptops would push it."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from central.service import identity
from central.service.enrolment import enrol
from central.service.parts import Call, Parts
from central.service.push import push
from central.service.times import text_of
from central.store import accounts, devices, meta
from gridworker.wire import EnrolRequest, EnrolResponse, PushRequest, PushResponse

HOUR = 3600 * 1000
GRID = "G010101"
NO_PHOTO = "示例数据，没有照片"


class SampleRefused(RuntimeError):
    """The centre refused its own sample data: catalogue and samples do not fit together."""


class Laptop:
    """A laptop of the demo, only as long as the samples are made."""

    def __init__(self, parts: Parts, login: str) -> None:
        self._parts = parts
        self._seq = 0
        self.login = login
        code = identity.new_code(parts.entropy)
        until = parts.clock() + HOUR
        parts.store.write(lambda tx: accounts.put_code(tx, accounts.code_hash(code), login, until))
        pubkey = urlsafe_b64encode(parts.entropy(32)).rstrip(b"=").decode()
        request = EnrolRequest(code, pubkey, platform="示例", app="示例")
        answer = enrol(parts, Call(), request, key="demo")
        self._enrolled = msgspec.json.decode(answer, type=EnrolResponse)

    def do(self, at: int, type_: str, entity: Mapping[str, Any], args: Mapping[str, Any]) -> None:
        """Hand in one operation as of `at` (unix ms); raises SampleRefused."""
        self._seq += 1
        parts = replace(self._parts, clock=lambda: at)
        expect = {"state": entity["state"]} if "state" in entity else {}
        op = {
            "op_id": identity.new_id(at, parts.entropy),
            "seq": self._seq,
            "type": type_,
            "actor": self.login,
            "entity": {"kind": entity["kind"], "id": entity["id"]},
            "expect": expect,
            "args": dict(args),
            "at": {"wall": text_of(at)},
        }
        epoch = parts.store.read(lambda tx: meta.get(tx, "epoch"))
        call = Call(token=self._enrolled.token, epoch=epoch)
        answer = push(parts, call, PushRequest(ops=[op]))
        (result,) = msgspec.json.decode(answer, type=PushResponse).results
        if result.verdict != "applied":
            raise SampleRefused(f"{type_}: {result.verdict} {result.code} {result.current}")

    def put_away(self) -> None:
        """Suspend the laptop: nobody has it."""
        device_id = self._enrolled.device_id
        self._parts.store.write(lambda tx: devices.set_state(tx, device_id, devices.SUSPENDED))


def hand_in(parts: Parts) -> None:
    """Make the samples: finished on the spot, waiting, filed, dispatched, voided, and patrols."""
    now = parts.clock()
    worker, dispatcher = Laptop(parts, "wg0102"), Laptop(parts, "pq01")
    tickets = _found(worker, now, parts)
    for id_, action, args in (
        (tickets[1], "void", {"reason": "示例：重复上报，已并入前一件"}),
        (tickets[2], "file", {"standard": 1}),
        (tickets[3], "file", {"standard": 1}),
    ):
        entity = {"kind": "ticket", "id": id_, "state": "reported"}
        dispatcher.do(now - 20 * HOUR, "ticket.act@1", entity, {"action": action, **args})
    entity = {"kind": "ticket", "id": tickets[3], "state": "registered"}
    unit = {"action": "dispatch", "unit": "U04"}
    dispatcher.do(now - 19 * HOUR, "ticket.act@1", entity, unit)
    worker.put_away()
    dispatcher.put_away()


def _found(worker: Laptop, now: int, parts: Parts) -> Sequence[str]:
    """Record what the worker found; return the ids of the reports in their order."""
    for hours, item, place in (
        (50, "OTS01", "示例小区1号楼外墙"),
        (49, "OTS06", "示例小区3号楼2单元楼道"),
        (26, "OTS08", "示例路口西侧"),
    ):
        at = now - hours * HOUR
        found, done = text_of(at - HOUR // 4), text_of(at)
        args = {"item": item, "place": place, "note": "示例：当场办完", "grid": GRID}
        args |= {"found_at": found, "done_at": done, "no_photo_reason": NO_PHOTO}
        worker.do(at, "ticket.resolve@1", _new("ticket", at, parts), args)
    reports: list[str] = []
    for hours, item, place, note in (
        (47, "B0101", "示例路8号门前", "示例：上水井盖破损"),
        (46, "B0101", "示例路8号门前", "示例：重复上报"),
        (25, "S0101", "示例小区5号楼顶", "示例：楼顶搭建"),
        (24, "B0102", "示例路12号门前", "示例：井盖松动"),
        (2, "S0102", "示例街20号", "示例：临街店面装修"),
    ):
        at = now - hours * HOUR
        entity = _new("ticket", at, parts)
        args = {"item": item, "place": place, "note": note, "grid": GRID, "found_at": text_of(at)}
        worker.do(at, "ticket.report@1", entity, args)
        reports.append(entity["id"])
    for hours, place, result in ((48, "示例小区东门", "normal"), (3, "示例小区地下车库", "normal")):
        at = now - hours * HOUR
        args = {"place": place, "result": result, "note": "示例", "grid": GRID, "at": text_of(at)}
        worker.do(at, "patrol_record.create@1", _new("patrol_record", at, parts), args)
    return reports


def _new(kind: str, at: int, parts: Parts) -> dict[str, str]:
    return {"kind": kind, "id": identity.new_id(at, parts.entropy)}
