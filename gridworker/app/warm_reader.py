"""The one photo child of a profile, made when somebody first wants it."""

from threading import Lock

from gridworker.app.photo_reader import PhotoReader


class WarmReader:
    """Answers with the same reader from then on; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reader: PhotoReader | None = None

    def __call__(self) -> PhotoReader:
        """Return the reader; the first time its child starts warming up."""
        with self._lock:
            if self._reader is None:
                self._reader = PhotoReader()
            return self._reader

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            if self._reader is not None:
                self._reader.close()
