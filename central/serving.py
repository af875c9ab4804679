"""Serving over HTTP with uvicorn, so that a supervisor knows when it is ready and when over."""

import gc
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from central.heads import BoundedHttp

BACKLOG = 2048
KEEP_ALIVE = 75
LAST_WORDS = 25
COLLECT_AFTER = (50_000, 20, 100)


class CannotListen(OSError):
    """The address is taken or not this machine's."""


def run(
    app: Any,
    *,
    host: str,
    port: int,
    tls_cert: str | None,
    tls_key: str | None,
    on_ready: Callable[[str], None],
    on_end: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT; requests in hand are finished first.

    `port` 0 takes a free one; `on_ready` is told the URL, `on_end` lets those go who only wait.
    Raises CannotListen.
    """
    try:
        listener = listen(host, port)
    except (OSError, OverflowError) as error:
        raise CannotListen(str(error)) from error
    _collect_seldom()
    with listener:
        scheme = "https" if tls_cert else "http"
        shown = f"[{host}]" if ":" in host else host
        url = f"{scheme}://{shown}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            app,
            http=BoundedHttp,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            proxy_headers=False,  # nothing here asks who is behind a proxy
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=LAST_WORDS,
            ssl_certfile=tls_cert,
            ssl_keyfile=tls_key,
        )
        _Server(config, lambda: on_ready(url), on_end).run(sockets=[listener])


def _collect_seldom() -> None:
    """Let the collector look less often, and never at what stays for good.

    A batch makes tens of thousands of small objects that end with it, hardly one of them in a ring.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises OSError and OverflowError.

    It says that it speaks TCP: asyncio switches Nagle's algorithm off only where it is told so, and
    with it each answer, which is sent in two pieces, would wait 40 ms for the other side's ACK.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    """Says when it is ready, and ends well when it is told to end."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], on_end: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_ready, self._on_end = on_ready, on_end

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then say so."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go who only waits, then finish what is in hand."""
        self._on_end()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take SIGTERM and SIGINT as a request; uvicorn would raise them again and end badly."""
        wanted = (signal.SIGTERM, signal.SIGINT)
        before = {sign: signal.signal(sign, self.handle_exit) for sign in wanted}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)
