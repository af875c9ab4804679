"""Photos that arrive from a phone: the newest pair is offered, never taken unasked."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from gridworker.app.ports import TakenPhoto
from gridworker.domain.evidence import PhotoSource
from gridworker.domain.problem import Code, RuleBroken
from ui.presenters.photo_slots import ShownPhoto, shown
from ui.presenters.recording import FormPorts

if TYPE_CHECKING:
    from ui.presenters.timing import Cancel

LOOK_EVERY_MS = 700
PAIR = 2
READ_AT_ONCE = 6  # a shutter pressed meanwhile waits for no more than these
NOT_A_PHOTO = frozenset({Code.PHOTO_UNREADABLE, Code.BLOB_TOO_LARGE})


class PhotoFolder(Protocol):
    """A folder that photos arrive in; both methods wait for the disk."""

    def look(self) -> list[Path]:
        """Return photos that are wholly there and were not used yet, newest first."""
        ...

    def used(self, path: Path) -> None:
        """Never return this one again."""
        ...


class FolderOfferView(Protocol):
    """Where an offer is shown."""

    def show_offer(self, photos: Sequence[ShownPhoto]) -> None:
        """Offer photos, the earlier one first; none hides the offer."""
        ...


class FolderOffer:
    """Looks while a form is open, in the photos lane, and offers at most one pair at a time."""

    def __init__(self, view: FolderOfferView, folder: PhotoFolder | None, ports: FormPorts) -> None:
        self._view, self._folder, self._ports = view, folder, ports
        self._offered: tuple[TakenPhoto, ...] = ()
        self._draft = ""
        self._open = False
        self._turn = 0
        self._cancel: Cancel | None = None

    @property
    def offered(self) -> tuple[TakenPhoto, ...]:
        """What is on offer now."""
        return self._offered

    def open(self, draft: str) -> None:
        """Look for photos from now on; what is found is kept with `draft` until it is refused."""
        self._draft, self._open, self._turn = draft, True, self._turn + 1
        self._offered = ()
        self._view.show_offer(())
        self._look()

    def close(self) -> None:
        """Look no more and forget what was offered in vain."""
        self._open, self._turn = False, self._turn + 1
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        self.refuse()

    def accept(self) -> tuple[TakenPhoto, ...]:
        """Return the photos on offer, the earlier one first, and offer them no more."""
        taken, self._offered = self._offered, ()
        self._view.show_offer(())
        return taken

    def refuse(self) -> None:
        """Forget the photos on offer; they are not offered again."""
        for photo in self.accept():
            self._forget(photo)

    def _look(self) -> None:
        folder = self._folder
        if folder is None or not self._open:
            return
        turn, draft, full = self._turn, self._draft, bool(self._offered)
        self._cancel = None

        def work() -> tuple[TakenPhoto, ...]:
            return () if full else self._take_pair(folder, draft)

        def done(found: tuple[TakenPhoto, ...]) -> None:
            if turn != self._turn:
                for photo in found:
                    self._forget(photo)
                return
            if found:
                self._offered = found
                self._view.show_offer([shown(photo) for photo in found])
            self._cancel = self._ports.later(LOOK_EVERY_MS, self._look)

        self._ports.photos.run(work, done, self._ports.failed)

    def _forget(self, photo: TakenPhoto) -> None:
        self._ports.photos.run(
            lambda: self._ports.commands.drop_photo(photo.id), lambda _: None, self._ports.failed
        )

    def _take_pair(self, folder: PhotoFolder, draft: str) -> tuple[TakenPhoto, ...]:
        """Take the newest two that were not used before; the rest of a long folder comes later."""
        taken: list[TakenPhoto] = []
        for path in folder.look()[:READ_AT_ONCE]:
            folder.used(path)
            photo = self._take(path, draft)
            if photo is not None:
                taken.append(photo)
            if len(taken) == PAIR:
                break
        taken.reverse()  # newest first so far; without EXIF times the file's age decides
        if all(photo.taken_at for photo in taken):
            taken.sort(key=lambda photo: photo.taken_at or "")
        return tuple(taken)

    def _take(self, path: Path, draft: str) -> TakenPhoto | None:
        """Take a photo; one that is on record, is none, or is gone again is passed over."""
        try:
            data = path.read_bytes()
            if self._ports.queries.photo_in_use(sha256(data).hexdigest()):
                return None
            return self._ports.commands.take_photo(data, source=PhotoSource.FOLDER, draft=draft)
        except (FileNotFoundError, PermissionError):
            return None
        except RuleBroken as refused:
            if refused.code not in NOT_A_PHOTO:
                raise
            return None
