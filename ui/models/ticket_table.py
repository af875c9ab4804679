"""The ticket list as Qt sees it: one column, painted by a delegate, read aloud as a sentence."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from gridworker.domain.ids import Ids
from gridworker.domain.lines import TicketLine
from ui.models.pages import Pages

Index = QModelIndex | QPersistentModelIndex
LINE_ROLE = Qt.ItemDataRole.UserRole
ID_ROLE = Qt.ItemDataRole.UserRole + 1
_ROLES = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        LINE_ROLE,
        ID_ROLE,
    }
)


class TicketTable(QAbstractTableModel):
    """Blank until a page comes; `data` never reads.

    `ask` gets the number of a question and ids; `describe` says a row in one sentence for screen
    readers.
    """

    def __init__(
        self,
        ask: Callable[[int, Sequence[str]], None],
        describe: Callable[[TicketLine], str],
    ) -> None:
        super().__init__()
        self._pages: Pages[TicketLine] = Pages(ask)
        self._describe = describe

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return how many tickets the list holds."""
        return 0 if parent.isValid() else len(self._pages)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        """Return one: the delegate paints the whole row."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a title, a sentence, the line itself, or nothing while its page is on the way."""
        if not index.isValid() or role not in _ROLES:
            return None
        if role == ID_ROLE:
            return self._pages.id_at(index.row())
        line = self._pages.row(index.row())
        if role == LINE_ROLE or line is None:
            return line if role == LINE_ROLE else ""
        return self._describe(line) if role == Qt.ItemDataRole.AccessibleTextRole else line.title

    def start(self, rows: Sequence[TicketLine]) -> None:
        """Show the first page of another list; `set_ids` follows when there is more."""
        self.beginResetModel()
        self._pages.start({row.id: row for row in rows})
        self.endResetModel()

    def set_ids(self, ids: Ids) -> bool:
        """Show these tickets, each as it is known until it has been asked for again.

        Those that only follow the ones shown are added; other ids reset the table, and the answer
        is False.
        """
        if len(self._pages) and ids.begins_with(self._pages.ids):
            self._add(ids)
            return True
        self.beginResetModel()
        self._pages.set_ids(ids)
        self.endResetModel()
        return False

    def set_rows(self, question: int, rows: Mapping[str, TicketLine]) -> None:
        """Fill in one page; the answer to a question nobody asks any more is dropped."""
        filled = self._pages.fill(question, rows)
        if filled is not None:
            first, last = filled
            self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def place_of(self, ticket: str) -> QModelIndex:
        """Return where a ticket stands; an invalid index when it is not in the list."""
        place = self._pages.place_of(ticket)
        return QModelIndex() if place is None else self.index(place, 0)

    def _add(self, ids: Ids) -> None:
        known = len(self._pages)
        if known < len(ids):
            self.beginInsertRows(QModelIndex(), known, len(ids) - 1)
            self._pages.set_ids(ids)
            self.endInsertRows()
        else:
            self._pages.set_ids(ids)
        self.dataChanged.emit(self.index(0, 0), self.index(known - 1, 0))
