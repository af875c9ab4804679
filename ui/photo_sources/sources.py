"""The photo sources of this computer, chosen once per form."""

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths

from ui.photo_sources.camera import Camera, NoCamera, QtCamera
from ui.photo_sources.folder import WatchedFolder
from ui.photo_sources.picker import PickPhotos, pick_photos
from ui.presenters.folder_offer import PhotoFolder

CAMERA_SETTING = "GRIDWORKER_CAMERA"
FOLDER_SETTING = "GRIDWORKER_PHOTO_FOLDER"
FOLDER_NAME = "网格通"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a form may take photos from besides paste and drop."""

    camera: Camera
    pick: PickPhotos
    folder: PhotoFolder | None = None


def camera_wanted() -> bool:
    """Say whether the camera may be used at all."""
    return os.environ.get(CAMERA_SETTING) != "off"


def system_sources(owner: QObject, watched: str | None = None) -> Sources:
    """Return the real sources.

    `GRIDWORKER_CAMERA=off` leaves the camera alone. The watched folder is `watched`, the one that
    `GRIDWORKER_PHOTO_FOLDER` names, or the folder 网格通 among the person's pictures.
    """
    camera = QtCamera(owner) if camera_wanted() else NoCamera()
    named = watched or os.environ.get(FOLDER_SETTING)
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    folder = Path(named) if named else Path(pictures) / FOLDER_NAME
    return Sources(camera, pick_photos, WatchedFolder(folder))
