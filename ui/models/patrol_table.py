"""The patrol list as Qt sees it: one column, painted by a delegate, read aloud as a sentence."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from gridworker.domain.lines import PatrolLine
from ui.models.pages import Pages

Index = QModelIndex | QPersistentModelIndex
LINE_ROLE = Qt.ItemDataRole.UserRole
ID_ROLE = Qt.ItemDataRole.UserRole + 1
_WORDS = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    }
)


class PatrolTable(QAbstractTableModel):
    """Blank until a page comes; `data` never reads.

    `ask` gets a page number and its ids; `describe` says a row in one sentence.
    """

    def __init__(
        self,
        ask: Callable[[int, Sequence[str]], None],
        describe: Callable[[PatrolLine], str],
    ) -> None:
        super().__init__()
        self._pages: Pages[PatrolLine] = Pages(ask)
        self._describe = describe

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return how many records the list holds."""
        return 0 if parent.isValid() else len(self._pages)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Return one: the delegate paints the whole row."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a sentence, the line itself, or nothing while its page is on the way."""
        if not index.isValid() or (role not in _WORDS and role not in {LINE_ROLE, ID_ROLE}):
            return None
        if role == ID_ROLE:
            return self._pages.id_at(index.row())
        line = self._pages.row(index.row())
        if role == LINE_ROLE or line is None:
            return line if role == LINE_ROLE else ""
        return self._describe(line)

    def set_ids(self, ids: Sequence[str]) -> None:
        """Show other records."""
        self.beginResetModel()
        self._pages.set_ids(ids)
        self.endResetModel()

    def set_rows(self, page: int, rows: Mapping[str, PatrolLine]) -> None:
        """Fill in one page; the answer to a question nobody asks any more is dropped."""
        filled = self._pages.fill(page, rows)
        if filled is not None:
            first, last = filled
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))
