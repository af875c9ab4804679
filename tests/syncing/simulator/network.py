"""A network that loses, repeats, cuts, delays and lies; and the sockets' part of a crash."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import msgspec

from gridworker.wire import content_digest
from sync.transport import NoConnection, Reply
from tests.syncing.simulator.dice import Crash, Dice

PORTAL = Reply(200, {"content-type": "text/html"}, b"<html>Please log in</html>")
BROKEN = Reply(502, {"content-type": "text/html"}, b"<html>Bad gateway</html>")


class Sent(NamedTuple):
    """A request as it left a laptop; a copy of it may arrive days later."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Deliver = Callable[[Sent, int | None], Reply]


class Listener(Protocol):
    """Sees what a laptop asks and what it hears, before anything is made of it."""

    def asks(self, sent: Sent) -> None: ...

    def hears(self, sent: Sent, reply: Reply) -> None: ...


class Nobody:
    """Listens to nothing."""

    def asks(self, sent: Sent) -> None: ...

    def hears(self, sent: Sent, reply: Reply) -> None: ...


class Network:
    """Carries requests to the centre; `weather` is the probability that one goes wrong."""

    def __init__(self, dice: Dice, deliver: Deliver, tell: Callable[[str], None]) -> None:
        self._dice = dice
        self._deliver = deliver
        self._tell = tell
        self.weather = 0.0
        self.most_rows: int | None = None
        self.certain: tuple[str, str, str] | None = None  # fault, method and path, once
        self.late: list[Sent] = []
        self.met: Counter[str] = Counter()

    def carry(self, sent: Sent) -> Reply:
        """Carry one request, for better or worse."""
        fault = self._fault(sent)
        if fault is None:
            return self._arrive(sent)
        self.met[fault] += 1
        self._tell(f"{fault}: {sent.method} {sent.path}")
        reply: Reply = getattr(self, f"_{fault}")(sent)
        return reply

    def _fault(self, sent: Sent) -> str | None:
        if self.certain is not None and self.certain[1:] == (sent.method, sent.path):
            fault, self.certain = self.certain[0], None
            return fault
        return self._dice.random.choice(FAULTS) if self._dice.chance(self.weather) else None

    def deliver_late(self) -> None:
        """Let an old copy arrive; nobody waits for its answer."""
        if self.late:
            sent = self.late.pop(self._dice.random.randrange(len(self.late)))
            self._tell(f"late copy: {sent.method} {sent.path}")
            self._arrive(sent)

    def _arrive(self, sent: Sent, cut_at: int | None = None) -> Reply:
        try:
            return self._deliver(sent, cut_at)
        except Crash as crash:
            raise NoConnection("no_connection", reached=True) from crash

    def _nobody(self, sent: Sent) -> Reply:
        del sent
        raise NoConnection

    def _lost_before(self, sent: Sent) -> Reply:
        if self._dice.chance(0.5):
            self.late.append(sent)
        raise NoConnection("timeout", reached=True)

    def _lost_after(self, sent: Sent) -> Reply:
        self._arrive(sent)
        raise NoConnection("timeout", reached=True)

    def _twice(self, sent: Sent) -> Reply:
        self._arrive(sent)
        return self._arrive(sent)

    def _copied(self, sent: Sent) -> Reply:
        self.late.append(sent)
        return self._arrive(sent)

    def _shortened(self, sent: Sent) -> Reply:
        reply = self._arrive(sent)
        return Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2])

    def _cut_off(self, sent: Sent) -> Reply:
        if len(sent.body) > 1:
            self._arrive(sent, self._dice.random.randrange(1, len(sent.body)))
        raise NoConnection("no_connection", reached=True)

    def _portal(self, sent: Sent) -> Reply:
        del sent
        return PORTAL

    def _gateway(self, sent: Sent) -> Reply:
        if self._dice.chance(0.5):
            self._arrive(sent)
        return BROKEN


FAULTS = (
    "nobody",
    "lost_before",
    "lost_after",
    "lost_after",
    "twice",
    "copied",
    "shortened",
    "cut_off",
    "portal",
    "gateway",
)


class Line:
    """A laptop's end of the network (`sync.transport.Transport`)."""

    near = True

    def __init__(
        self,
        network: Network,
        before: Callable[[str], None],
        listener: Listener = Nobody(),  # noqa: B008  (it keeps nothing)
    ) -> None:
        self._network = network
        self._before = before
        self._listener = listener

    def send(self, method, path, headers, body=b"", *, timeout) -> Reply:
        self._before("request: before")
        sent = fewer_rows(Sent(method, path, dict(headers), body), self._network.most_rows)
        self._listener.asks(sent)
        reply = self._network.carry(sent)
        self._before("request: answered")
        self._listener.hears(sent, reply)
        return reply


def fewer_rows(sent: Sent, most: int | None) -> Sent:
    """Ask for short pages: a small district then comes in as many as a large one."""
    if most is None or sent.path != "/v1/sync/pull":
        return sent
    body = msgspec.json.encode({**msgspec.json.decode(sent.body), "limit": most})
    return Sent(
        sent.method, sent.path, {**sent.headers, "Content-Digest": content_digest(body)}, body
    )
