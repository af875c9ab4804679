"""Comparing what is here with what the centre says should be here (sync.md 4.11)."""

import msgspec

from gridworker.storage import confirmed
from gridworker.wire import ScopeDigest, VerifyRequest, VerifyResponse
from sync.pull import pull
from sync.round import Round

RESET = "sync_scope_reset"
REMOVED = "sync_removed_much"
ROUNDS = 2


def verify(now: Round) -> None:
    """Compare digests scope by scope; load scopes that differ afresh, the outbox untouched.

    Removals that were set aside as unlikely are carried out when the centre agrees with them. A
    scope that has moved on since the pull is not judged. Raises CentreSaid and NoConnection.
    """
    for _ in range(ROUNDS):
        differing = _compare(now)
        if not differing:
            return
        with now.store.write.begin() as session:
            confirmed.reset(session, differing)
        now.note(RESET, scopes=len(differing))
        pull(now)


def _compare(now: Round) -> list[str]:
    """Return the scopes that differ; when none does and all were judged, removals are done."""
    with now.store.read() as session:
        ours = confirmed.digests(session)
        removals = confirmed.removals_wait(session)
    ask = msgspec.json.encode(VerifyRequest({scope: own.seq for scope, own in ours.items()}))
    theirs = now.exchange.ask("/v1/sync/verify", ask, VerifyResponse).scopes
    judged = [scope for scope, own in ours.items() if _at(theirs, scope) == own.seq]
    differing = [scope for scope in judged if theirs[scope] != ours[scope]]
    if removals and not differing and len(judged) == len(ours):
        with now.store.write.begin() as session:
            confirmed.accept_removals(session)
        now.note(REMOVED)
        now.store.changed(frozenset({"ticket", "patrol_record"}))
    return differing


def _at(theirs: dict[str, ScopeDigest], scope: str) -> int | None:
    return theirs[scope].seq if scope in theirs else None
