"""Where the system's dialog for files begins."""

import pytest
from PySide6.QtCore import QDir, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.photo_sources.picker import pick_photos
from ui.views.parcels import ask_place

PLACE = QStandardPaths.StandardLocation


@pytest.fixture
def parent(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture(params=[True, False], ids=["a folder of its own", "none"])
def own_folder(request, qapp, tmp_path, monkeypatch):
    """A person's home, with or without the folders that systems make in it."""
    home = tmp_path / "home"
    home.mkdir()
    if request.param:
        for name in ("Documents", "Pictures"):
            (home / name).mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.chdir(tmp_path)
    QFileDialog().setDirectory(QDir.current())  # else Qt goes on where another test's was
    return lambda near: QStandardPaths.writableLocation(near) if request.param else QDir.homePath()


@pytest.mark.parametrize(
    ("near", "ask"),
    [
        (PLACE.PicturesLocation, lambda parent: pick_photos(parent, print)),
        (PLACE.DocumentsLocation, lambda parent: ask_place(parent, "a.gwp", print, to_save=True)),
        (PLACE.DocumentsLocation, lambda parent: ask_place(parent, "", print, to_save=False)),
    ],
    ids=["photos", "a parcel out", "an answer in"],
)
def test_the_first_dialog_begins_with_the_person_and_not_with_the_program(
    parent, own_folder, near, ask
):
    ask(parent)
    (dialog,) = parent.findChildren(QFileDialog)
    assert dialog.directory().canonicalPath() == QDir(own_folder(near)).canonicalPath()
    assert dialog.directory() != QDir.current()
    dialog.close()
