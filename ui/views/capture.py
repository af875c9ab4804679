"""The photo slots of a form with everything that fills them: camera, files, paste, drop."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject
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
    """Keeps the slots of one form; without a camera the shutter asks for files.

    With `on_demand` the camera stays dark until the shutter of an empty slot is first pressed, and
    goes dark again after the photo or when the slot is left: for a place that is merely in front.
    """

    _awake = False  # of the class, too: a slot may be hidden when this is gone already

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
        on_demand: bool = False,
    ) -> None:
        super().__init__(owner)
        self._on_demand, self._coming = on_demand, 0
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
        if on_demand:
            for slot in self.slots.values():
                slot.installEventFilter(self)
        self._hint()

    def start(self) -> None:
        """Stand ready for the first photo, with the camera on unless it waits to be asked."""
        if not self._on_demand:
            self._wake()
        self.focus_next()

    def stop(self) -> None:
        """Let the camera go."""
        self._awake, self._coming = False, 0
        self._camera.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the camera go when the person leaves the slot; a photo on its way comes first."""
        left = event.type() in {QEvent.Type.FocusOut, QEvent.Type.Hide}
        if left and self._awake and not self._coming:
            self._sleep()
        return super().eventFilter(watched, event)

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
        just_now = not self._awake
        if just_now and self._has_camera:
            self.slots[role].setFocus()
            self._wake()
        if not self._has_camera:
            self._choose(role)
        elif not just_now or self._filled(role):
            self._capture(role)  # else the live picture comes first, and the next press takes it

    def _capture(self, role: PhotoRole) -> None:
        def captured(image: QImage) -> None:
            self._coming -= 1
            self._send(role, from_image(image, PhotoSource.CAMERA))
            if self._on_demand and not self._coming:
                self._sleep()

        self._coming += 1
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

    def _wake(self) -> None:
        self._awake = True
        self._hint()
        self._camera.start(self._show_live, self._no_camera)

    def _sleep(self) -> None:
        self.stop()
        for slot in self.slots.values():
            slot.show_live(None)
        self._hint()

    def _no_camera(self, why: str) -> None:
        self._has_camera, self._awake, self._coming = False, False, 0
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
        if not self._has_camera:
            words = translate("Capture", "Space chooses a photo")
        elif self._on_demand and not self._awake:
            words = translate("Capture", "Space turns the camera on")
        else:
            words = translate("Capture", "Space takes the photo")
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
