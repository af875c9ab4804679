"""The status vocabulary: every status is a shape, a word and a colour, in that order of weight."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.widgets import icons
from ui.widgets.paint import smooth
from ui.widgets.theme import theme, tokens


def status_word(status: str) -> str:
    """Return the word of a status in the language of the windows."""
    translate = QCoreApplication.translate
    words = {
        "draft": translate("status", "Draft"),
        "saved": translate("status", "Saved here"),
        "queued": translate("status", "To send"),
        "sending": translate("status", "Sending"),
        "waiting_photo": translate("status", "Waiting for photos"),
        "delivered": translate("status", "Delivered"),
        "refused": translate("status", "Not accepted"),
        "quarantined": translate("status", "Under review"),
        "attention": translate("status", "Needs care"),
        "conflict": translate("status", "Differs"),
        "paused": translate("status", "Paused"),
        "overdue": translate("status", "Overdue"),
        "soon": translate("status", "Due soon"),
        "open": translate("status", "Open"),
        "done": translate("status", "Done"),
        "voided": translate("status", "Taken back"),
        "returned": translate("status", "Returned"),
        "offline": translate("status", "Offline"),
        "online": translate("status", "Online"),
    }
    return words[status]


def status_icon(status: str) -> str:
    """Return the icon of a status; raises KeyError for a status that does not exist."""
    return str(tokens()["status"][status]["icon"])


def status_tone(status: str) -> str:
    """Return the tone of a status."""
    return str(tokens()["status"][status]["tone"])


def badge_width(text: str, *, plain: bool = False) -> int:
    """Return how wide a badge with these words is."""
    now = theme()
    words = QFontMetrics(now.font("micro")).horizontalAdvance(text)
    return now.text(14) + now.space(4) + words + (2 if plain else now.space(16))


def paint_badge(
    painter: QPainter, left: float, middle: float, status: str, text: str, *, plain: bool = False
) -> None:
    """Paint a status; `plain` leaves out the pill, for dense rows."""
    now = theme()
    word, soft, solid = now.tone(status_tone(status))
    width, height = badge_width(text, plain=plain), now.text(12) + now.space(11)
    rect = QRectF(left, middle - height / 2, width, height)
    if not plain:
        strong = now.high_contrast
        painter.setPen(QPen(solid, 2) if strong else Qt.PenStyle.NoPen)
        painter.setBrush(soft)
        painter.drawRoundedRect(
            rect.adjusted(1, 1, -1, -1) if strong else rect, height / 2, height / 2
        )
    start, glyph = left + (0 if plain else now.space(7)), now.text(14)
    painter.drawPixmap(
        QPointF(start, middle - glyph / 2), icons.pixmap(status_icon(status), glyph, word)
    )
    painter.setPen(word)
    painter.setFont(now.font("micro"))
    text_left = start + glyph + now.space(4)
    painter.drawText(
        QRectF(text_left, rect.y(), width, height),
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        text,
    )


class Badge(QWidget):
    """A status with its words; other words than the usual ones may be given."""

    def __init__(self, status: str, text: str = "", *, plain: bool = False) -> None:
        super().__init__()
        self._plain = plain
        self.show_status(status, text)

    def show_status(self, status: str, text: str = "") -> None:
        """Show another status."""
        self.status, self.text = status, text or status_word(status)
        self.setAccessibleName(self.text)
        now = theme()
        self.setFixedSize(
            badge_width(self.text, plain=self._plain) + 1, now.text(12) + now.space(12)
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint it in the theme in force."""
        paint_badge(smooth(self), 0, self.height() / 2, self.status, self.text, plain=self._plain)
