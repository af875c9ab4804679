"""Rows, columns, boxes and scrolled panes, measured in the theme's distances."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.text import label
from ui.widgets.theme import theme


class Stretch:
    """Marks the place in a row or column that takes what is left over."""


stretch = Stretch()
Part = QWidget | QLayout | Stretch | int
Item = Part | tuple[QWidget | QLayout, int]
Margins = int | tuple[int, int, int, int]


def _fill(layout: QBoxLayout, items: tuple[Item, ...]) -> None:
    for item in items:
        part, share = item if isinstance(item, tuple) else (item, 0)
        if isinstance(part, Stretch):
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(theme().space(part))
        elif isinstance(part, QWidget):
            layout.addWidget(part, share)
        else:
            layout.addLayout(part, share)


def set_margins(layout: QLayout, margins: Margins) -> None:
    """Set margins in distances at 100 %."""
    sides = (margins,) * 4 if isinstance(margins, int) else margins
    layout.setContentsMargins(*(theme().space(side) for side in sides))


def row(
    *items: Item,
    gap: int = 8,
    margins: Margins = 0,
    align: Qt.AlignmentFlag | None = Qt.AlignmentFlag.AlignVCenter,
) -> QHBoxLayout:
    """Lay things out side by side; an int is a gap, a pair gives a share of what is left."""
    layout = QHBoxLayout()
    layout.setSpacing(theme().space(gap))
    set_margins(layout, margins)
    _fill(layout, items)
    if align is not None:
        for number in range(layout.count()):
            item = layout.itemAt(number)
            widget = item.widget() if item is not None else None
            if widget is not None:
                layout.setAlignment(widget, align)
    return layout


def col(*items: Item, gap: int = 8, margins: Margins = 0) -> QVBoxLayout:
    """Lay things out one below the other; an int is a gap, a pair gives a share of what is left."""
    layout = QVBoxLayout()
    layout.setSpacing(theme().space(gap))
    set_margins(layout, margins)
    _fill(layout, items)
    return layout


def box(kind: str, content: QLayout | QWidget, margins: Margins | None = None) -> QFrame:
    """Return a box: pane, card, well, none, or the soft fill of a tone (accent, warn, ...)."""
    made = QFrame()
    made.setProperty("box", kind)
    layout = col(content) if isinstance(content, QWidget) else content
    if margins is not None:
        set_margins(layout, margins)
    made.setLayout(layout)
    return made


def section(text: str, count: str = "", *right: Item) -> QHBoxLayout:
    """Return the heading of a part of a pane; the same height with or without a button."""
    head: QLabel = label(text, strong=True)
    head.setMinimumHeight(theme().space(32))
    counted: tuple[Item, ...] = (label(count, "meta", "3"),) if count else ()
    return row(head, *counted, stretch, *right, gap=6)


def scroll(content: QLayout, name: str = "") -> QScrollArea:
    """Return a pane that scrolls by itself, so that large text is never squeezed.

    It takes part in the focus chain only when it has a `name`.
    """
    body = QWidget()
    body.setObjectName("scrollBody")
    body.setLayout(content)
    body.setAutoFillBackground(False)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(body)
    area.setFocusPolicy(Qt.FocusPolicy.TabFocus if name else Qt.FocusPolicy.NoFocus)
    area.setAccessibleName(name)
    area.viewport().setAutoFillBackground(False)
    return area


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; the widgets are deleted."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
