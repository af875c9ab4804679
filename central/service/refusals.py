"""Refusals as operators see them: how many, of which kind, on which laptop."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from central.service.parts import Office
from central.service.times import text_of
from central.store import op_log
from gridworker.wire import PushResult


def open_ones(office: Office, *, since: int) -> Iterator[dict[str, Any]]:
    """Yield, by device and code, how many refusals since a time (unix ms) were not redone.

    That a person has read a card and closed it is known to their laptop alone, so such a refusal is
    counted here until `since` has passed it. Nobody's name and nobody's words are in it.
    """
    many: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], int] = {}
    rows, redone = office.store.survey(
        lambda tx: (op_log.refused(tx, since), op_log.redone(tx, since))
    )
    for row in rows:
        if row.op_id in redone:
            continue
        code = msgspec.json.decode(row.result, type=PushResult).code or ""
        many[row.device_code, code] += 1
        last[row.device_code, code] = row.received_at
    for device_code, code in sorted(many):
        yield {
            "device_code": device_code,
            "code": code,
            "refusals": many[device_code, code],
            "last_at": text_of(last[device_code, code]),
        }
