"""F1: what can be done here and with which key; on every page in the same place."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from ui.actions import Action
from ui.widgets.button import button
from ui.widgets.layout import col, row, scroll, stretch
from ui.widgets.text import keycap, label, para
from ui.widgets.theme import theme


def shown_keys(keys: str) -> str:
    """Return a key sequence as it is printed: "Ctrl K" for "Ctrl+K"."""
    return keys.replace("++", "+＋").replace("+", " ").replace("＋", "+") if keys else ""


class Help(QWidget):
    """Lists the actions of the page and of the window with their keys."""

    def __init__(
        self,
        page: str,
        here: Sequence[Action],
        always: Sequence[Action],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        words = self.tr(
            "What you type is stored at once. Nothing here waits for the network: records go to "
            "the centre by themselves when there is one."
        )
        lists = col(
            *self._part(self.tr("On this page"), here),
            *self._part(self.tr("Everywhere"), always),
            stretch,
            gap=10,
            margins=(0, 0, 10, 0),
        )
        close = button(self.tr("Close"), on_close, kind="primary", hint="Esc")
        self.setLayout(
            col(
                label(self.tr("Help: {page}").format(page=page), "title"),
                para(words),
                (scroll(lists, self.tr("Keys")), 1),
                row(stretch, close),
                gap=10,
            )
        )
        self.setFocusProxy(close)

    def _part(self, title: str, actions: Sequence[Action]) -> tuple[QWidget | QGridLayout, ...]:
        keyed = [action for action in actions if action.keys]
        if not keyed:
            return ()
        grid, columns = QGridLayout(), 1 if theme().compact else 2
        grid.setHorizontalSpacing(theme().space(24))
        grid.setVerticalSpacing(theme().space(8))
        for number, action in enumerate(keyed):
            line = row(label(action.words), stretch, keycap(shown_keys(action.keys)), gap=8)
            grid.addLayout(line, number // columns, number % columns)
        return label(title, "meta", "3", strong=True), grid
