"""U1, counted: at most five presses or five clicks, nothing typed, the network off."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from gridworker.app.ports import TicketFilter
from gridworker.build import OpenDesk, open_desk
from gridworker.domain.evidence import PhotoSource
from ui.photo_sources.folder import WatchedFolder
from ui.photo_sources.sources import Sources
from ui.views.form_notices import OfferLine
from ui.widgets.capture_slot import CaptureSlot
from ui.widgets.photo import PhotoSlot
from ui.widgets.tile import Tile
from ui.widgets.toast import Toast

ROOT = Path(__file__).parents[2]
PLACE = "阳光花园 3 栋东门"


def picture(words: str) -> bytes:
    """A photo that differs from any other with other words."""
    made = Image.new("RGB", (640, 480), (70, 110, 90))
    ImageDraw.Draw(made).text((40, 40), words, fill=(255, 255, 255))
    out = BytesIO()
    made.save(out, "JPEG")
    return out.getvalue()


class TestCamera:
    """A camera in memory; the real one, on a simulated device, is in tests/camera."""

    __test__ = False

    def __init__(self) -> None:
        self.running, self.taken = False, 0

    def start(self, on_frame: Callable, on_failed: Callable) -> None:
        self.running = True
        on_frame(QImage.fromData(picture("live")))

    def capture(self, done: Callable[[QImage], None]) -> None:
        assert self.running
        self.taken += 1
        done(QImage.fromData(picture(f"photo {self.taken}")))

    def stop(self) -> None:
        self.running = False


class NoModal(QObject):
    """Fails on any window that stops the person."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.seen: list[str] = []
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() == QEvent.Type.Show
        if shown and isinstance(watched, QWidget) and watched.isModal():
            self.seen.append(repr(watched))
        return False


@pytest.fixture
def no_modal(app: QApplication) -> Iterator[NoModal]:
    watch = NoModal(app)
    yield watch
    app.removeEventFilter(watch)
    assert watch.seen == []


@pytest.fixture
def desk(offline_desk: OpenDesk) -> OpenDesk:
    return offline_desk


@pytest.fixture
def sources() -> Sources:
    """Photo sources of this computer, as the panel finds them."""

    def no_picker(parent: QWidget, chosen: Callable) -> None:
        raise AssertionError("a file dialog would need typing")

    return Sources(TestCamera(), no_picker)


@pytest.fixture
def page(workspace, desk, sources, no_modal, settle):
    """The main window on the real product."""
    made = workspace()
    settle(made)
    return made


def records(desk: OpenDesk) -> list:
    ids = desk.queries.ticket_ids(TicketFilter(mine=True))
    return [desk.queries.ticket(i) for i in ids]


def test_five_key_presses(page, desk, drive, settle, qtbot, sources):
    user = drive(page.window())
    user.press("F8")
    user.press("Space")
    user.press("Space")
    user.press("1")
    user.press("Ctrl+Return")
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))

    assert user.keys <= 5
    assert (user.clicks, user.typed) == (0, 0)
    (ticket,) = records(desk)
    assert ticket.line.state == "onspot_done"
    assert ticket.line.place == PLACE
    assert sorted(photo.role for photo in ticket.photos) == ["after", "before"]
    assert len({photo.sha256 for photo in ticket.photos}) == 2
    assert [step.action for step in ticket.timeline] == ["found", "resolve"]
    assert not sources.camera.running


def test_five_clicks(page, desk, drive, settle, qtbot, named):
    user = drive(page.window())
    user.click(named(page, "当场办结"))
    qtbot.waitUntil(lambda: len(page.findChildren(CaptureSlot)) == 2)
    settle(page)
    before, after = page.findChildren(CaptureSlot)
    user.click(before)
    user.click(after)
    user.click(page.findChildren(Tile)[0])
    user.click(named(page, "办结"))
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))

    assert user.clicks <= 5
    assert (user.keys, user.typed) == (0, 0)
    (ticket,) = records(desk)
    assert ticket.line.state == "onspot_done"
    assert len(ticket.photos) == 2


def test_four_presses_with_photos_from_the_phone(
    page, desk, drive, settle, qtbot, tmp_path, sources
):
    for number, name in enumerate(("IMG_1.jpg", "IMG_2.jpg")):
        (tmp_path / name).write_bytes(picture(name))
        os.utime(tmp_path / name, ns=(_ago(60 - number), _ago(60 - number)))
    object.__setattr__(sources, "folder", WatchedFolder(tmp_path))
    user = drive(page.window())
    user.press("F8")
    settle(page)
    settle(page)
    user.press("Return")
    user.press("1")
    user.press("Ctrl+Return")
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))

    assert user.keys <= 4
    assert (user.clicks, user.typed) == (0, 0)
    (ticket,) = records(desk)
    shown = {photo.role: photo.sha256 for photo in ticket.photos}
    assert shown == {
        "before": sha256(picture("IMG_1.jpg")).hexdigest(),
        "after": sha256(picture("IMG_2.jpg")).hexdigest(),
    }

    object.__setattr__(sources, "folder", WatchedFolder(tmp_path))  # as after a new start
    (tmp_path / "IMG_3.jpg").write_bytes(picture("IMG_3.jpg"))
    os.utime(tmp_path / "IMG_3.jpg", ns=(_ago(30), _ago(30)))
    user.press("F8")
    settle(page)
    settle(page)
    (offer,) = page.findChildren(OfferLine)
    assert len(offer.findChildren(PhotoSlot)) == 1  # the new one only


