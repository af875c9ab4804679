"""Laptops and a centre in one process, small real servers, certificates made on the spot."""

import logging
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from gridworker.wire import content_digest
from tests.syncing.real_centre import RealCentre
from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.history import History
from tests.syncing.simulator.work import Worker

EPOCH = "00112233aabbccdd"


class Asked(NamedTuple):
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    peer: object = None


class Answer(NamedTuple):
    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = {}


class SmallServer:
    """Answers each request by calling `answer`; `asked` keeps what came in."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Answer] = lambda asked: Answer()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                asked = Asked(
                    self.command,
                    self.path,
                    {k.lower(): v for k, v in self.headers.items()},
                    self.rfile.read(size),
                    self.client_address,
                )
                outer.asked.append(asked)
                answer = outer.answer(asked)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in answer.headers:
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

            do_GET = do_POST = do_HEAD = do_PATCH = _serve  # noqa: N815  (the library's names)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A refused handshake is what some tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        if context is not None:
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def url(self, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def genuine(
    value: object = None, *, status: int = 200, raw: bytes | None = None, **headers: str
) -> Answer:
    """An answer as the centre gives it: epoch and digest included."""
    body = raw if raw is not None else msgspec.json.encode(value if value is not None else {})
    own = {"Sync-Epoch": EPOCH, "Content-Digest": content_digest(body)}
    return Answer(status, body, {**own, **{k.replace("_", "-"): v for k, v in headers.items()}})


def problem(name: str, status: int, **extra: object) -> Answer:
    """A problem of the centre."""
    answer = genuine(
        {"type": f"urn:gsp:problem:{name}", "title": name, "status": status, **extra},
        status=status,
    )
    return answer._replace(headers={**answer.headers, "Content-Type": "application/problem+json"})


@pytest.fixture
def small_server() -> Iterator[Callable[..., SmallServer]]:
    servers: list[SmallServer] = []

    def make(context: ssl.SSLContext | None = None) -> SmallServer:
        servers.append(SmallServer(context))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def answers() -> type:
    """The two kinds of answers, for tests that may not import this file."""

    class Answers:
        genuine = staticmethod(genuine)
        problem = staticmethod(problem)
        plain = Answer
        epoch = EPOCH

    return Answers


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[RealCentre]:
    """A centre on a real socket."""
    running = RealCentre(tmp_path)
    yield running
    running.close()


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    caller = Caller()
    yield caller
    caller.close()


@pytest.fixture
def district(caller: Caller, caplog: pytest.LogCaptureFixture) -> Iterator[History]:
    """Three laptops and a centre; nothing happens but what the test does."""
    caplog.set_level(logging.CRITICAL, "central")
    district = History(0, caller)
    yield district
    district.close()


@pytest.fixture
def one(district: History) -> Worker:
    return district.workers[0]
