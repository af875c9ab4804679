"""Who writes to an upload, and that whoever comes later never waits for bytes that do not come."""

import asyncio

import pytest

from central.api.receiving import Turn
from central.problem import Refused


async def hanging(turn):
    async with turn.patiently():
        await asyncio.Event().wait()


def test_a_turn_that_ended_before_its_first_bytes_waits_for_none():
    async def run():
        turn = Turn()
        turn.end()
        async with asyncio.timeout(5):
            await hanging(turn)

    with pytest.raises(Refused, match="newer request"):
        asyncio.run(run())


def test_two_newer_requests_at_once_end_a_turn_once():
    async def run():
        turn = Turn()
        old = asyncio.create_task(hanging(turn))
        await asyncio.sleep(0)
        turn.end()
        await asyncio.sleep(0)
        turn.end()
        await old

    with pytest.raises(Refused, match="newer request"):
        asyncio.run(run())
