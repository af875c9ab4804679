"""The action bar of a ticket, and what each action asks before it is done."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gridworker.domain.lines import Choice, TicketDetail
from ui.presenters.begun_words import BegunWords
from ui.views.ask import AskChoice, AskReason, open_question
from ui.views.ask_words import AskWords, Changes
from ui.widgets.button import Button, button

Act = Callable[[str, Mapping[str, Any]], None]


def _kind(action: str, main: str) -> str:
    """Return how loud a button is: one main action at most, adding is soft when there is none."""
    if action == main:
        return "primary"
    return "tonal" if action == "add" and not main else "plain"


def _name(ticket: TicketDetail) -> str:
    return f"{ticket.line.number} {ticket.line.title}"


class TicketActions:
    """Makes the buttons a person may press on a ticket; the first is the main one.

    What was typed into a question stands there again when somebody comes back to it, until it is
    answered or left as it is.
    """

    def __init__(
        self,
        window: QWidget,
        *,
        begun: BegunWords,
        act: Act,
        edit: Callable[[Changes], None],
        retract: Callable[[], None],
        on_add: Callable[[], None],
    ) -> None:
        self._window, self._act, self._edit = window, act, edit
        self._retract, self._on_add = retract, on_add
        self._begun = begun

    def buttons(self, ticket: TicketDetail) -> list[Button]:
        """Return the buttons for what can be done with a ticket now."""
        translate = QCoreApplication.translate
        offers = {
            "file": (translate("act", "File it…"), "file-check", lambda: self.file(ticket)),
            "dispatch": (translate("act", "Dispatch…"), "forward", lambda: self.dispatch(ticket)),
            "hand_up": (translate("act", "Hand up…"), "forward", lambda: self.hand_up(ticket)),
            "void": (translate("act", "Void…"), "x", lambda: self.void(ticket)),
            "add": (translate("act", "Add to it…"), "plus", self._on_add),
            "retract": (translate("act", "Take back"), "undo-2", self._retract),
        }
        can = (*ticket.can, "add", *(("retract",) if ticket.can_retract else ()))
        wanted = [name for name in offers if name in can]
        main = next((name for name in ("file", "dispatch") if name in can), "")
        return [
            button(words, press, kind=_kind(name, main), icon=icon, density="large")
            for name in wanted
            for words, icon, press in [offers[name]]
        ]

    def edit(self, ticket: TicketDetail) -> None:
        """Ask for other words than it says now."""
        id_, now = ticket.line.id, {"place": ticket.line.place, "note": ticket.note}
        begun = self._begun.of(id_, "edit")
        # With what was seen then: what others changed since is a conflict, not overwritten.
        seen = {field: begun.get(f"seen_{field}", said) for field, said in now.items()}
        first = {field: begun.get(field, said) for field, said in now.items()}
        kept = {f"seen_{field}": said for field, said in seen.items()}

        def make(close: Callable[[], None]) -> AskWords:
            def typed(place: str, note: str) -> None:
                now = {"place": place, "note": note}
                words = {} if now == seen else {**now, **kept}
                self._begun.keep(id_, "edit", words, name=_name(ticket))

            def answer(changes: Changes) -> None:
                close()
                self._edit(changes)

            def cancel() -> None:
                self._begun.forget(id_, "edit")
                close()

            return AskWords(
                seen["place"],
                seen["note"],
                begun=(first["place"], first["note"]),
                on_typed=typed,
                on_answer=answer,
                on_cancel=cancel,
            )

        translate = QCoreApplication.translate
        open_question(self._window, translate("AskWords", "Change place or note"), make)

    def file(self, ticket: TicketDetail) -> None:
        """Ask which filing condition is met."""
        translate = QCoreApplication.translate
        self._choose(
            translate("act", "Which filing condition is met?"),
            translate("act", "File it"),
            ticket.standards,
            lambda value: self._act("file", {"standard": int(value)}),
        )

    def dispatch(self, ticket: TicketDetail) -> None:
        """Ask who is to handle it."""
        translate = QCoreApplication.translate
        self._choose(
            translate("act", "Which unit is to handle it?"),
            translate("act", "Dispatch"),
            ticket.units,
            lambda value: self._act("dispatch", {"unit": value}),
        )

    def hand_up(self, ticket: TicketDetail) -> None:
        """Ask why it could not be finished on the spot."""
        translate = QCoreApplication.translate
        self._reason(
            ticket,
            translate("act", "Why does it have to be handed up?"),
            translate("act", "The ticket becomes a report and goes to the community."),
            translate("act", "Hand up"),
            "hand_up",
        )

    def void(self, ticket: TicketDetail) -> None:
        """Ask why there is no case."""
        translate = QCoreApplication.translate
        self._reason(
            ticket,
            translate("act", "Why is there no case?"),
            translate("act", "The person who reported it is told this reason."),
            translate("act", "Void"),
            "void",
        )

    def _reason(self, ticket: TicketDetail, title: str, hint: str, verb: str, action: str) -> None:
        id_ = ticket.line.id

        def make(close: Callable[[], None]) -> AskReason:
            def typed(reason: str) -> None:
                words = {"reason": reason} if reason else {}
                self._begun.keep(id_, action, words, name=_name(ticket))

            def answer(reason: str) -> None:
                close()
                self._act(action, {"reason": reason})

            def cancel() -> None:
                self._begun.forget(id_, action)
                close()

            return AskReason(
                title,
                hint,
                verb,
                begun=self._begun.of(id_, action).get("reason", ""),
                on_typed=typed,
                on_answer=answer,
                on_cancel=cancel,
            )

        open_question(self._window, title, make)

    def _choose(
        self,
        title: str,
        verb: str,
        choices: tuple[Choice, ...],
        on_answer: Callable[[str], None],
    ) -> None:
        def make(close: Callable[[], None]) -> QWidget:
            def answer(value: str) -> None:
                close()
                on_answer(value)

            return AskChoice(title, verb, choices, on_answer=answer, on_cancel=close)

        open_question(self._window, title, make)
