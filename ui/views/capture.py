"""The photo slots of a form with everything that fills them: camera, files, paste, drop."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from gridworker.domain.evidence import PhotoRole, PhotoSource
from ui.photo_sources.payload import Payload, from_file, from_image, from_mime
from ui.photo_sources.sources import Sources
from ui.presenters.photo_slots import PhotoTaker, ShownPhoto
from ui.views.words import side_word
from ui.widgets.capture_slot import CaptureSlot
from ui.widgets.paste import PhotoPaste


class Capture(QObject):
    """Keeps the slots of one form; without a camera the shutter asks for files."""

    def __init__(
        self,
        owner: QWidget,
        roles: Sequence[PhotoRole],
        *,
        sources: Sources,
        do: PhotoTaker,
        when: Callable[[str], str],
        on_problem: Callable[[str], None],
        height: int = 150,
    ) -> None:
        super().__init__(owner)
        self._owner, self._camera, self._pick = owner, sources.camera, sources.pick
        self._do, self._when, self._on_problem = do, when, on_problem
        self._has_camera = True
        self._shown = dict.fromkeys(roles, 0)
        self.paste = PhotoPaste(self, lambda data: self._mime(None, data, PhotoSource.PASTE))
        photo = QCoreApplication.translate("Capture", "Photo")
        self.slots = {
            role: CaptureSlot(
                side_word(role) if len(roles) > 1 else photo,
                height=height,
                on_shoot=partial(self._shoot, role),
                on_remove=partial(do.remove_photo, role),
                on_drop=partial(self._dropped, role),
            )
            for role in roles
        }
        self._hint()

    def start(self) -> None:
        """Turn the camera on and stand ready for the first photo."""
        self._camera.start(self._show_live, self._no_camera)
        self.focus_next()

    def stop(self) -> None:
        """Let the camera go."""
        self._camera.stop()

    def focus_next(self) -> None:
        """Stand on the first side that has no photo, else stay on the last."""
        self.slots[self._next()].setFocus()

    def pick_files(self) -> None:
        """Ask for photo files."""
        self._choose(None)

    def show_photos(self, role: PhotoRole, photos: Sequence[ShownPhoto], *, busy: bool) -> None:
        """Show the newest photo of a side."""
        self._shown[role] = len(photos) + int(busy)
        newest = photos[-1] if photos else None
        self.slots[role].show_taken(
            newest.thumb if newest else None,
            caption=self._caption(newest) if newest else "",
            count=len(photos),
            busy=busy,
        )
        for side, slot in self.slots.items():
            if side is not self._next() or self._filled(side):
                slot.show_live(None)
        if photos and self.slots[role].hasFocus():
            self.focus_next()

    def _shoot(self, role: PhotoRole) -> None:
        if not self._has_camera:
            self._choose(role)
            return

        def captured(image: QImage) -> None:
            self._send(role, from_image(image, PhotoSource.CAMERA))

        self._do.expect_photo(role)
        self._camera.capture(captured)
        self.focus_next()

    def _choose(self, role: PhotoRole | None) -> None:
        def chosen(paths: list[Path]) -> None:
            for number, path in enumerate(paths):
                side = role if number == 0 else None
                self._send(side, from_file(path, PhotoSource.FILE))
            self.focus_next()

        self._pick(self._owner, chosen)

    def _mime(self, role: PhotoRole | None, data: QMimeData, source: PhotoSource) -> None:
        for number, payload in enumerate(from_mime(data, source)):
            self._send(role if number == 0 else None, payload)

    def _dropped(self, role: PhotoRole, data: QMimeData) -> None:
        self._mime(role, data, PhotoSource.DRAG)

    def _send(self, role: PhotoRole | None, payload: Payload) -> None:
        self._do.take(role, payload.read, payload.source)

    def _show_live(self, frame: QImage) -> None:
        for side, slot in self.slots.items():
            active = side is self._next() and not self._filled(side)
            slot.show_live(frame if active else None)

    def _no_camera(self, why: str) -> None:
        self._has_camera = False
        for slot in self.slots.values():
            slot.show_live(None)
        self._hint()
        self._on_problem(why)
        self._do.no_photo_comes()

    def _next(self) -> PhotoRole:
        sides = list(self.slots)
        return next((side for side in sides if not self._filled(side)), sides[-1])

    def _filled(self, side: PhotoRole) -> bool:
        return self._shown[side] > 0

    def _hint(self) -> None:
        translate = QCoreApplication.translate
        words = (
            translate("Capture", "Space takes the photo")
            if self._has_camera
            else translate("Capture", "Space chooses a photo")
        )
        for slot in self.slots.values():
            slot.show_hint(words)

    def _caption(self, photo: ShownPhoto) -> str:
        translate = QCoreApplication.translate
        saved = translate("Capture", "saved here")
        place = translate("Capture", "with place") if photo.has_place else ""
        taken = ""
        if photo.taken_at:
            taken = translate("Capture", "taken {time}").format(time=self._when(photo.taken_at))
        return " · ".join(part for part in (taken, place, saved) if part)
