"""Runs in a process of its own: many laptops at one centre, as far as the centre sees them.

Reads JSON from its input and prints JSON. `beat`: each laptop pushes and pulls once a period, some
with a photo. `burst`: all hand in what they have at once and come back as `sync.schedule` says.
"""

import asyncio
import hashlib
import json
import resource
import sys
import time
from base64 import b64encode
from collections import Counter, defaultdict
from random import Random
from typing import Any

import msgspec
import uuid_utils

from bench.http_line import Answer, Line
from gridworker.wire import PROTOCOL
from sync.problem import CentreSaid, read_problem
from sync.schedule import BackOff
from sync.transport import NoConnection, Reply

PHOTO = 300_000
NOTE = "楼道内堆放杂物，已请业主当场清理，消防通道恢复畅通。" * 10
AT = "2026-05-12T18:00:00+08:00"
PATIENCE = 30.0
PHASES = ("push", "pull")


class Laptop:
    """A device that numbers its operations."""

    def __init__(self, url: str, device: dict[str, Any], random: Random) -> None:
        self.line, self.random = Line(url), random
        self._device, self._waiting = device, b""
        self.user, self.seq = device["user"], device.get("from", 0)
        self._cursors = device["cursors"]
        self.headers = {
            "Authorization": f"Bearer {device['token']}",
            "Sync-Protocol": str(PROTOCOL),
        }

    async def push(self, count: int = 1) -> Answer:
        """Hand in patrols; the same ones until they have their verdicts."""
        if not self._waiting:
            self._waiting = _json({"ops": [self._patrol() for _ in range(count)]})
        answer = await self._ask("/v1/sync/push", self._waiting)
        if answer.status == 200:
            verdicts = Counter(one["verdict"] for one in json.loads(answer.body)["results"])
            assert verdicts == {"applied": count}, verdicts
            self._waiting = b""
        return answer

    async def pull(self) -> Answer:
        """Take in one page."""
        answer = await self._ask("/v1/sync/pull", _json({"cursors": self._cursors, "limit": 1000}))
        if answer.status == 200:
            self._cursors = json.loads(answer.body)["cursors"]
        return answer

    async def photo(self) -> Answer:
        """Bring a photo in one request."""
        data = self.random.randbytes(PHOTO)
        sha = hashlib.sha256(data).hexdigest().encode()
        own = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data)),
            "Upload-Metadata": f"sha256 {b64encode(sha).decode()}",
            "Content-Type": "application/offset+octet-stream",
        }
        return await self.line.ask("POST", "/v1/blobs", {**self.headers, **own}, data)

    async def _ask(self, path: str, body: bytes) -> Answer:
        own = {"Sync-Epoch": self._device["epoch"], "Content-Type": "application/json"}
        return await self.line.ask("POST", path, {**self.headers, **own}, body)

    def _patrol(self) -> dict[str, Any]:
        self.seq += 1
        return {
            "op_id": str(uuid_utils.uuid7()),
            "seq": self.seq,
            "type": "patrol_record.create@1",
            "actor": self.user,
            "entity": {"kind": "patrol_record", "id": str(uuid_utils.uuid7())},
            "args": {
                "place": "3号楼2单元",
                "result": "normal",
                "note": NOTE,
                "grid": self._device["grid"],
                "at": AT,
            },
            "at": {"wall": AT, "skew_ms": 0},
        }


class Heard:
    """What requests took, and what went wrong."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = defaultdict(list)
        self.wrong: Counter[str] = Counter()
        self.tries: list[int] = []
        self.done: list[float] = []

    async def time(self, what: str, coming: Any) -> None:
        began = time.perf_counter()
        try:
            answer = await coming
        except (OSError, EOFError) as error:
            self.wrong[type(error).__name__] += 1
            return
        self.took[what].append((time.perf_counter() - began) * 1000)
        if answer.status // 100 != 2:
            self.wrong[f"{what} {answer.status}"] += 1


async def beat(order: dict[str, Any], laptops: list[Laptop], heard: Heard) -> None:
    """Let every laptop come once a period, at a moment of its own."""
    period, ends = order["period"], time.monotonic() + order["seconds"]

    async def one(laptop: Laptop) -> None:
        due = time.monotonic() + laptop.random.uniform(0, period)
        while due < ends:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await heard.time("push", laptop.push())
            await heard.time("pull", laptop.pull())
            if laptop.random.random() < order["photos"]:
                await heard.time("photo", laptop.photo())
            due += period

    await asyncio.gather(*map(one, laptops))


async def burst(order: dict[str, Any], laptops: list[Laptop], heard: Heard) -> None:
    """Let all come at once; whoever is sent away comes back when the real rules say so."""
    began = time.monotonic()

    async def one(laptop: Laptop) -> None:
        back_off, tries = BackOff(laptop.random), 0
        left = list(PHASES)
        while left:
            tries += 1
            try:
                async with asyncio.timeout(PATIENCE):
                    work = laptop.push(order["operations"]) if left[0] == "push" else laptop.pull()
                    answer = await work
            except (OSError, EOFError) as error:  # TimeoutError is one
                heard.wrong[type(error).__name__] += 1
                wait = back_off.after_failure(NoConnection(reached=True))
            else:
                if answer.status == 200:
                    left.pop(0)
                    continue
                heard.wrong[str(answer.status)] += 1
                wait = back_off.after_failure(_said(answer))
            await asyncio.sleep(wait)
        heard.tries.append(tries)
        heard.done.append(time.monotonic() - began)

    await asyncio.gather(*map(one, laptops))


def _said(answer: Answer) -> CentreSaid:
    return read_problem(Reply(answer.status, answer.headers), answer.body)


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)


async def main() -> None:
    order = json.load(sys.stdin)
    laptops = [
        Laptop(order["url"], device, Random(number))
        for number, device in enumerate(order["devices"])
    ]
    heard = Heard()
    await {"beat": beat, "burst": burst}[order["way"]](order, laptops, heard)
    for laptop in laptops:
        laptop.line.close()
    own = resource.getrusage(resource.RUSAGE_SELF)
    found = {
        "took": heard.took,
        "wrong": heard.wrong,
        "tries": heard.tries,
        "done": sorted(heard.done),
        "seqs": {laptop.user: laptop.seq for laptop in laptops},
        "cpu": own.ru_utime + own.ru_stime,
    }
    print(json.dumps(found), flush=True)


asyncio.run(main())
