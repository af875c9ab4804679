"""A numbered block of a form: title and hint on one line, the field, and what is wrong with it."""

from PySide6.QtWidgets import QWidget

from ui.widgets.field import mark_wrong
from ui.widgets.layout import col, row, stretch
from ui.widgets.text import icon_label, label, para
from ui.widgets.theme import theme


class FormBlock(QWidget):
    """The words of a problem are the fix, and stand under the field that needs it."""

    def __init__(self, number: int, title: str, hint: str, field: QWidget, *below: QWidget) -> None:
        super().__init__()
        self.field = field
        self._words = para("", "meta", "danger")
        self._problem = QWidget()
        self._problem.setLayout(row(icon_label("octagon-alert", 16, "danger"), (self._words, 1)))
        self._problem.hide()
        note = (label(hint, "meta", "3"),) if hint and not theme().compact else ()
        head = row(label(f"{number}  {title}", strong=True), *note, stretch, gap=8)
        self.setLayout(col(head, field, self._problem, *below, gap=6))

    def show_problem(self, words: str) -> None:
        """Say what is missing here; empty words take it away."""
        self._words.setText(words)
        self._problem.setVisible(bool(words))
        mark_wrong(self.field, wrong=bool(words))
