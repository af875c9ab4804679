"""A photo as large as the window; arrow keys go to the next one, Esc goes back."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.widgets.button import button
from ui.widgets.layout import col, row
from ui.widgets.paint import smooth
from ui.widgets.sheet import Sheet
from ui.widgets.text import Elided
from ui.widgets.theme import theme


class _Picture(QWidget):
    """Shows a picture whole, never larger than it is."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the middle."""
        painter = smooth(self)
        painter.fillRect(self.rect(), theme().color("sunken"))
        if self.image.isNull():
            return
        size = self.image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), self.image)


class PhotoViewer(QWidget):
    """Walks through the photos of a ticket; `on_look` is asked for each in full.

    A photo is (sha256, caption, why this computer does not have it).
    """

    def __init__(
        self,
        photos: Sequence[tuple[str, str, str]],
        *,
        at: int,
        on_look: Callable[[str], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self._photos, self._at, self._on_look = photos, at, on_look
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._picture = _Picture()
        self.caption = Elided("", "meta", "2")
        back = button(
            "", lambda: self._step(-1), icon="chevron-left", name=self.tr("Previous photo")
        )
        on = button("", lambda: self._step(1), icon="chevron-right", name=self.tr("Next photo"))
        close = button(self.tr("Close"), on_close, hint="Esc")
        bar = row(back, on, (self.caption, 1), close, gap=8)
        layout = col((self._picture, 1), bar, gap=10)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        for arrow in (back, on):
            arrow.setEnabled(len(photos) > 1)
        self._step(0)

    def show_photo(self, sha256: str, jpeg: bytes | None) -> None:
        """Show a picture if it still is the one looked at."""
        known, _, missing = self._photos[self._at]
        if sha256 != known:
            return
        if jpeg is None:
            self.caption.show_text(missing or self.tr("This photo cannot be shown"))
        self._picture.image = QImage.fromData(jpeg) if jpeg else QImage()
        self._picture.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._step(step)

    def _step(self, step: int) -> None:
        self._at = (self._at + step) % len(self._photos)
        sha256, caption, _ = self._photos[self._at]
        self.caption.show_text(caption)
        self.setAccessibleName(caption)
        self._on_look(sha256)


def open_viewer(
    window: QWidget,
    photos: Sequence[tuple[str, str, str]],
    *,
    at: int,
    on_look: Callable[[str], None],
) -> tuple[Sheet, PhotoViewer]:
    """Open the viewer over a window."""

    def close() -> None:
        sheet.dismiss()

    viewer = PhotoViewer(photos, at=at, on_look=on_look, on_close=close)
    sheet = Sheet(window, col(viewer, margins=16), name=viewer.tr("Photo"), width=1180, height=700)
    viewer.setFocus()
    return sheet, viewer
