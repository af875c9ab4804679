"""What an error means for us: one row for each line of the contract (sync.md 4.13)."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from gridworker.wire import Problem, problem_type
from sync.transport import NoConnection, Reply, whole_number

PROBLEM_JSON = "application/problem+json"
STORAGE_PAUSE = 600.0
LONGEST_WAIT = 24 * 3600.0


class Kind(StrEnum):
    """The class of an error; only TRANSPORT is retried as it is."""

    TRANSPORT = "transport"
    AUTH = "auth"
    FLOW = "flow"
    VERSION = "version"
    REQUEST = "request"
    BUG = "bug"


class Remedy(StrEnum):
    """What the client does."""

    OBEY = "obey"
    ONE_BY_ONE = "one_by_one"
    PAUSE_PHOTOS = "pause_photos"
    NEW_CODE = "new_code"
    NEW_TOKEN = "new_token"  # noqa: S105  (a word, not a token)
    LOCK = "lock"
    WIPE = "wipe"
    HAND_IN = "hand_in"
    DIAGNOSE = "diagnose"
    FORGET = "forget"
    REWIND = "rewind"
    ENROL_AGAIN = "enrol_again"
    DRAIN = "drain"
    SEND_PLAIN = "send_plain"
    HALVE = "halve"
    STOP_PUSH = "stop_push"


TABLE: Mapping[str, tuple[Kind, Remedy]] = {
    "overloaded": (Kind.TRANSPORT, Remedy.OBEY),
    "maintenance": (Kind.TRANSPORT, Remedy.OBEY),
    "internal": (Kind.TRANSPORT, Remedy.ONE_BY_ONE),
    "storage-full": (Kind.TRANSPORT, Remedy.PAUSE_PHOTOS),
    "code-invalid": (Kind.AUTH, Remedy.NEW_CODE),
    "code-used": (Kind.AUTH, Remedy.NEW_CODE),
    "code-expired": (Kind.AUTH, Remedy.NEW_CODE),
    "token-expired": (Kind.AUTH, Remedy.NEW_TOKEN),
    "device-suspended": (Kind.AUTH, Remedy.LOCK),
    "device-wiped": (Kind.AUTH, Remedy.WIPE),
    "scope-denied": (Kind.AUTH, Remedy.HAND_IN),
    "device-mismatch": (Kind.AUTH, Remedy.DIAGNOSE),
    "epoch-changed": (Kind.FLOW, Remedy.FORGET),
    "seq-gap": (Kind.FLOW, Remedy.REWIND),
    "device-forked": (Kind.FLOW, Remedy.ENROL_AGAIN),
    "client-too-old": (Kind.VERSION, Remedy.DRAIN),
    "unsupported-encoding": (Kind.REQUEST, Remedy.SEND_PLAIN),
    "too-large": (Kind.REQUEST, Remedy.HALVE),
    "malformed": (Kind.BUG, Remedy.STOP_PUSH),
}


class CentreSaid(Exception):
    """The centre answered with a problem; nothing of ours is ever deleted because of one.

    `name` is the last part of its type, `wait` the seconds of Retry-After or None.
    """

    def __init__(self, problem: Problem, *, wait: float | None = None) -> None:
        super().__init__(problem.type)
        self.problem = problem
        self.name = problem.type.rpartition(":")[2]
        self.kind, self.remedy = TABLE.get(self.name, _by_status(problem.status))
        self.wait = wait

    @property
    def code(self) -> str:
        """Return the key of its words in `resources/words`."""
        return f"sync_{self.name.replace('-', '_')}" if self.name in TABLE else "sync_unexpected"


Failure = CentreSaid | NoConnection


def _by_status(status: int) -> tuple[Kind, Remedy]:
    """Treat what this version does not know by its class: a newer centre may have more names."""
    if status in {401, 403, 410}:
        return Kind.AUTH, Remedy.DIAGNOSE
    if status in {429, 503}:
        return Kind.TRANSPORT, Remedy.OBEY
    if status >= 500:  # noqa: PLR2004  (server errors begin here)
        return Kind.TRANSPORT, Remedy.ONE_BY_ONE
    return Kind.BUG, Remedy.STOP_PUSH


def read_problem(reply: Reply, body: bytes) -> CentreSaid:
    """Read an answer that is not a success.

    `body` is the inflated body; one without problem details counts by its status alone.
    """
    problem = Problem(type="", title="", status=reply.status)
    if reply.headers.get("content-type", "").startswith(PROBLEM_JSON):
        try:
            problem = msgspec.json.decode(body, type=Problem)
        except msgspec.DecodeError:
            problem = Problem(type=problem_type("unreadable"), title="", status=reply.status)
    return CentreSaid(problem, wait=retry_after(reply.headers))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a centre asks us to wait, at most a day; dates are not understood."""
    seconds = whole_number(headers.get("retry-after"))
    return None if seconds is None else min(float(seconds), LONGEST_WAIT)