class TestTheFirstRecordOfALaptop:
    """Nothing was recorded here before: the place is where the person works."""

    @pytest.fixture
    def desk(self, laptop) -> Iterator[OpenDesk]:
        made = open_desk(laptop.home, laptop.password)
        yield made
        made.close()

    def test_five_key_presses(self, page, desk, drive, qtbot):
        assert desk.queries.places().used == ()
        user = drive(page.window())
        for keys in ("F8", "Space", "Space", "1", "Ctrl+Return"):
            user.press(keys)
        qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))

        assert (user.keys, user.clicks, user.typed) == (5, 0, 0)
        (ticket,) = records(desk)
        assert ticket.line.place == f"{desk.who.place} {desk.who.grid_name}"

    def test_five_clicks(self, page, desk, drive, settle, qtbot, named):
        user = drive(page.window())
        user.click(named(page, "当场办结"))
        qtbot.waitUntil(lambda: len(page.findChildren(CaptureSlot)) == 2)
        settle(page)
        for what in (*page.findChildren(CaptureSlot), page.findChildren(Tile)[0]):
            user.click(what)
        user.click(named(page, "办结"))
        qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))

        assert (user.keys, user.clicks, user.typed) == (0, 5, 0)
        assert [ticket.line.state for ticket in records(desk)] == ["onspot_done"]

    def test_req_055_report_begins_there_too(self, page, desk, drive, settle, named):
        user = drive(page.window())
        user.press("Ctrl+N")
        settle(page)
        assert named(page, "在哪里").text() == f"{desk.who.place} {desk.who.grid_name}"


def test_the_patrol_form_takes_photos_too_and_keeps_the_camera_dark_otherwise(
    page, desk, drive, settle, named, sources, qtbot
):
    user = drive(page.window())
    user.press("Ctrl+2")
    settle(page)
    (slot,) = page.findChildren(CaptureSlot)
    slot.setFocus()
    assert not sources.camera.running
    user.press("Space")
    assert sources.camera.running
    assert slot.is_live
    named(page, "备注").setFocus()
    assert not sources.camera.running

    user.click(slot)
    user.click(slot)
    assert not sources.camera.running
    settle(page)
    slot.setFocus()
    user.press("Space")  # a further photo needs no second press
    settle(page)
    user.press("F4")
    user.press("Return")
    user.press("1")
    user.press("Ctrl+Return")
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))
    newest = desk.queries.patrol_ids()[0]
    assert desk.queries.patrol_lines([newest])[newest].photos == 2
    assert sources.camera.taken == 2


def test_undo_within_the_toast_takes_it_back(page, desk, drive, settle, qtbot):
    user = drive(page.window())
    for keys in ("F8", "Space", "Space", "1", "Ctrl+Return"):
        user.press(keys)
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))
    user.press("Ctrl+Z")
    settle(page)
    (ticket,) = records(desk)
    assert ticket.line.state == "voided"


@pytest.mark.parametrize("leave", ["Escape", "Ctrl+3"])
def test_leaving_keeps_the_draft_and_f8_brings_it_back(page, desk, drive, settle, qtbot, leave):
    user = drive(page.window())
    user.press("F8")
    user.press("Space")
    user.press("2")
    settle(page)
    user.press(leave)
    settle(page)
    assert not page.sheet_is_open()
    (draft,) = desk.queries.drafts("resolve")
    assert draft.fields["place"] == PLACE
    assert len(desk.queries.draft_photos(draft.id)) == 1

    user.press("F8")
    settle(page)
    user.press("Space")
    user.press("Ctrl+Return")
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))
    (ticket,) = records(desk)
    assert len(ticket.photos) == 2
    assert desk.queries.drafts("resolve") == []


def test_what_is_missing_is_said_in_place_and_nothing_is_recorded(page, desk, drive, settle, named):
    user = drive(page.window())
    user.press("F8")
    user.press("Space")
    user.press("1")
    settle(page)
    user.press("Ctrl+Return")
    settle(page)
    assert named(page, "还差 处置后照片（或没有照片的原因）")
    assert records(desk) == []


def test_a_draft_survives_a_kill(laptop, caplog):
    """SIGKILL at once after the promise of 300 ms: what was chosen is back, with its photo."""
    story = Path(__file__).with_name("killed_form.py")
    done = subprocess.run(
        [sys.executable, story, laptop.home, laptop.password],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == -9, done.stderr
    caplog.announced = True  # a computer without a keyring says so when a profile opens
    desk = open_desk(laptop.home, laptop.password)
    try:
        (draft,) = desk.queries.drafts("resolve")
        (photo,) = desk.queries.draft_photos(draft.id)
        assert draft.fields["note"] == "已清理，楼道畅通"
        assert draft.fields["item"]
        assert draft.fields["photos"] == {photo.id: "before"}
        assert photo.source is PhotoSource.CAMERA
    finally:
        desk.close()


def _ago(seconds: int) -> int:
    return time.time_ns() - seconds * 1_000_000_000
