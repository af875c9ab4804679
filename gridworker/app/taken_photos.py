"""Photos on their way into a record: checked in a child process, sealed, kept as drafts."""

from collections.abc import Callable
from dataclasses import dataclass

from gridworker.app.pen import new_id
from gridworker.app.photo_reader import PhotoFacts, PhotoReader
from gridworker.app.ports import Clock, TakenPhoto
from gridworker.app.room import Room
from gridworker.domain.evidence import PhotoSource
from gridworker.domain.times import utc_text
from gridworker.storage import drafts
from gridworker.storage.door import Door
from gridworker.storage.drafts import KeptPhoto
from gridworker.storage.photos import PhotoFiles, SealedFile

METADATA_DAMAGED = "photo_metadata_damaged"


@dataclass(frozen=True, slots=True)
class TakenPhotos:
    """Takes photos from any source; what is hashed and kept is the file exactly as it was given."""

    write: Door
    files: PhotoFiles
    reader: Callable[[], PhotoReader]
    clock: Clock
    room: Room

    def take(self, data: bytes, *, source: PhotoSource, draft: str | None = None) -> TakenPhoto:
        """Keep a photo; raises RuleBroken (E_PHOTO_UNREADABLE, E_BLOB_TOO_LARGE, E_DISK_FULL)."""
        self.room.for_photo()
        facts = self.reader().inspect(data)
        photo = new_id()
        sealed = self.files.write(data, record=photo)
        row = self._row(photo, sealed, facts, source, draft)
        taken = taken_photo(row, facts.thumb)
        try:
            with self.write.begin() as session:
                drafts.add_photo(session, row, facts.thumb)
        except BaseException:
            self.files.delete(sealed.name)
            raise
        return taken

    def drop(self, photos: list[str]) -> None:
        """Forget taken photos that no record names, then remove their files."""
        with self.write.begin() as session:
            names = drafts.drop_photos(session, photos)
        for name in names:
            self.files.delete(name)

    def discard(self, draft: str) -> None:
        """End a draft without a record, with its photos."""
        with self.write.begin() as session:
            names = drafts.discard(session, draft)
        for name in names:
            self.files.delete(name)

    def _row(
        self,
        photo: str,
        sealed: SealedFile,
        facts: PhotoFacts,
        source: PhotoSource,
        draft: str | None,
    ) -> KeptPhoto:
        return KeptPhoto(
            id=photo,
            draft=draft,
            sha256=sealed.sha256,
            name=sealed.name,
            dek=sealed.dek,
            record=photo,
            size=sealed.size,
            mime=facts.mime,
            source=str(source),
            taken_at=facts.taken_at,
            lon=facts.lon,
            lat=facts.lat,
            note=METADATA_DAMAGED if facts.metadata_damaged else None,
            created_at=utc_text(self.clock.now()),
        )


def taken_photo(row: KeptPhoto, thumb: bytes) -> TakenPhoto:
    """Return a draft's photo as windows know it."""
    return TakenPhoto(
        id=row.id,
        sha256=row.sha256,
        size=row.size,
        mime=row.mime,
        source=PhotoSource(row.source),
        taken_at=row.taken_at,
        lon=row.lon,
        lat=row.lat,
        note=row.note,
        thumb=thumb,
    )
