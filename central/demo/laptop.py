"""A laptop of the demo, only as long as the samples are made; it pushes as any laptop does."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
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


class SampleRefused(RuntimeError):
    """The centre refused its own sample data: catalogue and samples do not fit together."""


class Laptop:
    """One person's; `do` hands in one operation at a time."""

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
        answer = push(parts, call, PushRequest([msgspec.Raw(msgspec.json.encode(op))]))
        (result,) = msgspec.json.decode(answer, type=PushResponse).results
        if result.verdict != "applied":
            raise SampleRefused(f"{type_}: {result.verdict} {result.code} {result.current}")

    def put_away(self) -> None:
        """Suspend the laptop: nobody has it."""
        device_id = self._enrolled.device_id
        self._parts.store.write(lambda tx: devices.set_state(tx, device_id, devices.SUSPENDED))
