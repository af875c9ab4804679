"""Verify: what a device should hold of each scope, as one number (sync.md 4.11)."""

import msgspec

from central.service import access, epochs, guard
from central.service.parts import Call, Parts
from central.store import feed
from central.store.transaction import Tx
from gridworker.wire import ScopeDigest, VerifyRequest, VerifyResponse


def verify(parts: Parts, call: Call, request: VerifyRequest) -> bytes:
    """Return count and XOR of the device's scopes and the cursor at which they hold.

    A device whose cursor is another one has to pull before it can compare.
    """

    def work(tx: Tx) -> VerifyResponse:
        known = guard.admit(tx, parts, call, pulls=True)
        guard.same_epoch(tx, call, known)
        scopes = [s for s in access.scopes_for(known.account) if s in request.cursors]
        heads = feed.heads(tx, scopes)
        return VerifyResponse(
            {
                scope: ScopeDigest(head.count, head.xor, head.seq)
                if (head := heads.get(scope))
                else ScopeDigest(0, feed.NOTHING, 0)
                for scope in scopes
            }
        )

    return msgspec.json.encode(epochs.watched(parts, call, lambda: parts.store.read(work)))
