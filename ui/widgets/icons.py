"""Lucide line icons (ISC), tinted and rendered at the resolution of the screen."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

import resources

_SMALL, _MIDDLE = 16, 26


@lru_cache(maxsize=1024)
def _render(name: str, size: int, color: str, stroke: float, ratio: float) -> QPixmap:
    svg = resources.text(f"icons/{name}.svg").replace("currentColor", color)
    svg = svg.replace('stroke-width="2"', f'stroke-width="{stroke}"')
    found = QPixmap(round(size * ratio), round(size * ratio))
    found.fill(Qt.GlobalColor.transparent)
    painter = QPainter(found)
    QSvgRenderer(QByteArray(svg.encode())).render(
        painter, QRectF(0, 0, found.width(), found.height())
    )
    painter.end()
    found.setDevicePixelRatio(ratio)
    return found


def pixmap(name: str, size: int, color: QColor, stroke: float | None = None) -> QPixmap:
    """Return an icon; small ones get a fuller stroke, so that all look equally heavy.

    Raises FileNotFoundError for a name that does not ship.
    """
    if stroke is None:
        stroke = 2.1 if size <= _SMALL else 1.75 if size <= _MIDDLE else 1.4
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    return _render(name, size, color.name(), stroke, ratio)


def icon(name: str, size: int, color: QColor) -> QIcon:
    """Return an icon for what wants a QIcon."""
    return QIcon(pixmap(name, size, color))
