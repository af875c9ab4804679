"""What looking for news costs, however many listen and however much is written."""

import asyncio
import time

import pytest

from central import pokes
from central.lanes import Lanes
from central.pokes import REST, Watch

SLOW = 0.02


class SlowLanes(Lanes):
    """Lanes in which every look takes as long as one at a whole city's scopes."""

    def __init__(self):
        super().__init__(writers=1, readers=1)
        self.spent = []

    async def read(self, work):
        began = time.monotonic()
        await asyncio.sleep(SLOW)
        found = await super().read(work)
        self.spent.append(time.monotonic() - began)
        return found


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_looking_takes_a_tenth_of_the_time_also_while_everybody_writes(centre, worker):
    lanes = SlowLanes()
    watch = Watch(centre.parts, lanes)

    async def scopes():
        return worker.scopes

    async def listen():
        heard = watch.listen(scopes)
        await anext(heard)
        began = time.monotonic()
        while len(lanes.spent) < 4:
            watch.stir()
            await asyncio.sleep(0.001)
        took = time.monotonic() - began
        centre.parts.store.write(lambda tx: tx.run("UPDATE scope_head SET seq = seq + 1"))
        watch.stir()
        assert await anext(heard) == b"event: news\ndata:\n\n"
        watch.end()
        await heard.aclose()
        return took

    took = asyncio.run(listen())
    lanes.close()
    assert took >= REST * sum(lanes.spent[:3])


def test_a_database_that_was_away_for_a_moment_ends_no_pokes(centre, worker, monkeypatch):
    monkeypatch.setattr(pokes, "HEARTBEAT", 5.0)
    lanes = Lanes(writers=1, readers=1)
    watch = Watch(centre.parts, lanes)
    store = centre.parts.store

    async def scopes():
        return worker.scopes

    async def listen():
        heard = watch.listen(scopes)
        await anext(heard)
        asked = lanes.read
        away = asyncio.Event()

        async def unanswered(_work):
            away.set()
            return await asked(lambda: store.read(lambda tx: tx.rows("SELECT nothing")))

        lanes.read = unanswered
        watch.stir()
        await away.wait()
        lanes.read = asked
        store.write(lambda tx: tx.run("UPDATE scope_head SET seq = seq + 1"))
        watch.stir()
        told = await anext(heard)
        watch.end()
        await heard.aclose()
        return told

    told = asyncio.run(listen())
    lanes.close()
    assert told == b"event: news\ndata:\n\n"
