"""What painted widgets share: a smooth painter, rounded clips, photos cropped once."""

from functools import lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from ui.widgets import icons
from ui.widgets.theme import theme


def smooth(widget: QWidget) -> QPainter:
    """Return a painter on a widget with smooth edges and pictures."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    return painter


def rounded(rect: QRectF, radius: float) -> QPainterPath:
    """Return a rounded rectangle to clip with."""
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path


@lru_cache(maxsize=8)
def decode(jpeg: bytes) -> QImage:
    """Decode a small picture that is already in memory; null when it is none."""
    buffer = QBuffer()
    buffer.setData(QByteArray(jpeg))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    return reader.read()


@lru_cache(maxsize=512)
def cover(jpeg: bytes, width: int, height: int, ratio: float) -> QPixmap:
    """Return a picture cropped to fill a size at the screen's resolution; null when it is none."""
    image = decode(jpeg)
    if image.isNull():
        return QPixmap()
    wide, high = round(width * ratio), round(height * ratio)
    image = image.scaled(
        wide,
        high,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left, top = (image.width() - wide) // 2, (image.height() - high) // 2
    made = QPixmap.fromImage(image.copy(left, top, wide, high))
    made.setDevicePixelRatio(ratio)
    return made


def paint_photo(
    painter: QPainter, rect: QRect, jpeg: bytes | None, radius: float, icon: str = ""
) -> None:
    """Paint a photo cropped to a rounded rectangle; without one a quiet well, with an icon."""
    now = theme()
    painter.save()
    ratio = painter.device().devicePixelRatioF()
    picture = cover(jpeg, rect.width(), rect.height(), ratio) if jpeg else QPixmap()
    if picture.isNull():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color("sunken"))
        painter.drawRoundedRect(rect, radius, radius)
        if icon:
            size = now.text(20)
            left, top = (rect.width() - size) / 2, (rect.height() - size) / 2
            glyph = icons.pixmap(icon, size, now.color("text3"))
            painter.drawPixmap(QPointF(rect.left() + left, rect.top() + top), glyph)
    else:
        painter.setClipPath(rounded(QRectF(rect), radius))
        painter.drawPixmap(rect.topLeft(), picture)
        painter.setClipping(False)
    edge = QColor(0, 0, 0, 28) if now.mode == "light" else QColor(255, 255, 255, 34)
    painter.setPen(QPen(now.color("line") if now.high_contrast else edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    painter.restore()
