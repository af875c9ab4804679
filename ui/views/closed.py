"""What stands where records were to be read, on a device on which reading is closed."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from ui.widgets.button import button
from ui.widgets.layout import box, col, row, scroll, stretch
from ui.widgets.marks import disc
from ui.widgets.text import label, para


class ClosedPage(QWidget):
    """The reason, the next step, and what can be recorded all the same."""

    def __init__(
        self,
        sentence: str,
        step: str,
        *,
        on_resolve: Callable[[], None],
        on_report: Callable[[], None],
        on_patrol: Callable[[], None],
    ) -> None:
        super().__init__()
        translate = QCoreApplication.translate
        self.resolve = button(
            translate("act", "Resolve on the spot"), on_resolve, kind="primary", icon="zap"
        )
        report = button(translate("act", "Hand up a new matter"), on_report, icon="plus")
        patrol = button(translate("act", "Start a patrol"), on_patrol, icon="clipboard-check")
        why = col(label(sentence, "lead", strong=True), para(step), gap=4)
        content = col(
            disc("lock", tone="warn", fill="warn"), 6, why, 10, self.resolve, report, patrol, gap=8
        )
        page = col(row(box("none", content, 20), stretch, align=None), stretch, margins=20)
        self.setLayout(col(scroll(page, sentence)))
        self.setAccessibleName(f"{sentence} {step}")
