"""What has no end is cut off by the centre itself, over a real socket."""

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from central.heads import MOST_HEAD, BoundedHttp

PIECE = 4096
ENOUGH = 16 * 1024 * 1024
LINE = b"GET / HTTP/1.1\r\nHost: centre\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: centre\r\nTransfer-Encoding: chunked\r\n\r\n"


async def count(_scope, receive, send):
    """Answer how long the body was."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def served(talk):
    """Let `talk` speak to a server that counts; return what it returns."""

    async def run():
        config = uvicorn.Config(count, http=BoundedHttp, ws="none", lifespan="off", log_config=None)
        config.load()
        state = ServerState()
        loop = asyncio.get_running_loop()
        made = lambda: BoundedHttp(config=config, server_state=state, app_state={})  # noqa: E731
        server = await loop.create_server(made, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            try:
                return await talk(reader, writer)
            finally:
                writer.close()

    return asyncio.run(run())


def is_cut_off(beginning, endless):
    """Send a beginning and then pieces; say whether the other side hangs up before it is much."""

    async def talk(_reader, writer):
        writer.write(beginning)
        for _ in range(ENOUGH // PIECE):
            writer.write(endless)
            try:
                await writer.drain()
            except ConnectionError:
                return True
        return False

    return served(talk)


@pytest.mark.parametrize(
    ("beginning", "endless"),
    [
        (LINE + b"X: ", b"x" * PIECE),
        (LINE, b"X: y\r\n" * (PIECE // 6)),
        (b"GET /", b"x" * PIECE),
        (b"", b"\r\n" * (PIECE // 2)),
        (CHUNKED + b"3\r\nabc\r\n0\r\n", b"X: y\r\n" * (PIECE // 6)),
        (CHUNKED + b"3\r\nabc\r\n0\r\nX: ", b"x" * PIECE),
        (CHUNKED + b"3;", b"x" * PIECE),
    ],
    ids=["value", "lines", "path", "blank", "trailers", "trailer", "extension"],
)
def test_what_has_no_end_is_cut_off(beginning, endless):
    assert is_cut_off(beginning, endless)


def answered(*requests):
    async def talk(reader, writer):
        found = []
        for request in requests:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            found.append((int(head.split()[1]), await reader.readexactly(length)))
        return found

    return served(talk)


def test_a_head_that_is_too_long_is_told_so():
    assert answered(LINE + b"X: " + b"x" * (MOST_HEAD + 1)) == [(431, b"")]


def test_a_long_head_is_read():
    assert answered(LINE + b"X: " + b"x" * (MOST_HEAD // 2) + b"\r\n\r\n") == [(200, b"0")]


def test_a_body_of_any_length_and_in_the_smallest_pieces_is_read():
    size = 3 * MOST_HEAD
    whole = LINE.replace(b"GET", b"POST") + b"Content-Length: %d\r\n\r\n" % size + b"x" * size
    pieces = CHUNKED + b"1\r\nx\r\n" * size + b"0\r\n\r\n"
    told = str(size).encode()
    assert answered(whole, pieces, whole) == [(200, told)] * 3
