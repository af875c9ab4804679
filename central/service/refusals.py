"""Refusals as operators see them: how many, of which kind, on which laptop."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from central.service.parts import Office
from central.service.times import text_of
from central.store import entities, op_log
from central.store.transaction import Tx
from gridworker.domain.redo import handed_id
from gridworker.wire import PushResult


def open_ones(office: Office, *, since: int) -> Iterator[dict[str, Any]]:
    """Yield, by device and code, how many refusals since a time (unix ms) were not redone.

    `handed_over` are those of them whose author has asked for help. That a person has read a card
    and closed it is known to their laptop alone, so such a refusal is counted here until `since`
    has passed it. Nobody's name and nobody's words are in it.
    """
    many: Counter[tuple[str, str]] = Counter()
    asks: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], int] = {}
    rows, handed = office.store.survey(lambda tx: _standing(tx, since))
    for row in rows:
        code = msgspec.json.decode(row.result, type=PushResult).code or ""
        key = row.device_code, code
        many[key] += 1
        asks[key] += handed_id(row.op_id) in handed
        last[key] = row.received_at
    for device_code, code in sorted(many):
        key = device_code, code
        yield {
            "device_code": device_code,
            "code": code,
            "refusals": many[key],
            "handed_over": asks[key],
            "last_at": text_of(last[key]),
        }


def _standing(tx: Tx, since: int) -> tuple[list[op_log.Refusal], frozenset[str]]:
    """Return what was not redone, and which remarks that ask for help there are."""
    redone = op_log.redone(tx, since)
    rows = [row for row in op_log.refused(tx, since) if row.op_id not in redone]
    return rows, entities.present(tx, [handed_id(row.op_id) for row in rows])
