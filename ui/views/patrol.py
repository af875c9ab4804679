"""巡查, the list: every record newest first, with a search."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QModelIndex
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from gridworker.domain.lines import PatrolLine
from ui.models.patrol_table import LINE_ROLE, PatrolTable
from ui.presenters.patrol import PatrolListPresenter
from ui.views.patrol_rows import PatrolRows, describe_patrol, row_height
from ui.widgets.button import button
from ui.widgets.field import line_field
from ui.widgets.layout import col, row, stretch
from ui.widgets.notice import empty_state
from ui.widgets.table import LongList
from ui.widgets.text import label


class PatrolListPane(QFrame):
    """Shows what the presenter says; Enter on a record opens the ticket that came of it."""

    def __init__(
        self,
        presenter: PatrolListPresenter,
        *,
        now: Callable[[], datetime],
        on_ticket: Callable[[str], None],
        on_back: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        translate = QCoreApplication.translate
        self.setProperty("box", "pane")
        self._table = PatrolTable(presenter.ask, lambda line: describe_patrol(line, now()))

        def opened(index: QModelIndex) -> None:
            line = index.data(LINE_ROLE)
            if isinstance(line, PatrolLine) and line.ticket:
                on_ticket(line.ticket)

        self.list = LongList(
            self._table,
            PatrolRows(now),
            name=translate("PatrolListPane", "Patrol records"),
            row_height=row_height(),
            on_current=lambda _index: None,
            on_enter=opened,
        )
        self.search = line_field(
            translate("PatrolListPane", "Search patrol records"),
            placeholder=translate("PatrolListPane", "Words or initials"),
            on_edit=presenter.search,
            on_enter=self.list.setFocus,
        )
        self._count = label("", "meta", "3")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        holder = QWidget()
        nothing = empty_state(
            "clipboard-check",
            translate("PatrolListPane", "No patrol record here"),
            translate("PatrolListPane", "The first one takes a place, one key and Ctrl+Enter."),
        )
        holder.setLayout(col(nothing, stretch))
        self._stack.addWidget(holder)
        back: tuple[QWidget, ...] = ()
        if on_back is not None:
            words = translate("PatrolFormPane", "New patrol record")
            back = (button(words, on_back, icon="plus", density="small"),)
        title = label(translate("PatrolListPane", "Patrol records"), "title")
        head = row(title, self._count, stretch, *back)
        self.setLayout(
            col(col(head, self.search, gap=8, margins=(18, 14, 12, 8)), (self._stack, 1), gap=0)
        )

    def show_ids(self, ids: Sequence[str]) -> None:
        """Show these records, newest first."""
        self._table.set_ids(ids)
        self._count.setText(str(len(ids)))
        self._stack.setCurrentIndex(0 if ids else 1)

    def show_rows(self, page: int, rows: Mapping[str, PatrolLine]) -> None:
        """Fill in one page."""
        self._table.set_rows(page, rows)
