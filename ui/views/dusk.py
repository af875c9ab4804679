"""A quiet street at dusk with a few lit windows; drawn, so it costs no file and always fits."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.widgets.layout import col, row, stretch
from ui.widgets.marks import Logo
from ui.widgets.paint import smooth
from ui.widgets.text import label
from ui.widgets.theme import theme

_SKY, _HORIZON = QColor("#0A4F60"), QColor("#0F7F98")
_NEAR, _FAR, _LAMP = QColor(6, 58, 71), QColor(10, 92, 111), QColor("#FFD88A")
# Each block: left edge, width, height as shares of the picture, and whether it stands behind.
_BLOCKS = (
    (0.0, 0.34, 0.56, False),
    (0.17, 0.24, 0.44, True),
    (0.37, 0.30, 0.62, False),
    (0.55, 0.22, 0.38, True),
    (0.70, 0.31, 0.52, False),
)
# Lit windows: block, floor from the top, column.
_LIT = frozenset(
    {(0, 2, 1), (2, 4, 0), (2, 2, 2), (2, 0, 1), (4, 3, 0), (4, 1, 2), (0, 4, 2), (4, 6, 1)}
    | {(0, 7, 0), (2, 7, 2)}
)
_COLUMNS, _FLOORS = 3, 12


class Dusk(QWidget):
    """The picture beside the unlock form, with the name of the program."""

    def __init__(self) -> None:
        super().__init__()
        name, motto = label(self.tr("GridWorker")), label(self.tr("What residents need, done once"))
        for words, px, weight in ((name, 34, 700), (motto, 18, 400)):
            words.setStyleSheet(
                f"color: white; font-size: {theme().text(px)}px; font-weight: {weight};"
            )
        self.setLayout(
            col(
                row(Logo(40, inverse=True), stretch),
                16,
                name,
                motto,
                stretch,
                gap=4,
                margins=(56, 56, 40, 40),
            )
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint sky, moon and houses."""
        painter, wide, high = smooth(self), self.width(), self.height()
        sky = QLinearGradient(0, 0, 0, high)
        sky.setColorAt(0, _SKY)
        sky.setColorAt(1, _HORIZON)
        painter.fillRect(self.rect(), sky)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 20))
        painter.drawEllipse(QRectF(wide * 0.62, high * 0.30, wide * 0.2, wide * 0.2))
        for behind in (True, False):
            for number, (x, w, h, far) in enumerate(_BLOCKS):
                if far is behind:
                    house = QRectF(wide * x, high * (1 - h * 0.78), wide * w, high)
                    self._paint_house(painter, house, number, far=far)

    def _paint_house(self, painter: QPainter, house: QRectF, number: int, *, far: bool) -> None:
        painter.setBrush(_FAR if far else _NEAR)
        painter.drawRoundedRect(house, 8, 8)
        step = (house.width() - 40) / _COLUMNS
        for floor in range(_FLOORS):
            for column in range(_COLUMNS):
                lit = not far and (number, floor, column) in _LIT
                painter.setBrush(_LAMP if lit else QColor(255, 255, 255, 18))
                left, top = house.left() + 26 + step * column, house.top() + 26 + floor * 42
                painter.drawRoundedRect(QRectF(left, top, step - 12, 20), 3, 3)
