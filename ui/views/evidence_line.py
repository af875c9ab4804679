"""What photos an item asks for, and the way out when one cannot be taken."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from gridworker.domain.lines import ItemLine
from ui.presenters.matter_form import Lack
from ui.widgets.button import button
from ui.widgets.field import line_field
from ui.widgets.layout import col, row, stretch
from ui.widgets.text import Elided, icon_label
from ui.widgets.theme import theme


class EvidenceLine(QWidget):
    """Says the rule; asks for a reason where a photo is missing, with three ready ones."""

    def __init__(self, *, on_reason: Callable[[str], None], on_files: Callable[[], None]) -> None:
        super().__init__()
        translate = QCoreApplication.translate
        self._on_reason = on_reason
        self._words = Elided("", "meta", "3")
        files = button(
            translate("EvidenceLine", "Choose files"), on_files, kind="link", density="small"
        )
        self._no_photo = button(
            translate("EvidenceLine", "No photo…"), self.ask_reason, kind="link", density="small"
        )
        self.field = line_field(
            translate("EvidenceLine", "Why there is no photo"),
            placeholder=translate("EvidenceLine", "Why there is no photo"),
            on_edit=on_reason,
        )
        ready = (
            translate("EvidenceLine", "The person did not agree"),
            translate("EvidenceLine", "It was urgent"),
            translate("EvidenceLine", "Nothing to be seen"),
        )
        chips = [button(words, self._taker(words), kind="chip") for words in ready]
        for chip in chips:
            chip.setProperty("outline", "true")
        choices = row(*chips, stretch, gap=6) if not theme().single else col(*chips, gap=6)
        self._ask = QWidget()
        self._ask.setLayout(col(choices, self.field, gap=6))
        self._ask.hide()
        line = row(icon_label("info", 16, "text3"), (self._words, 1), files, self._no_photo, gap=8)
        self.setLayout(col(line, self._ask, gap=6))

    def show_rule(self, item: ItemLine | None, *, missing: Sequence[Lack], reason: str) -> None:
        """Say what the item asks for and what of it is missing."""
        self._words.show_text(self._rule(item, missing))
        asks = item is not None and (item.before + item.after) > 0
        self._no_photo.setVisible(asks and self._ask.isHidden())
        if self.field.text() != reason:
            self.field.setText(reason)
        if reason:
            self.ask_reason()

    def ask_reason(self) -> None:
        """Ask why there is no photo."""
        self._ask.show()
        self._no_photo.hide()

    def _rule(self, item: ItemLine | None, missing: Sequence[Lack]) -> str:
        translate = QCoreApplication.translate
        if item is None:
            return translate("EvidenceLine", "One photo before, one after; paste or drop them too")
        if not item.on_the_spot:
            return translate("EvidenceLine", "This is not finished on the spot: it is handed up")
        rule = translate("EvidenceLine", "Asks for {before} before and {after} after").format(
            before=item.before, after=item.after
        )
        short = [lack for lack in missing if lack in {Lack.BEFORE, Lack.AFTER}]
        if not short:
            return rule + translate("EvidenceLine", ", all there")
        return rule + translate("EvidenceLine", "; paste or drop them too")

    def _taker(self, words: str) -> Callable[[], None]:
        def take() -> None:
            self.field.setText(words)
            self._on_reason(words)

        return take
