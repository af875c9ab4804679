"""Pull: what is new in each scope, one page out of one snapshot (sync.md 4.5)."""

from collections.abc import Mapping

import msgspec

from central.service import access, epochs, forks, guard
from central.service.parts import Call, Parts
from central.store import feed
from central.store.feed import Head
from central.store.transaction import Tx
from gridworker.wire import MAX_PULL_BYTES, MAX_PULL_ROWS, PullRequest

FIRST_PAGE = 200
ROW_BYTES = 220


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """`wire.Change` with the body as it is stored, so that it is not read only to be written."""

    scope: str
    seq: int
    op: str
    kind: str
    id: str
    rev: int | None = None
    schema: int | None = None
    body: msgspec.Raw | None = None
    digest: str | None = None
    why: str | None = None


class Page(msgspec.Struct, frozen=True):
    """`wire.PullResponse` as it is sent."""

    scopes: dict[str, str]
    changes: list[Row]
    cursors: dict[str, int]
    more: bool
    reset: list[str]


def pull(parts: Parts, call: Call, request: PullRequest) -> bytes:
    """Return the encoded page after the device's cursors; raises Refused as `guard` does."""

    def work(tx: Tx) -> Page:
        known = guard.admit(tx, parts, call)
        guard.same_device(known, request.device)
        forks.check(call, known)
        guard.same_epoch(tx, call, known)
        guard.may_receive(tx, call, known)  # what was lost is to be handed in again nevertheless
        scopes = access.scopes_for(known.account)
        tx.show(scopes)
        return page(tx, scopes, request)

    answer = msgspec.json.encode(epochs.watched(parts, call, lambda: parts.store.read(work)))
    parts.crash_at("pull:before_answer")
    return answer


def page(tx: Tx, scopes: list[str], request: PullRequest) -> Page:
    """Fill a page scope by scope; a cursor that the feed no longer reaches starts over."""
    heads = feed.heads(tx, scopes)
    cursors = {scope: max(0, request.cursors.get(scope, 0)) for scope in scopes}
    begun = frozenset(request.anew)
    reset = [s for s in scopes if _is_lost(cursors[s], heads.get(s), begun=s in begun)]
    cursors |= dict.fromkeys(reset, 0)
    rows_left = max(1, min(request.limit, MAX_PULL_ROWS))
    if not any(request.cursors.values()):
        rows_left = min(rows_left, FIRST_PAGE)
    bytes_left = max(1, min(request.max_bytes, MAX_PULL_BYTES))
    changes: list[Row] = []
    more = bool(reset)
    for scope in scopes:
        head = heads.get(scope)
        if scope in reset or head is None or cursors[scope] >= head.seq:
            continue
        if rows_left <= 0 or bytes_left <= 0:
            more = True
            break
        found = feed.page(tx, head, after=cursors[scope], limit=rows_left + 1)
        taken = 0
        for row in found[:rows_left]:
            if bytes_left <= 0:
                break
            change = _row(scope, row)
            changes.append(change)
            taken += 1
            bytes_left -= ROW_BYTES + len(row[7])
        rows_left -= taken
        if taken == len(found):
            cursors[scope] = head.seq
        else:
            cursors[scope] = changes[-1].seq if taken else cursors[scope]
            more = True
            break
    return Page(_standing(scopes, request.cursors), changes, cursors, more, reset)


def _is_lost(cursor: int, head: Head | None, *, begun: bool) -> bool:
    """Say whether a device may lack news that the feed has no more; not if it has just `begun`."""
    if cursor == 0:
        return False
    return head is None or cursor > head.seq or (cursor < head.floor and not begun)


def _standing(scopes: list[str], cursors: Mapping[str, int]) -> dict[str, str]:
    return {scope: "active" if scope in cursors else "new" for scope in scopes}


def _row(scope: str, row: tuple[int, str, str | None, str, str, int, int, bytes, str]) -> Row:
    seq, op, why, kind, id_, rev, schema, body, digest = row
    if op == feed.GONE:
        return Row(scope, seq, op, kind, id_, why=why)
    return Row(scope, seq, op, kind, id_, rev, schema, msgspec.Raw(body), digest)
