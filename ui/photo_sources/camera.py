"""The camera: a small preview while a form is open, and photos at its full resolution."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from ui.loading import without_python

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCamera, QCameraDevice, QImageCapture, QVideoFrame

PREVIEW_EVERY_MS = 90
PREVIEW_HEIGHT = 360
MOST_HEIGHT = 1080
LEAST_RATE = 10


class Camera(Protocol):
    """What a form asks of a camera; everything answers on the windows' thread."""

    def start(self, on_frame: Callable[[QImage], None], on_failed: Callable[[str], None]) -> None:
        """Begin the preview; `on_failed` hears missing, library or busy, now or at any time."""
        ...

    def capture(self, done: Callable[[QImage], None]) -> None:
        """Take a photo now, or as soon as the camera is ready."""
        ...

    def stop(self) -> None:
        """Let the camera go, so that its light goes out and others can have it."""
        ...


class NoCamera:
    """Stands in where there is no camera."""

    def start(self, on_frame: Callable[[QImage], None], on_failed: Callable[[str], None]) -> None:  # noqa: ARG002  (the port's signature)
        """Say that there is none."""
        on_failed("missing")

    def capture(self, done: Callable[[QImage], None]) -> None:
        """Do nothing: nobody asks a camera that has said it is missing."""

    def stop(self) -> None:
        """Do nothing."""


class QtCamera(QObject):
    """The system's camera through Qt.

    QtMultimedia is imported behind the day, at the latest when a form first wants a picture: the
    import fails without the system's libpulse0, and a program without camera must start all the
    same.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._camera: QCamera | None = None
        self._shutter: QImageCapture | None = None
        self._frame: QVideoFrame | None = None
        self._wanted: deque[Callable[[QImage], None]] = deque()
        self._on_frame: Callable[[QImage], None] = _ignore
        self._on_failed: Callable[[str], None] = _ignore
        self._preview = QTimer(self, interval=PREVIEW_EVERY_MS)
        self._preview.timeout.connect(self._show_latest)

    def start(self, on_frame: Callable[[QImage], None], on_failed: Callable[[str], None]) -> None:
        """Begin the preview as soon as the form that asks for it is on the screen."""
        self._on_frame, self._on_failed = on_frame, on_failed
        self._preview.start()
        QTimer.singleShot(0, self, self._open)

    def capture(self, done: Callable[[QImage], None]) -> None:
        """Take a photo now, or as soon as the camera is ready."""
        self._wanted.append(done)
        self._shoot()

    def stop(self) -> None:
        """Let the camera go."""
        self._preview.stop()
        self._wanted.clear()
        self._frame = None
        camera, self._camera, self._shutter = self._camera, None, None
        if camera is not None:
            camera.stop()
            camera.deleteLater()  # takes session, sink and shutter, its children, along

    def _open(self) -> None:
        if self._camera is not None or not self._preview.isActive():
            return
        try:
            with without_python():
                device = self.look_for_one()
        except ImportError:
            self._fail("library")
            return
        if device.isNull():
            self._fail("missing")
        else:
            self._take(device)

    @staticmethod
    def look_for_one() -> "QCameraDevice":
        """Return the system's camera, or one that is none; raises ImportError."""
        from PySide6.QtMultimedia import QMediaDevices  # noqa: PLC0415  (see the class)

        return QMediaDevices.defaultVideoInput()

    def _take(self, device: "QCameraDevice") -> None:
        from PySide6 import QtMultimedia  # noqa: PLC0415  (see the class)

        camera = QtMultimedia.QCamera(device, self)
        session = QtMultimedia.QMediaCaptureSession(camera)
        sink = QtMultimedia.QVideoSink(camera)
        shutter = QtMultimedia.QImageCapture(camera)
        _choose_format(camera, device)
        session.setCamera(camera)
        session.setVideoSink(sink)
        session.setImageCapture(shutter)
        sink.videoFrameChanged.connect(self._keep_latest)
        shutter.imageCaptured.connect(self._captured)
        shutter.readyForCaptureChanged.connect(lambda _ready: self._shoot())
        camera.errorOccurred.connect(lambda _error, _text: self._fail("busy"))
        self._camera, self._shutter = camera, shutter
        camera.start()

    def _keep_latest(self, frame: "QVideoFrame") -> None:
        self._frame = frame

    def _show_latest(self) -> None:
        frame, self._frame = self._frame, None
        if frame is not None:
            image = frame.toImage()
            if not image.isNull():
                self._on_frame(image.scaledToHeight(min(PREVIEW_HEIGHT, image.height())))

    def _shoot(self) -> None:
        if self._wanted and self._shutter is not None and self._shutter.isReadyForCapture():
            self._shutter.capture()

    def _captured(self, _number: int, image: QImage) -> None:
        if self._wanted:
            self._wanted.popleft()(image)
        self._shoot()

    def _fail(self, why: str) -> None:
        failed = self._on_failed
        self.stop()
        failed(why)


def look_ahead() -> None:
    """Look for a camera once, on the windows' thread: the first look loads library and plugin."""
    with suppress(ImportError), without_python():
        QtCamera.look_for_one()


def _choose_format(camera: "QCamera", device: "QCameraDevice") -> None:
    """Prefer the largest picture that a slow laptop can still show."""
    fitting = [
        offered
        for offered in device.videoFormats()
        if offered.resolution().height() <= MOST_HEIGHT and offered.maxFrameRate() >= LEAST_RATE
    ]
    if fitting:
        camera.setCameraFormat(max(fitting, key=lambda f: f.resolution().height()))


def _ignore(_: object) -> None:
    """Stand for a listener before there is one."""
