"""What a history came to, without the times in it: to hold two of them against each other."""

import re
from typing import Any

import msgspec

from tests.syncing.simulator.history import History
from tests.syncing.simulator.invariants import Truth

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})\Z")
OF_TIME = frozenset({"local_no"})  # it names the day on which it was given


def timeless(value: Any) -> Any:
    """Return a body without moments, `at_*` and the numbers that are made of a day."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if not k.startswith("at_") and k not in OF_TIME}
        return {key: timeless(inner) for key, inner in kept.items()}
    if isinstance(value, list):
        return [timeless(inner) for inner in value]
    return "a moment" if isinstance(value, str) and MOMENT.match(value) else value


def outcome_of(history: History) -> dict[str, Any]:
    """Return order and verdicts of the log, all records, what each scope holds and each laptop."""
    truth = Truth(history.host.database, history.host.blobs)
    return {
        "log": [
            (op_id, seq, verdict, msgspec.json.decode(result).get("code"))
            for op_id, seq, _, verdict, result, _ in truth.log
        ],
        "records": {
            id_: (kind, rev, timeless(body), parent)
            for id_, (kind, rev, body, parent) in truth.entities.items()
        },
        "scopes": {scope: sorted(ids) for scope, ids in truth.seen.items()},
        "laptops": {
            worker.login: (
                sorted(worker.laptop.rows("SELECT op_id, state, closed_by_user FROM outbox")),
                sorted(worker.laptop.rows("SELECT op_id, state FROM sent_log")),
                sorted(worker.laptop.rows("SELECT id, rev FROM base")),
            )
            for worker in history.workers
        },
    }
