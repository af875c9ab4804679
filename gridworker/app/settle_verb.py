"""`gridworker settle`: what the buttons of a card do, by its op_id."""

from collections.abc import Callable, Mapping
from functools import partial

from gridworker.app import documents
from gridworker.app.documents import Document
from gridworker.app.ports import Commands, Desk, Saved
from gridworker.domain.problem import Code, RuleBroken


def settle(desk: Desk, op_id: str, way: str) -> Document:
    """Do one of `grammar.WAYS` and return what came of it; raises RuleBroken.

    `open` changes nothing and returns the ticket as it stands.
    """
    card = next((card for card in desk.queries.attention() if card.op_id == op_id), None)
    if card is None:
        raise RuleBroken(Code.INVALID, field="card", detail="no such card")
    commands = desk.commands
    if way == "open":
        ticket = desk.queries.ticket(card.entity_id)
        if ticket is None:
            raise RuleBroken(Code.INVALID, field="ticket", detail="no such ticket")
        return documents.ticket_detail(ticket)
    if way == "close":
        commands.close_attention(op_id)
        return {"op_id": op_id, "closed": True}
    return documents.saved(_ways(commands)[way](op_id))


def _ways(commands: Commands) -> Mapping[str, Callable[[str], Saved]]:
    return {
        "redo": commands.redo,
        "mine": partial(commands.take_side, side="mine"),
        "theirs": partial(commands.take_side, side="theirs"),
        "both": commands.keep_both,
        "hand_over": commands.hand_over,
    }
