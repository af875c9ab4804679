"""The rows of 今日: picture, two lines, how urgent, and one button each."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QLayout, QVBoxLayout, QWidget

from gridworker.domain.lines import InboxLine
from ui.views.item_icons import item_icon
from ui.widgets.button import Button, button
from ui.widgets.layout import box, col, row, stretch
from ui.widgets.marks import disc
from ui.widgets.paint import paint_photo, smooth
from ui.widgets.ring import Ring
from ui.widgets.text import Elided, hline, icon_label, label
from ui.widgets.theme import theme
from ui.widgets.when import left

URGENT = 1
AT_FIRST, AT_ONCE = 10, 2


class Thumb(QWidget):
    """A small picture of a row; an empty well until it comes."""

    def __init__(self, sha256: str, jpeg: bytes | None) -> None:
        super().__init__()
        self.sha256, self.jpeg = sha256, jpeg
        self.setFixedSize(theme().space(48), theme().space(44))

    def show_jpeg(self, jpeg: bytes) -> None:
        """Show the picture."""
        self.jpeg = jpeg
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it."""
        paint_photo(smooth(self), QRect(self.rect()), self.jpeg, 6)


def group_head(number: int) -> tuple[str, str, str]:
    """Return the title, icon and tone of a group of the inbox."""
    translate = QCoreApplication.translate
    heads = {
        1: (translate("inbox", "First: overdue"), "octagon-alert", "danger"),
        2: (translate("inbox", "Returned to me or disputed"), "undo-2", "warn"),
        3: (translate("inbox", "Sync needs a look"), "triangle-alert", "warn"),
        4: (translate("inbox", "Due today"), "clock-3", "text2"),
        5: (translate("inbox", "To be rechecked"), "copy-check", "text2"),
    }
    return heads.get(number, (translate("inbox", "Also waiting"), "list", "text2"))


class InboxRows:
    """Builds the groups of an inbox and keeps the thumbs that wait for their picture."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        thumb: Callable[[str], bytes | None],
        say: Callable[[str], str],
        on_open: Callable[[InboxLine], None],
    ) -> None:
        self._now, self._thumb, self._say, self._on_open = now, thumb, say, on_open
        self.thumbs: list[Thumb] = []
        self._waiting: deque[InboxLine] = deque()
        self._totals: Counter[int] = Counter()
        self._group, self._layout = 0, QVBoxLayout()
        self._column: QVBoxLayout | None = None
        self._last: Button | None = None

    def build(self, lines: Sequence[InboxLine]) -> QLayout:
        """Return the groups, one below the other, with the rows that fit a screen.

        `grow` adds the others: many at once would keep the window from answering.
        """
        self.thumbs = []
        self._waiting = deque(lines)
        self._totals = Counter(line.group for line in lines)
        self._group, self._column, self._last = 0, None, None
        self._layout = col(stretch, gap=14, margins=(0, 0, 10, 0))
        self._add(AT_FIRST)
        return self._layout

    def forget(self) -> None:
        """Make no more rows of these lines: they are not shown any more."""
        self._waiting.clear()

    @property
    def made(self) -> int:
        """Return how many rows there are by now."""
        return self._totals.total() - len(self._waiting)

    @property
    def waiting(self) -> bool:
        """Say whether there are rows that were not made yet."""
        return bool(self._waiting)

    def grow(self) -> bool:
        """Add some rows; return whether more are waiting."""
        last = self._last
        for action in self._add(AT_ONCE):
            if last is not None:
                QWidget.setTabOrder(last, action)
            last = action
        return self.waiting

    def _add(self, most: int) -> list[Button]:
        made: list[Button] = []
        while self._waiting and len(made) < most:
            line = self._waiting.popleft()
            if self._column is None or line.group != self._group:
                self._group, self._column = line.group, self._head(line.group)
                self._layout.insertLayout(self._layout.count() - 1, self._column)
            else:
                self._column.addWidget(hline())
            row_, self._last = self._row(line)
            self._column.addWidget(row_)
            made.append(self._last)
        return made

    def _head(self, number: int) -> QVBoxLayout:
        title, icon, tone = group_head(number)
        head = row(
            icon_label(icon, 16, tone),
            label(title, "meta", "2", strong=True),
            label(str(self._totals[number]), "meta", "3"),
            stretch,
            gap=7,
        )
        return col(head, 2, gap=2)

    def _row(self, line: InboxLine) -> tuple[QFrame, Button]:
        now = theme()
        picture = self._picture(line)
        meta = line.place
        if line.kind == "attention":
            meta = " · ".join(part for part in (line.place, self._say(line.reason)) if part)
        title = line.title or QCoreApplication.translate("inbox", "Words you had begun")
        words = col(Elided(title, strong=True), Elided(meta, "meta", "3"), gap=1)
        action = button(
            self._verb(line),
            lambda: self._on_open(line),
            kind="tonal" if line.group == URGENT else "plain",
            density="small",
        )
        action.setMinimumWidth(now.text(92))
        action.setAccessibleDescription(f"{title} {line.place}")
        if now.compact:
            words.addLayout(self._state(line))
            parts = row(picture, (words, 1), action, gap=12, margins=(0, 6, 0, 6))
            return box("none", parts), action
        state = box("none", self._state(line), 0)
        state.setFixedWidth(now.text(150))
        parts = row(picture, (words, 1), state, action, gap=12, margins=(0, 6, 0, 6))
        return box("none", parts), action

    def _picture(self, line: InboxLine) -> QWidget:
        if line.thumb is None:
            kinds = {"attention": "file-x", "unfinished": "sticky-note"}
            icon = kinds.get(line.kind) or item_icon(line.title)
            made = disc(icon, size=48, glyph=20)
            made.setFixedHeight(theme().space(44))
            return made
        thumb = Thumb(line.thumb, self._thumb(line.thumb))
        self.thumbs.append(thumb)
        return thumb

    def _state(self, line: InboxLine) -> QLayout:
        if line.due is None:
            words = QCoreApplication.translate("inbox", "Needs care")
            return row(
                icon_label("triangle-alert", 18, "warn"),
                label(words, "meta", "warn"),
                stretch,
                gap=7,
            )
        due = left(line.due, None, self._now())
        tone = {"overdue": "danger", "soon": "warn"}.get(due.state, "2")
        return row(Ring(due.share, due.state, 18), label(due.words, "meta", tone), stretch, gap=7)

    def _verb(self, line: InboxLine) -> str:
        translate = QCoreApplication.translate
        if line.kind == "attention":
            return translate("inbox", "See why")
        return translate("inbox", "Open it")
