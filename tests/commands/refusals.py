"""What a centre answers and confirms, put into a store by hand."""

from gridworker.storage import outbox
from gridworker.wire import PushResult
from tests.storage.records.small_district import page, put

PLACE, NOTE = "西门", "纸箱"


def answer(store, *verdicts, limit=100):
    """Send what waits, all or the first of it, and keep these verdicts on it, in order."""
    with store.write.begin() as session:
        waiting = outbox.batch(session, limit=limit, max_bytes=10**6)
        results = [
            PushResult(op.op_id, op.seq, **{"rev": 1, **verdict})
            for op, verdict in zip(waiting, verdicts, strict=True)
        ]
        outbox.settle(session, results)


def confirm(store, ticket, *, seq, rev, by=None, **changes):
    """Confirm a ticket as the centre would, perhaps after somebody else changed it."""
    body = {**store.ticket(ticket), **changes}
    steps = []
    if by:
        body |= {"last_by": by, "flow": body["flow"] + 1}
        step = {
            "ticket": ticket, "seq": body["flow"], "action": "edit", "actor_name": by,
            "to_state": body["state"], "at": f"2026-05-12T05:{seq % 60:02}:00.000Z",
            "changes": {field: {"from": "", "to": to} for field, to in changes.items()},
        }  # fmt: skip
        steps = [put("flow_record", f"step{seq}", step, seq=seq + 1)]
    store.apply(page(put("ticket", ticket, body, seq=seq, rev=rev), *steps))


def conflict(**sides):
    told = {
        field: {"base": base, "mine": mine, "theirs": theirs}
        for field, (base, mine, theirs) in sides.items()
    }
    first = next(iter(told))
    return {
        "verdict": "refused",
        "code": "E_FIELD_CONFLICT",
        "current": {"field": first, **told[first], "conflicts": told},
    }
