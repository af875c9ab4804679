"""The socket that the centre listens on."""

import asyncio
import socket

from central.serving import listen


async def delay_of_an_accepted_connection():
    """Return TCP_NODELAY as asyncio leaves it on a connection to the listener."""
    found = asyncio.get_running_loop().create_future()

    async def meet(_reader, writer):
        own = writer.get_extra_info("socket")
        found.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = listen("127.0.0.1", 0)
    async with await asyncio.start_server(meet, sock=listener):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        try:
            return await found
        finally:
            writer.close()
            await writer.wait_closed()


def test_an_answer_in_two_pieces_waits_for_nobody():
    assert asyncio.run(delay_of_an_accepted_connection())
