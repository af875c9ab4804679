"""The one door: what an operation makes of the world, on a laptop and in the centre alike."""

from collections.abc import Callable

from gridworker.domain import added_evidence, amending, lifecycle, patrol, recording
from gridworker.domain.operations import KIND_OF, Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.problem import Code, RuleBroken
from gridworker.domain.record import check_characters, check_times
from gridworker.domain.world import Outcome, World

HANDLERS: dict[str, Callable[[Operation, Actor, World], Outcome]] = {
    "ticket.report@1": recording.report,
    "ticket.resolve@1": recording.resolve,
    "ticket.act@1": lifecycle.act,
    "ticket.edit@1": amending.edit,
    "ticket.retract@1": amending.retract,
    "patrol_record.create@1": patrol.create,
    "evidence.add@1": added_evidence.add,
}


def apply(op: Operation, actor: Actor, world: World) -> Outcome:
    """Return what `op` changes; it changes nothing itself.

    Raises RuleBroken with the code of the rule that refuses; then nothing is to be changed.
    """
    handler = HANDLERS.get(op.type)
    if handler is None or op.entity.kind != KIND_OF[op.type]:
        raise RuleBroken(Code.INVALID, field="type", detail=op.type)
    check_times(at=op.at.wall)
    check_characters(op.args)
    return handler(op, actor, world)
