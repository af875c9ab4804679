"""A photo slot that can be filled: live picture, shutter, drop, and a way back."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QMimeData, QRect, QRectF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)

from ui.photo_sources.payload import has_photo
from ui.widgets.button import button
from ui.widgets.paint import rounded, smooth
from ui.widgets.photo import PhotoSlot
from ui.widgets.theme import theme

_RADIUS = 8


class CaptureSlot(PhotoSlot):
    """One side of a matter. Space or a click takes a photo, Delete takes the last one away."""

    def __init__(
        self,
        tag: str,
        *,
        height: int = 150,
        on_shoot: Callable[[], None],
        on_remove: Callable[[], None],
        on_drop: Callable[[QMimeData], None],
    ) -> None:
        super().__init__(tag, height=height, grow=True, on_open=on_shoot)
        self._shoot, self._on_remove, self._on_drop = on_shoot, on_remove, on_drop
        self._live: QImage | None = None
        self._busy = False
        self._count = 0
        self.setAcceptDrops(True)
        again = QCoreApplication.translate("CaptureSlot", "Take again: {side}").format(side=tag)
        self._again = button("", on_remove, icon="rotate-ccw", density="small", name=again)
        self._again.setParent(self)
        self._again.hide()

    @property
    def is_live(self) -> bool:
        """Whether it shows what the camera sees."""
        return self._live is not None

    def show_live(self, frame: QImage | None) -> None:
        """Show what the camera sees, or nothing of it."""
        if frame is not None or self._live is not None:
            self._live = frame
            self.update()

    def show_taken(self, thumb: bytes | None, *, caption: str, count: int, busy: bool) -> None:
        """Show the newest photo of this side and how many there are."""
        self._busy, self._count = busy, count
        self._again.setVisible(count > 0)
        self.show_photo(thumb, caption=caption)

    def show_hint(self, hint: str) -> None:
        """Say how an empty slot is filled."""
        if hint != self.hint:
            self.hint = hint
            self.show_photo(self.jpeg, caption=self.caption)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space takes, Delete takes away; everything else is the form's."""
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._shoot()
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self._count:
            self._on_remove()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a photo; a side that has one keeps it until it is taken away."""
        if event.button() == Qt.MouseButton.LeftButton and not self._count:
            self._shoot()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let photos be dropped."""
        if has_photo(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what is dropped."""
        event.acceptProposedAction()
        self._on_drop(event.mimeData())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the way back in its corner."""
        super().resizeEvent(event)
        edge, hint = theme().space(8), self._again.sizeHint()
        self._again.setGeometry(
            self.width() - hint.width() - edge, edge, hint.width(), self._again.height()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the photo, else what the camera sees, else how to fill the slot."""
        if self.jpeg or self._live is None or self._busy:
            super().paintEvent(event)
            if self._busy and not self.jpeg:
                self._paint_foot(smooth(self), self._translated_busy())
            elif self._count > 1:
                self._paint_count()
            return
        painter = smooth(self)
        _paint_frame(painter, self.rect(), self._live)
        edge = theme().space(8)
        self._paint_pill(painter, edge, edge, self.tag, "")
        self._paint_foot(painter, self.hint)
        color = theme().color("focus" if self.hasFocus() else "lineStrong")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, 3 if self.hasFocus() else 1))
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), _RADIUS, _RADIUS
        )

    def _paint_foot(self, painter: QPainter, words: str) -> None:
        now = theme()
        top = self.height() - now.text(12) - now.space(10) - now.space(8)
        self._paint_pill(painter, now.space(8), top, words, "camera")

    def _paint_count(self) -> None:
        words = QCoreApplication.translate("CaptureSlot", "{count} photos")
        now = theme()
        left = now.space(8)
        top = now.space(14) + now.text(12) + now.space(10)
        self._paint_pill(smooth(self), left, top, words.format(count=self._count), "")

    @staticmethod
    def _translated_busy() -> str:
        return QCoreApplication.translate("CaptureSlot", "Saving the photo")


def _paint_frame(painter: QPainter, rect: QRect, frame: QImage) -> None:
    """Crop the live picture to fill the slot; it is not cached, the next one comes soon."""
    scale = max(rect.width() / frame.width(), rect.height() / frame.height())
    wide, high = rect.width() / scale, rect.height() / scale
    part = QRectF((frame.width() - wide) / 2, (frame.height() - high) / 2, wide, high)
    painter.save()
    painter.setClipPath(rounded(QRectF(rect), _RADIUS))
    painter.drawImage(QRectF(rect), frame, part)
    painter.restore()
