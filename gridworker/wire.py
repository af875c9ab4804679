"""What laptop and centre say to each other (GSP/1): envelopes, canonical form and hashes.

Envelopes ignore keys they do not know; every hash is bare lower-case hex.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

import msgspec

PROTOCOL = 1
SCHEMA = 1
OP_DOMAIN = b"gw/op/v1\0"
CHAIN_DOMAIN = b"gw/chain/v1\0"
VERDICTS_DOMAIN = b"gw/verdicts/v1\0"
FIRST_LINK = "00" * 32
MAX_OPS = 500
MAX_OP_BYTES = 64 * 1024
MAX_PUSH_BYTES = 4 * 1024 * 1024
MAX_PULL_ROWS = 2000
MAX_PULL_BYTES = 4 * 1024 * 1024
MAX_INLINE_BLOB = 1024 * 1024

LEAVES = frozenset({str, int, bool, type(None)})

_sorted_json = msgspec.json.Encoder(order="sorted")

Verdict = Literal["applied", "noop", "refused", "quarantined"]


class NotCanonical(ValueError):
    """A value has no canonical form: floats are not allowed on the wire."""


def canonical(value: object) -> bytes:
    """Return UTF-8 JSON with sorted keys, no spaces and integers only; raises NotCanonical."""
    if _has_float(value):
        raise NotCanonical
    return _sorted_json.encode(value)


def _has_float(value: object) -> bool:
    # Every record passes here several times: a loop that grows its own list, no call for a leaf,
    # no round for the photos that most records do not have.
    left = [value]
    for part in left:
        if isinstance(part, (dict, Mapping)):
            parts: Collection[object] = part.values()
        elif isinstance(part, (list, tuple)):
            parts = part
        elif isinstance(part, float):
            return True
        else:
            continue
        for inner in parts:
            if type(inner) not in LEAVES and inner != ():
                left.append(inner)  # noqa: PERF401  (a comprehension is a call and half as fast)
    return False


def digest(body: object) -> str:
    """Return the digest of an entity's body."""
    return hashlib.sha256(canonical(body)).hexdigest()


def payload(op: Mapping[str, Any]) -> bytes:
    """Return what of an operation is hashed and signed: all of it but `seq` and `sig`."""
    rest = dict(op)
    rest.pop("seq", None)
    rest.pop("sig", None)
    return canonical(rest)


def payload_hash(op: Mapping[str, Any]) -> str:
    """Return the hash that tells a repeated operation from a reused id."""
    return hashed_payload(payload(op))


def hashed_payload(encoded: bytes) -> str:
    """Return `payload_hash` of an operation that is already in canonical form."""
    return hashlib.sha256(OP_DOMAIN + encoded).hexdigest()


def next_link(previous: str, op_hash: str) -> str:
    """Return the next link of the device's chain over its commands."""
    return hashlib.sha256(
        CHAIN_DOMAIN + bytes.fromhex(previous) + bytes.fromhex(op_hash)
    ).hexdigest()


def row_mark(kind: str, id_: str, rev: int, body_digest: str) -> int:
    """Return the 128 bits that one row adds to a scope's digest (XOR over all rows)."""
    row = _sorted_json.encode((kind, id_, rev, body_digest))  # texts and one integer: canonical
    mark = hashlib.sha256(row).digest()[:16]
    return int.from_bytes(mark, "big")


def content_digest(encoded: bytes) -> str:
    """Return the Content-Digest header (RFC 9530) of a message body as it is sent."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(encoded).digest()).decode()}:"


class PushResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """The verdict on one operation; final within an epoch."""

    op_id: str
    seq: int
    verdict: Verdict
    rev: int | None = None
    code: str | None = None
    detail: str | None = None
    current: dict[str, Any] | None = None
    evidence_id: str | None = None
    retryable: bool = False
    converted: bool = False
    replay: bool = False


class PushRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Operations of one device in the order of `seq`, each as it was sent."""

    ops: list[msgspec.Raw]
    device: str | None = None


class PushResponse(msgspec.Struct, frozen=True):
    """One verdict for every operation that was read."""

    results: list[PushResult]


class PullRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the device stands in each scope.

    `anew` names the scopes that it is reading from the start and has not come to the end of: what
    went from them before it began is nothing that it could have missed.
    """

    cursors: dict[str, int]
    limit: int = 1000
    max_bytes: int = 1_048_576
    device: str | None = None
    anew: list[str] = []


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of a feed: a record as it is now, or that it is gone from this scope."""

    scope: str
    seq: int
    op: Literal["put", "gone"]
    kind: str
    id: str
    rev: int | None = None
    schema: int | None = None
    body: dict[str, Any] | None = None
    digest: str | None = None
    why: str | None = None


