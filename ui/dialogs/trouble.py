"""The one dialog for a bug: calm, with a report that can be copied; work goes on behind it."""

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from ui.widgets.button import button
from ui.widgets.field import text_field
from ui.widgets.layout import col, row, set_margins, stretch
from ui.widgets.marks import disc
from ui.widgets.text import label, para
from ui.widgets.theme import theme


class TroubleDialog(QDialog):
    """Says that something went wrong, that nothing recorded is lost, and shows the report."""

    def __init__(self, parent: QWidget | None, report: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.report = text_field(self.tr("Report"), text=report, lines=9)
        self.report.setReadOnly(True)
        self.copy = button(self.tr("Copy the report"), self._copy, icon="copy-check")
        self.dismiss = button(self.tr("Go on working"), self.accept, kind="primary")
        title = label(self.tr("Something in the program went wrong"), "lead", strong=True)
        calm = para(
            self.tr(
                "Everything recorded so far is on this computer and safe. You can go on working; "
                "please pass the report on to your administrator."
            )
        )
        head = row(
            disc("triangle-alert", tone="warn", fill="warn"), (col(title, calm, gap=4), 1), gap=14
        )
        layout = col(head, 4, self.report, 4, row(stretch, self.copy, self.dismiss), gap=8)
        set_margins(layout, 20)
        self.setLayout(layout)
        self.setMinimumWidth(theme().space(560))
        self.dismiss.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy.show_text(self.tr("Copied"))
