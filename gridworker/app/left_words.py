"""Unfinished words that no window comes back to: what they were about has gone from this laptop.

Words typed into a question and photos added to a ticket are kept with that ticket in mind. When it
moves away, is taken back, or somebody else has done the step, nobody would see them again.
"""

from collections.abc import Callable
from typing import Any

from gridworker.app.pen import Pen, new_id
from gridworker.app.ports import FormAgain
from gridworker.domain.lines import CHOICE, QUESTION, DraftLine, LeftWords, TicketDetail
from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage import attention_queries, drafts
from gridworker.storage.door import Door, Session

ADD, REPORT = "add", "report"
SPOKEN = ("reason", "place", "note")  # of a question; what it also keeps was not typed


def left(session: Session, ticket: Callable[[str], TicketDetail | None]) -> list[LeftWords]:
    """Return unfinished words that cannot be gone on with, newest first.

    `ticket` looks a ticket up by its id.
    """
    found = [
        line
        for line in drafts.lines(session)
        if line.form == QUESTION or line.form.startswith(f"{ADD} ")
    ]
    told = [_left(session, line, ticket) for line in found]
    return [line for line in told if line is not None and (line.words or line.photos)]


def into_report(pen: Pen, store: Door, draft: str) -> FormAgain:
    """Make what was begun about a ticket that is gone a new report, with its photos.

    Raises RuleBroken: E_INVALID when it has ended meanwhile, E_DISK_FULL.
    """
    pen.room.for_text()
    with store.begin() as session:
        line = drafts.line(session, draft)
        if line is None:
            raise RuleBroken(Code.INVALID, field="draft", detail="no such draft")
        note = "\n".join(_words(line))
        sides = {**dict.fromkeys(line.photos, "other"), **line.fields.get("photos", {})}
        fields = {"note": note, "note_is_own": True, "photos": sides}
        report = draft
        if line.form == QUESTION:  # the ticket may come back, and ask under this name again
            report = new_id()
            drafts.discard(session, draft)
        drafts.save(session, report, form=REPORT, fields=fields, changed_at=pen.now())
    return FormAgain(REPORT, report)


def _left(
    session: Session, line: DraftLine, ticket: Callable[[str], TicketDetail | None]
) -> LeftWords | None:
    fields, adds = line.fields, line.form != QUESTION
    about = line.form.removeprefix(f"{ADD} ") if adds else str(fields.get("ticket", ""))
    question = ADD if adds else str(fields.get("question", ""))
    name, here = str(fields.get("name", "")), ""
    if question == CHOICE:
        case = attention_queries.case(session, about)
        if case is not None and case.card.fields:
            return None
    else:
        detail = ticket(about)
        if detail is not None:
            if _asked(detail, question):
                return None
            name, here = f"{detail.line.number} {detail.line.title}", about
    return LeftWords(
        draft=line.id,
        question=question,
        ticket=here,
        name=name,
        words=_words(line),
        photos=len(line.photos),
        at=line.changed_at,
    )


def _asked(ticket: TicketDetail, question: str) -> bool:
    """Say whether a ticket still asks this question."""
    if question == ADD:
        return True
    return ticket.can_edit if question == "edit" else question in ticket.can


def _words(line: DraftLine) -> tuple[str, ...]:
    """Return what was typed: of a change only what differs from what it said before."""
    if line.form != QUESTION:
        return tuple(words for words in [str(line.fields.get("note", "")).strip()] if words)
    typed: dict[str, Any] = line.fields.get("words", {})
    own = [typed.get(field) for field in SPOKEN if typed.get(field) != typed.get(f"seen_{field}")]
    together = [words for field, words in typed.items() if field.endswith("_written")]
    return tuple(said for words in (*own, *together) if (said := str(words or "").strip()))
