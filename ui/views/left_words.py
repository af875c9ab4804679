"""Unfinished words whose ticket is gone: what was typed, where, and what can be done with it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame

from gridworker.domain.lines import LeftWords
from ui.presenters.left_words import LeftOver
from ui.widgets import when
from ui.widgets.button import Button, button
from ui.widgets.layout import Item, box, col, row, stretch
from ui.widgets.text import para
from ui.widgets.theme import theme

ROW, COMPACT_ROW = 4, 2
Offer = tuple[bool, str, str, Callable[[], None]]


class LeftBox(QFrame):
    """One piece of unfinished work; it stays until the person uses it or lets it go."""

    def __init__(self, line: LeftWords, *, do: LeftOver, now: datetime) -> None:
        super().__init__()
        self.setProperty("box", "card")
        self.line = line
        translate = QCoreApplication.translate
        name = line.name or translate("LeftWords", "A ticket that is not on this laptop now")
        self.setAccessibleName(name)
        head = para(name, tone=None)
        head.setProperty("strong", "true")
        parts: list[Item] = [head, para(_told(line, now), "meta")]
        if line.words:
            parts.append(box("well", col(*map(para, line.words), gap=4), (12, 8, 12, 8)))
        self._sure = False
        self._buttons = self._offered(do)
        self.first = self._buttons[0]
        many = COMPACT_ROW if theme().compact else ROW
        rows = [
            row(*self._buttons[start : start + many], stretch, gap=8)
            for start in range(0, len(self._buttons), many)
        ]
        self.setLayout(col(*parts, *rows, gap=8, margins=(16, 12, 16, 12)))

    def _offered(self, do: LeftOver) -> list[Button]:
        line, translate = self.line, QCoreApplication.translate
        offers: list[Offer] = [
            (bool(line.words), translate("LeftWords", "Copy the words"), "copy-check", self._copy),
            (
                True,
                translate("LeftWords", "Use it in a new report…"),
                "plus",
                partial(do.report, line),
            ),
            (
                bool(line.ticket),
                translate("AttentionCard", "Open the ticket"),
                "arrow-right",
                partial(do.open, line),
            ),
            (True, translate("LeftWords", "I do not need it"), "x", partial(self._let_go, do)),
        ]
        return [
            button(words, press, icon=icon, density="small")
            for offered, words, icon, press in offers
            if offered
        ]

    def _let_go(self, do: LeftOver) -> None:
        """Throw away only what is meant twice: nobody can bring it back."""
        if self._sure:
            do.discard(self.line)
            return
        self._sure = True
        sure = QCoreApplication.translate("LeftWords", "Press again: it is gone for good")
        self._buttons[-1].show_text(sure)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self.line.words))
        self.first.show_text(QCoreApplication.translate("LeftWords", "Copied"))


def _told(line: LeftWords, now: datetime) -> str:
    """Return when and for what it was entered, and why nobody asks for it any more."""
    translate = QCoreApplication.translate
    asked = {
        "hand_up": translate("act", "Hand up"),
        "void": translate("act", "Void"),
        "edit": translate("AskWords", "Change place or note"),
        "add": translate("LeftWords", "Add to it"),
        "choice": translate("LeftWords", "Written together"),
    }
    begun = translate("LeftWords", "{when}, for “{what}”, not finished.").format(
        when=when.moment(line.at, now), what=asked.get(line.question, line.question)
    )
    why = (
        translate("LeftWords", "The ticket is here, but this step cannot be done on it any more.")
        if line.ticket
        else translate("LeftWords", "The ticket is not on this laptop any more.")
    )
    photos = translate("LeftWords", "{count} photos are with it.").format(count=line.photos)
    return "\n".join((begun, why, *([photos] if line.photos else [])))
