"""The action bar of a ticket, and what each action asks before it is done."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gridworker.domain.lines import Choice, TicketDetail
from ui.views.ask import AskChoice, AskReason, open_question
from ui.views.ask_words import AskWords, Changes
from ui.widgets.button import Button, button

Act = Callable[[str, Mapping[str, Any]], None]


def _kind(action: str, main: str) -> str:
    """Return how loud a button is: one main action at most, adding is soft when there is none."""
    if action == main:
        return "primary"
    return "tonal" if action == "add" and not main else "plain"


class TicketActions:
    """Makes the buttons a person may press on a ticket; the first is the main one.

    What was typed into a question stands there again when somebody comes back to it.
    """

    def __init__(
        self,
        window: QWidget,
        *,
        act: Act,
        edit: Callable[[Changes], None],
        retract: Callable[[], None],
        on_add: Callable[[], None],
    ) -> None:
        self._window, self._act, self._edit = window, act, edit
        self._retract, self._on_add = retract, on_add
        self._words: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {}
        self._reasons: dict[tuple[str, str], str] = {}

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
        id_, now = ticket.line.id, (ticket.line.place, ticket.note)
        # With what was seen then: what others changed since is a conflict, not overwritten.
        seen, begun = self._words.pop(id_, (now, now))

        def make(close: Callable[[], None]) -> AskWords:
            def answer(changes: Changes) -> None:
                close()
                self._edit(changes)

            return AskWords(*seen, begun=begun, on_answer=answer, on_cancel=close)

        def leave(asked: AskWords) -> None:
            if asked.answer.isEnabled():
                self._words[id_] = (seen, asked.typed)

        translate = QCoreApplication.translate
        open_question(self._window, translate("AskWords", "Change place or note"), make, leave)

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
            lambda reason: self._act("hand_up", {"reason": reason}),
        )

    def void(self, ticket: TicketDetail) -> None:
        """Ask why there is no case."""
        translate = QCoreApplication.translate
        self._reason(
            ticket,
            translate("act", "Why is there no case?"),
            translate("act", "The person who reported it is told this reason."),
            translate("act", "Void"),
            lambda reason: self._act("void", {"reason": reason}),
        )

    def _reason(
        self,
        ticket: TicketDetail,
        title: str,
        hint: str,
        verb: str,
        on_answer: Callable[[str], None],
    ) -> None:
        about = (ticket.line.id, title)
        begun = self._reasons.pop(about, "")

        def make(close: Callable[[], None]) -> AskReason:
            def answer(reason: str) -> None:
                close()
                on_answer(reason)

            return AskReason(title, hint, verb, begun=begun, on_answer=answer, on_cancel=close)

        def leave(asked: AskReason) -> None:
            self._reasons[about] = asked.reason.toPlainText()

        open_question(self._window, title, make, leave)

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
