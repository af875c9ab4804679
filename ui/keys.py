"""Actions as keys of a window, and the panes that F6 walks through."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from ui.screens.contract import Action
from ui.widgets.focus import key_used


def bind(window: QWidget, actions: Sequence[Action]) -> list[QAction]:
    """Let the keys of actions work in a window; return what `unbind` takes away again."""
    made = []
    for action in actions:
        bound = QAction(action.words, window)
        if action.keys:
            bound.setShortcuts([QKeySequence(keys) for keys in action.keys.split(" / ")])
        bound.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        bound.setEnabled(not action.reason)
        bound.triggered.connect(_runner(action))
        window.addAction(bound)
        made.append(bound)
    return made


def unbind(window: QWidget, bound: list[QAction]) -> None:
    """Take keys away again."""
    for action in bound:
        window.removeAction(action)
        action.deleteLater()
    bound.clear()


def next_pane(within: QWidget, last: QWidget) -> None:
    """Move the focus to the first control of the next pane; after all of them comes `last`."""
    panes: list[QWidget] = [
        pane
        for pane in (*within.findChildren(QFrame), last)
        if (pane is last or pane.property("box") == "pane") and pane.isVisible() and _stops(pane)
    ]
    if not panes:
        return
    here = QApplication.focusWidget()
    at = next((n for n, pane in enumerate(panes) if here and pane.isAncestorOf(here)), -1)
    _stops(panes[(at + 1) % len(panes)])[0].setFocus(Qt.FocusReason.TabFocusReason)


def _stops(pane: QWidget) -> list[QWidget]:
    return [
        child
        for child in pane.findChildren(QWidget)
        if child.isVisible() and child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def _runner(action: Action) -> Callable[[bool], None]:
    def run(_checked: bool) -> None:
        key_used()
        action.run()

    return run
