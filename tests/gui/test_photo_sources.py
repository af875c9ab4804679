"""Every way a photo comes in: file, paste, drop, folder; read and encoded in a lane, not before."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QLineEdit, QWidget

from gridworker.domain.evidence import MAX_PHOTO_BYTES, PhotoSource
from gridworker.domain.problem import Code, RuleBroken
from ui.photo_sources.folder import WatchedFolder
from ui.photo_sources.payload import from_file, from_image, from_mime, has_photo
from ui.widgets.capture_slot import CaptureSlot
from ui.widgets.paste import PhotoPaste


def picture(color: int = 0x336699) -> QImage:
    made = QImage(64, 48, QImage.Format.Format_RGB32)
    made.fill(color)
    return made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_1.JPG"
    Image.new("RGB", (64, 48), (10, 20, 30)).save(path, "JPEG")
    return path


def aside(work):
    """Do in another thread what the program does in a lane."""
    with ThreadPoolExecutor(1) as lane:
        return lane.submit(work).result()


def urls(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_a_file_is_given_exactly_as_it_is(photo):
    assert aside(from_file(photo, PhotoSource.FILE).read) == photo.read_bytes()


def test_a_file_that_cannot_be_a_photo_is_refused_before_it_is_read(tmp_path):
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as out:
        out.truncate(MAX_PHOTO_BYTES + 1)
    with pytest.raises(RuleBroken) as refused:
        aside(from_file(huge, PhotoSource.FILE).read)
    assert refused.value.code is Code.BLOB_TOO_LARGE
    with pytest.raises(RuleBroken) as refused:
        aside(from_file(tmp_path / "gone.jpg", PhotoSource.DRAG).read)
    assert refused.value.code is Code.PHOTO_UNREADABLE


@pytest.mark.parametrize(
    ("source", "kind"), [(PhotoSource.CAMERA, "JPEG"), (PhotoSource.PASTE, "PNG")]
)
def test_what_never_was_a_file_is_encoded(source, kind):
    data = aside(from_image(picture(), source).read)
    with Image.open(BytesIO(data)) as found:
        assert (found.format, found.size) == (kind, (64, 48))


def test_paste_takes_files_first_then_the_picture(photo):
    (payload,) = from_mime(urls(photo), PhotoSource.PASTE)
    assert aside(payload.read) == photo.read_bytes()
    image = QMimeData()
    image.setImageData(picture())
    (payload,) = from_mime(image, PhotoSource.PASTE)
    assert aside(payload.read).startswith(b"\x89PNG")
    words = QMimeData()
    words.setText("只是文字")
    assert from_mime(words, PhotoSource.PASTE) == []
    assert not has_photo(words)


def test_ctrl_v_of_a_photo_works_in_a_text_field_and_text_still_pastes(qtbot, photo):
    taken: list[QMimeData] = []
    owner = QWidget()
    qtbot.addWidget(owner)
    field = QLineEdit(owner)
    paste = PhotoPaste(owner, taken.append)
    paste.watch(field)
    owner.show()
    clipboard = QGuiApplication.clipboard()

    clipboard.setMimeData(urls(photo))
    qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert len(taken) == 1
    assert field.text() == ""

    clipboard.setText("门口堆物")
    qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert len(taken) == 1
    assert field.text() == "门口堆物"
    clipboard.clear()


def test_a_photo_can_be_dropped_on_a_slot(qtbot, photo):
    dropped: list[bytes] = []
    slot = CaptureSlot(
        "处置前",
        on_shoot=lambda: None,
        on_remove=lambda: None,
        on_drop=lambda data: dropped.extend(
            aside(payload.read) for payload in from_mime(data, PhotoSource.DRAG)
        ),
    )
    qtbot.addWidget(slot)
    held = urls(photo)  # the event does not own it
    event = QDropEvent(
        QPointF(QPoint(5, 5)),
        Qt.DropAction.CopyAction,
        held,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    slot.dropEvent(event)
    assert dropped == [photo.read_bytes()]


def age(path: Path, seconds: float) -> None:
    then = time.time_ns() - int(seconds * 1e9)
    os.utime(path, ns=(then, then))


def test_the_folder_offers_whole_fresh_photos_newest_first(tmp_path):
    folder = WatchedFolder(tmp_path)
    for name, seconds in (("a.jpg", 60), ("b.HEIC", 30), ("old.png", 3 * 3600), ("c.txt", 30)):
        (tmp_path / name).write_bytes(b"x")
        age(tmp_path / name, seconds)
    assert [path.name for path in aside(folder.look)] == ["b.HEIC", "a.jpg"]
    folder.used(tmp_path / "b.HEIC")
    assert [path.name for path in aside(folder.look)] == ["a.jpg"]


def test_a_file_that_is_still_being_copied_waits(tmp_path):
    folder, part = WatchedFolder(tmp_path), tmp_path / "part.jpg"
    part.write_bytes(b"half")
    age(part, 0)
    assert aside(folder.look) == []
    part.write_bytes(b"half and more")
    age(part, 0)
    assert aside(folder.look) == []
    assert aside(folder.look) == [part]


def test_a_folder_that_is_not_there_offers_nothing(tmp_path):
    assert aside(WatchedFolder(tmp_path / "unplugged").look) == []
