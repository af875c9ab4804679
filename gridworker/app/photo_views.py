"""Photos to look at: a smaller copy with its watermark, made from the sealed original."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from gridworker.app.photo_reader import Mark, PhotoReader
from gridworker.domain.times import CHINA, parse_time
from gridworker.storage import blobs, drafts, photo_owner
from gridworker.storage.door import Session
from gridworker.storage.photos import PhotoFiles


class Sealed(msgspec.Struct, frozen=True):
    """Where a photo lies, what opens it, and what the bar on a copy says."""

    name: str
    dek: bytes
    record: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class PhotoViews:
    """Opens photos for display; the bytes that prove something never leave it."""

    files: PhotoFiles
    reader: Callable[[], PhotoReader]

    def find(self, session: Session, sha256: str) -> Sealed | None:
        """Return a photo of a record or of a draft, if this laptop has its bytes."""
        blob = blobs.find(session, sha256)
        if blob is not None:
            body = photo_owner.body_with(session, blob.op_id)
            return Sealed(blob.name, blob.dek, blob.record, _mark(body, sha256))
        kept = drafts.photo_by_hash(session, sha256)
        if kept is None:
            return None
        return Sealed(kept.name, kept.dek, kept.record, Mark(sha256=sha256))

    def show(self, photo: Sealed, *, longest: int) -> bytes:
        """Return an upright JPEG of at most `longest` pixels with the bar across its foot.

        Raises PhotoFileDamaged, RuleBroken(E_PHOTO_UNREADABLE).
        """
        data = self.files.read(photo.name, photo.dek, record=photo.record)
        return self.reader().preview(data, longest, mark=photo.mark)


def _mark(body: dict[str, Any], sha256: str) -> Mark:
    photos: list[dict[str, Any]] = body.get("photos", [])
    photo = next((p for p in photos if p.get("sha256") == sha256), {})
    at = photo.get("at") or body.get("created_at")
    return Mark(
        time=_local(parse_time(at)) if at else "",
        grid=str(body.get("grid") or ""),
        ticket=str(body.get("official_no") or body.get("local_no") or ""),
        worker=str(body.get("created_by_name") or ""),
        sha256=sha256,
    )


def _local(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
