"""Rows of the ticket list as they are painted: what is worked out once is never out of date."""

from datetime import timedelta

import msgspec
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from gridworker.domain.ids import Ids
from ui.models.ticket_table import TicketTable
from ui.views.ticket_rows import TicketRows


class Wall:
    """One row after another, painted to look at; time and pictures are as they were set."""

    def __init__(self, noon) -> None:
        self.now, self.pictures = noon, {}
        self.rows = TicketRows(thumb=self._picture, now=lambda: self.now)
        self.table = TicketTable(lambda *_: None, lambda line: line.title)

    def _picture(self, sha256: str) -> bytes | None:
        return self.pictures.get(sha256)

    def paint(self, line, *, width=360, ratio=1.0, selected=False) -> QImage:
        if line is None:
            self.table.set_ids(Ids.of(["not here yet"]))
        else:
            self.table.start([line])
        option = QStyleOptionViewItem()
        option.rect = QRect(0, 0, width, 76)
        if selected:
            option.state |= QStyle.StateFlag.State_Selected
        image = QImage(round(width * ratio), round(76 * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        self.rows.paint(painter, option, self.table.index(0, 0))
        painter.end()
        return image


@pytest.fixture
def wall(app, noon):
    made = Wall(noon)
    yield made
    made.rows.deleteLater()
    made.table.deleteLater()


@pytest.fixture
def line(desk):
    return desk.queries.lines["t312"]


def test_a_row_is_painted_alike_until_it_changes(wall, line):
    first = wall.paint(line)
    assert wall.paint(line) == first
    for change in (
        {"title": "别的"}, {"place": "别处"}, {"number": "1"}, {"state": "closed"},
        {"due": None}, {"sync": "refused"}, {"photos_stored": 1, "sync": "waiting_photo"},
    ):  # fmt: skip
        assert wall.paint(msgspec.structs.replace(line, **change)) != first, change
    assert wall.paint(line) == first


def test_time_goes_on(wall, line):
    first = wall.paint(line)
    wall.now += timedelta(hours=2)
    later = wall.paint(line)
    assert later != first
    wall.now += timedelta(days=2)
    assert wall.paint(line) not in (first, later)


def test_a_picture_that_comes_is_shown(wall, line, desk):
    blank = wall.paint(line)
    wall.pictures = desk.queries.pictures
    assert wall.paint(line) != blank


def test_the_row_in_front_stands_out_and_a_wider_one_has_room(wall, line):
    first = wall.paint(line)
    assert wall.paint(line, selected=True) != first
    long = msgspec.structs.replace(line, title="落叶堵住雨水口，路面积水，" * 3)
    narrow, wide = wall.paint(long), wall.paint(long, width=700)
    assert wide.copy(0, 0, 300, 30) == narrow.copy(0, 0, 300, 30)
    assert wide.copy(380, 0, 300, 30) != wall.paint(line, width=700).copy(380, 0, 300, 30)


def test_a_finer_screen_gets_finer_marks(wall, line):
    coarse = wall.paint(line).scaled(720, 152)
    assert wall.paint(line, ratio=2.0) != coarse


def test_a_row_on_its_way_is_a_well_without_words(wall):
    words = wall.paint(None).copy(80, 0, 270, 70)
    assert len({words.pixel(x, y) for x in range(270) for y in range(70)}) == 1
