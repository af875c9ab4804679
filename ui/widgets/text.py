"""Words on the screen: labels, paragraphs, lines that elide, icons beside words, key caps."""

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy

from ui.widgets import icons
from ui.widgets.theme import theme

_NUDGED_UP_TO = 22
# Letters and signs between which no line ends by itself; of a hyphen and of Han characters it does.
_UNBROKEN = re.compile(r"[!-,.-~¡-ɏͰ-ԯ]{25,}")
_PIECE = re.compile(r".{12}(?=.)")
_MAY_BREAK = "\u200b"


def label(
    text: str, role: str = "body", tone: str | None = None, *, strong: bool = False
) -> QLabel:
    """Return one line; `role` is a text size, `tone` 2, 3, accent or a status tone."""
    made = _dressed(QLabel(), text, role, tone)
    if strong:
        made.setProperty("strong", "true")
    return made


def _dressed(made: QLabel, text: str, role: str, tone: str | None) -> QLabel:
    made.setText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    if tone:
        made.setProperty("tone", tone)
    return made


def tint(made: QLabel, tone: str) -> None:
    """Give a line that is shown already another tone."""
    made.setProperty("tone", tone)
    made.style().unpolish(made)
    made.style().polish(made)


class Para(QLabel):
    """Wrapped text; what was pasted into it without a space pushes nothing out of the window."""

    def setText(self, text: str) -> None:  # noqa: N802  (Qt calls it so)
        """Show another text."""
        super().setText(breakable(text))


def breakable(text: str) -> str:
    """Return a text in which a line may end in the middle of an address or of rubbish, too."""
    return _UNBROKEN.sub(lambda run: _PIECE.sub(rf"\g<0>{_MAY_BREAK}", run[0]), text)


def para(text: str, role: str = "body", tone: str | None = "2") -> QLabel:
    """Return wrapped text."""
    made = _dressed(Para(), text, role, tone)
    made.setWordWrap(True)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


class Elided(QLabel):
    """One line that is never cut off: it elides, and tooltip and accessible name have all of it."""

    def __init__(
        self, text: str, role: str = "body", tone: str | None = None, *, strong: bool = False
    ) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("tone", tone or "")
        self.setProperty("strong", "true" if strong else "")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.full = ""
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """Show another text."""
        self.full = text
        self.setAccessibleName(text)
        if self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            self._elide()
        else:
            self.setText(text)  # its font and its width are not known before it is shown

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the content to the new size."""
        super().resizeEvent(event)
        self._elide()

    def minimumSizeHint(self) -> QSize:
        """Ask for the least room that is still readable."""
        return QSize(theme().space(40), super().minimumSizeHint().height())

    def _elide(self) -> None:
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self.full, Qt.TextElideMode.ElideRight, self.width())
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self.full if shown != self.full else "")


def icon_label(name: str, size: int = 16, tone: str = "text3") -> QLabel:
    """Return an icon that sits beside words; it says nothing itself."""
    made = QLabel()
    px = theme().text(size)
    made.setPixmap(icons.pixmap(name, px, theme().color(tone)))
    # Han glyphs sit a pixel below the middle of their line.
    made.setFixedSize(px, px + (2 if size <= _NUDGED_UP_TO else 0))
    made.setAlignment(Qt.AlignmentFlag.AlignBottom)
    return made


def keycap(text: str) -> QLabel:
    """Return a key as it is printed on the keyboard."""
    made = QLabel(text)
    made.setProperty("keycap", "true")
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def hline() -> QFrame:
    """Return a hairline between two things."""
    made = QFrame()
    made.setProperty("box", "line")
    made.setFixedHeight(1)
    return made
