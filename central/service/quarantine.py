"""Operations that no rule could decide: which they are, and deciding them after all (sync.md 4.4).

A late verdict takes the place of the quarantine in the log of operations and goes to the person's
laptops as an `op_result`, so the laptop and the log never say different things.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from central.service import incoming, publish, verdicts
from central.service.decide import Bench
from central.service.incoming import Incoming
from central.service.parts import Office, Rules
from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import devices, entities, meta, op_log
from central.store.op_log import Held
from central.store.transaction import Tx
from gridworker.domain.identity import derived_id
from gridworker.domain.world import Put
from gridworker.wire import PushResult

LOG = logging.getLogger(__name__)
Line = dict[str, Any]


class NotHeld(LookupError):
    """No operation of that id waits for a person."""


def listed(office: Office) -> Iterator[Line]:
    """Yield what waits, oldest first: by which numbers a person finds it, and why it waits.

    What its author wrote is not in it; whoever must read that asks `export-state`.
    """
    for held in office.store.survey(op_log.held):
        raw: Mapping[str, Any] = msgspec.json.decode(held.op)
        entity = raw.get("entity")
        yield {
            "op_id": held.op_id,
            "device_code": held.device_code,
            "seq": held.seq,
            "type": raw.get("type"),
            "local_no": entity.get("local_no") if isinstance(entity, dict) else None,
            "why": msgspec.json.decode(held.result, type=PushResult).detail,
            "received_at": text_of(held.received_at),
        }


def replay(office: Office, rules: Rules, op_ids: Collection[str] = ()) -> Iterator[Line]:
    """Decide what waits by the rules of this version, or only `op_ids`; yield each outcome.

    One that still cannot be decided stays where it is, and so does what builds on it. Each is a
    transaction of its own. Raises NotHeld, before anything is decided, for an id that does not
    wait.
    """
    waiting = {held.op_id: held for held in office.store.survey(op_log.held)}
    for op_id in op_ids:
        if op_id not in waiting:
            raise NotHeld(op_id)
    for op_id in [op_id for op_id in waiting if op_id in op_ids or not op_ids]:
        yield {"op_id": op_id, **_tried(office, rules, waiting[op_id])}


def _tried(office: Office, rules: Rules, held: Held) -> Line:
    try:
        result = office.store.write(lambda tx: _decide(tx, office, rules, held))
    except Exception:
        # Its rule or its rows still fail; the transaction is undone and the others go on.
        LOG.exception("operation %s still cannot be decided", held.op_id)
        return {"verdict": "quarantined", "code": None}
    return {"verdict": result.verdict, "code": result.code}


def _decide(tx: Tx, office: Office, rules: Rules, held: Held) -> PushResult:
    (op,) = incoming.read([held.op])
    bench = _bench(tx, office, rules, held, op)
    result = bench.decide(op)
    encoded = msgspec.json.encode(result)
    if result.verdict == "quarantined" or not op_log.settle(tx, op.op_id, result.verdict, encoded):
        return result
    body = {**msgspec.to_builtins(result), "user": bench.author.account.login}
    bench.world.put(Put("op_result", _result_id(op), body))
    publish.announce(tx, verdicts.conclude(tx, bench, meta.everything(tx), office.clock()))
    return result


def _bench(tx: Tx, office: Office, rules: Rules, held: Held, op: Incoming) -> Bench:
    """Return the bench as on the day of its receipt: deadlines run from then, rights are today's.

    Raises LookupError when its device is not known any more.
    """
    known = devices.by_id(tx, held.device_id, lock=True)
    if known is None:
        raise LookupError(held.device_id)
    world = Workspace(
        office.reference.current(tx),
        received=text_of(held.received_at),
        loaded=entities.locked(tx, {*op.targets, _result_id(op)}),
    )
    region = meta.everything(tx)["region"]
    return Bench(
        world,
        verdicts.author(tx, known, [op], now=office.clock(), region=region),
        rules,
        received=held.received_at,
        verdicts={op_id: said.verdict for op_id, said in op_log.known(tx, op.after).items()},
    )


def _result_id(op: Incoming) -> str:
    return derived_id(op.op_id, "verdict")