class PullResponse(msgspec.Struct, frozen=True):
    """One page of changes out of one snapshot; `more=False` makes it a checkpoint."""

    scopes: dict[str, str]
    changes: list[Change]
    cursors: dict[str, int]
    more: bool
    reset: list[str]


class VerifyRequest(msgspec.Struct, frozen=True):
    """The cursors at which digests are wanted."""

    cursors: dict[str, int]


class ScopeDigest(msgspec.Struct, frozen=True):
    """How many rows a scope has and their XOR, 32 hex digits; `seq` is where that holds."""

    count: int
    xor: str
    seq: int


class VerifyResponse(msgspec.Struct, frozen=True):
    """A digest for each scope."""

    scopes: dict[str, ScopeDigest]


class EnrolRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """First contact; `pubkey` is a raw Ed25519 key, base64url without padding.

    A laptop that is enrolled anew names the only `user` that the code may be of, the device it was
    (`former`), and after which number its operations begin (`acked`).
    """

    code: str
    pubkey: str
    platform: str
    app: str
    user: str = ""
    former: str = ""
    acked: int = 0


class EnrolledUser(msgspec.Struct, frozen=True):
    """Whose device it is now."""

    id: str
    name: str
    role: str


class EnrolResponse(msgspec.Struct, frozen=True):
    """What a device needs to work alone; `server_key` is pinned from then on."""

    device_id: str
    device_code: str
    region: str
    user: EnrolledUser
    token: str
    scopes: list[str]
    epoch: str
    server_id: str
    server_key: str
    lease: dict[str, Any] | None = None
    roles: list[str] = []
    grants: list[str] = []


class Fork(msgspec.Struct, frozen=True):
    """How a device came of another: of which, under which key, and from which number on."""

    former: str
    key: str
    acked: int


class AgainRequest(msgspec.Struct, frozen=True):
    """A laptop goes on as a device of its own; `acked` is its last operation with a verdict.

    With `forks`, the oldest first, it is such a device already, and asks a centre that was set back
    to before that to make it anew.
    """

    acked: int
    forks: list[Fork] = []


class TokenResponse(msgspec.Struct, frozen=True):
    """A fresh token; the old one is good for ten minutes more."""

    token: str


class Meta(msgspec.Struct, frozen=True):
    """What the centre speaks; `server_time` is unix milliseconds.

    `sealing_key` (X25519, hex) is what parcels are sealed to; `sealing_proof` is the signature of
    the server key, pinned at enrolment, over it. `escrow_key` and `escrow_proof` are the same for
    what a wiped laptop leaves. A program older than `min_pull` may send but not receive.
    """

    protocol: dict[str, int]
    op_types: dict[str, list[int]]
    schemas: dict[str, int]
    limits: dict[str, int]
    encodings: list[str]
    epoch: str
    server_time: int
    server_id: str
    region: str = ""
    demo: bool = False
    sealing_key: str = ""
    sealing_proof: str = ""
    escrow_key: str = ""
    escrow_proof: str = ""
    min_pull: str = ""


class EscrowResponse(msgspec.Struct, frozen=True):
    """How much of a sealed parcel the centre has; `kept` once all of it is there for good."""

    offset: int
    kept: bool


class Decided(msgspec.Struct, frozen=True):
    """What a centre has decided of a device up to number `seq`: `digest_of` its verdicts."""

    seq: int
    digest: str


def digest_of(results: Iterable[PushResult]) -> str:
    """Return the digest of verdicts in the order of their numbers.

    Equal ones are of the same operations and say the same, word for word. The numbers and whether
    a verdict was repeated are left out: they do not change what was decided.
    """
    total = hashlib.sha256(VERDICTS_DOMAIN)
    for r in results:
        said = (r.op_id, r.verdict, r.rev, r.code, r.detail, r.current, r.evidence_id)
        total.update(_sorted_json.encode((*said, r.retryable, r.converted)))
    return total.hexdigest()


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Problem details (RFC 9457) with the extensions of sync.md 4.13.

    `number` and `order` come with `device-wiped`: which order it is, and its signature (hex).
    `decided` comes with `epoch-changed` and `device-wiped`: of what the device claims to have
    verdicts on.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    instance: str = ""
    expected: int | None = None
    epoch: str | None = None
    acked_seq: int | None = None
    decided: Decided | None = None
    number: int | None = None
    order: str | None = None


def problem_type(name: str) -> str:
    """Return the `type` of a problem of this protocol."""
    return f"urn:gsp:problem:{name}"
