"""A long list: one column of painted rows, fast at any length, one stop in the focus chain."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView


class LongList(QTableView):
    """Rows of one height; reports another current row, and Enter or a double click on one.

    `to_end` says that End was the last key: whoever adds the rest of a list goes on to its end.
    """

    def __init__(
        self,
        model: QAbstractTableModel,
        delegate: QStyledItemDelegate,
        *,
        name: str,
        row_height: int,
        on_current: Callable[[QModelIndex], None],
        on_enter: Callable[[QModelIndex], None],
    ) -> None:
        super().__init__()
        self._on_current, self._on_enter = on_current, on_enter
        self._row_height, self.to_end = row_height, False
        self.setAccessibleName(name)
        self.setModel(model)
        model.setParent(self)
        self.setItemDelegate(delegate)
        delegate.setParent(self)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(row_height // 2)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(1)
        rows.setDefaultSectionSize(row_height)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        columns = self.horizontalHeader()
        columns.hide()
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(on_enter)

    def currentChanged(  # noqa: N802  (Qt's name)
        self,
        current: QModelIndex,  # type: ignore[override]  # a view is given no persistent one
        previous: QModelIndex,  # type: ignore[override]  # as above
    ) -> None:
        """Report another row."""
        super().currentChanged(current, previous)
        self._on_current(current)

    def sight(self) -> tuple[int, int]:
        """Return the first row to be seen and how many pixels of it are above."""
        return divmod(self.verticalScrollBar().value(), self._row_height)

    def show_sight(self, row: int, above: int) -> None:
        """Bring a row to the top, so many pixels of it above."""
        self.executeDelayedItemsLayout()
        self.verticalScrollBar().setValue(row * self._row_height + above)

    def bring(self, index: QModelIndex, *, scroll: bool) -> None:
        """Make a row the current one, with or without scrolling to it."""
        self.setAutoScroll(scroll)
        self.setCurrentIndex(index)
        self.setAutoScroll(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer Enter, Home and End; everything else is Qt's."""
        self.to_end = event.key() == Qt.Key.Key_End
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._on_enter(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            # A table takes these for the ends of its row; here a row has one column.
            last = self.model().rowCount() - 1
            place = 0 if event.key() == Qt.Key.Key_Home else last
            self.setCurrentIndex(self.model().index(place, 0))
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:  # noqa: N802  (Qt's name)
        """Do nothing: searching by typing would read every row; there is a search field."""
