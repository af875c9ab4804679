"""One question to the centre and its answer: headers, digests, compression (sync.md 4.2)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar

import msgspec
import uuid_utils

from gridworker import __version__, encodings
from gridworker.wire import PROTOCOL, Meta, content_digest
from sync.problem import Remedy, read_problem
from sync.transport import NoConnection, Reply, Transport, whole_number

T = TypeVar("T")
READ_SECONDS = 30.0
BYTES_PER_SECOND = 100_000
MEASURE_FROM = 64 * 1024
FAST = 4_000_000
MOST_INFLATED = 32 * 1024 * 1024
ACCEPTED = ", ".join(encodings.PREFERRED)


class NotTheCentre(NoConnection):
    """Something answered in the centre's place: a captive portal, or an answer that was cut off."""

    def __init__(self) -> None:
        super().__init__("not_the_centre", reached=True)


def ignore(server_ms: int) -> None:
    """Tell no clock what the centre's clock said."""
    del server_ms


class Ready(msgspec.Struct, frozen=True):
    """A body as it goes out: compressed with `encoding`, unless that is None, and its digest."""

    plain: bytes
    encoding: str | None
    sent: bytes
    digest: str


class Exchange:
    """Speaks for one device; `epoch`, `acked`, `start` and `token` are what requests carry.

    `said_acked` is what the last genuine answer carried; `heard` is told the centre's time as it is
    when an answer arrives, half of its way added (unix ms). Not for two threads, but for `ready`.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        token: str | None = None,
        epoch: str = "",
        acked: int = 0,
        start: str = "",
        now: Callable[[], float] = monotonic,
        heard: Callable[[int], object] = ignore,
    ) -> None:
        self.transport = transport
        self.token = token
        self.epoch = epoch
        self.acked = acked
        self.start = start
        self.said_acked: int | None = None
        self._server_ms: int | None = None
        self._now = now
        self._heard = heard
        self._asked = transport.near
        self._encoding: str | None = None

    def ready(self, body: bytes) -> Ready:
        """Do now what a request with this body would do later, also while another is under way.

        What that one learns of the centre may undo it: then it is done again when it goes.
        """
        return _ready(body, self._encoding)

    def ask(
        self,
        path: str,
        body: bytes | Ready | None,
        answer: type[T],
        *,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """POST a body, or GET when it is None, and read the answer.

        Raises NoConnection (also for an answer that is not the centre's) and CentreSaid.
        """
        reply, content = self._send(path, body, dict(headers or {}))
        if reply.status // 100 != 2:  # noqa: PLR2004  (the class of success)
            problem = read_problem(reply, content)
            if problem.remedy is not Remedy.SEND_PLAIN or self._encoding is None:
                raise problem
            self._encoding = None
            return self.ask(path, body, answer, headers=headers)
        if self.epoch and reply.headers["sync-epoch"] != self.epoch:
            raise NotTheCentre  # a verdict counts only in the epoch that was asked
        try:
            return msgspec.json.decode(content, type=answer)
        except msgspec.DecodeError as error:
            raise NotTheCentre from error

    def meta(self) -> Meta:
        """Ask what the centre speaks; needs no token."""
        with self.of_no_epoch():
            return self.ask("/v1/meta", None, Meta)

    @contextmanager
    def of_no_epoch(self) -> Iterator[None]:
        """Ask in a `with` block what is no verdict: it is good in whatever epoch the centre is.

        The next request learns which that is.
        """
        epoch, self.epoch = self.epoch, ""
        try:
            yield
        finally:
            self.epoch = epoch

    def blob(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Send one request of plain tus: no epoch, no digest, the photo's hash is the proof."""
        own = {"Tus-Resumable": "1.0.0", "Sync-Protocol": str(PROTOCOL), **self._bearer()}
        return self.transport.send(method, path, {**own, **headers}, body, timeout=patience(body))

    def _bearer(self) -> dict[str, str]:
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}

    def _send(
        self, path: str, body: bytes | Ready | None, headers: dict[str, str]
    ) -> tuple[Reply, bytes]:
        headers |= {
            "Accept": "application/json",
            "Accept-Encoding": "identity" if self.transport.near else ACCEPTED,
            "Sync-Protocol": str(PROTOCOL),
            "Sync-Client": __version__,
            "Sync-Request-Id": str(uuid_utils.uuid7()),
            **self._bearer(),
        }
        if self.epoch:
            headers |= {"Sync-Epoch": self.epoch, "Sync-Acked-Seq": str(self.acked)}
        if self.start:
            headers["Sync-Start"] = self.start
        sent = b""
        if body is not None:
            ready = self._as_it_goes(body)
            sent = ready.sent
            headers |= {"Content-Type": "application/json", "Content-Digest": ready.digest}
            if ready.encoding is not None:
                headers["Content-Encoding"] = ready.encoding
        began = self._now()
        method = "GET" if body is None else "POST"
        reply = self.transport.send(method, path, headers, sent, timeout=patience(sent))
        took = self._now() - began
        content = genuine(reply)
        self._learn(reply, took, len(sent) + len(reply.body))
        return reply, content

    def server_time(self) -> datetime | None:
        """Return the centre's time as its last answer told it; what is not a time is None."""
        try:
            return (
                datetime.fromtimestamp((self._server_ms or 0) / 1000, UTC)
                if self._server_ms
                else None
            )
        except (OverflowError, ValueError, OSError):
            return None

    def _learn(self, reply: Reply, took: float, size: int) -> None:
        self.said_acked = whole_number(reply.headers.get("sync-acked-seq"))
        server = whole_number(reply.headers.get("sync-server-time"))
        if server is not None:
            self._server_ms = server
            self._heard(server + int(took * 500))
        if size > MEASURE_FROM and took > 0 and size / took > FAST:
            self._encoding, self._asked = None, True

    def _as_it_goes(self, body: bytes | Ready) -> Ready:
        plain = body.plain if isinstance(body, Ready) else body
        encoding = self._chosen() if len(plain) > encodings.COMPRESS_FROM else None
        if isinstance(body, Ready) and body.encoding == encoding:
            return body
        return _ready(plain, encoding)

    def _chosen(self) -> str | None:
        """Return how a body is compressed, from what the centre said the first time it mattered."""
        if not self._asked:
            self._asked = True
            self._encoding = encodings.choose(self.meta().encodings)
        return self._encoding


def _ready(plain: bytes, encoding: str | None) -> Ready:
    if encoding is None or len(plain) <= encodings.COMPRESS_FROM:
        return Ready(plain, None, plain, content_digest(plain))
    sent = encodings.compress(encoding, plain)
    return Ready(plain, encoding, sent, content_digest(sent))


def patience(body: bytes) -> float:
    """Return the seconds an answer may take: 30, and one more for each 100 KB sent."""
    return READ_SECONDS + len(body) / BYTES_PER_SECOND


def genuine(reply: Reply) -> bytes:
    """Return the inflated body of a whole answer of the centre; else raises NotTheCentre."""
    headers = reply.headers
    if "sync-epoch" not in headers or headers.get("content-digest") != content_digest(reply.body):
        raise NotTheCentre
    encoding = headers.get("content-encoding", "identity")
    if encoding == "identity":
        return reply.body
    try:
        return encodings.inflate(encoding, reply.body, most=MOST_INFLATED)
    except ValueError as error:
        raise NotTheCentre from error
