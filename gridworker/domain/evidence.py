"""Photos and what they prove."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec


class PhotoRole(StrEnum):
    """What a photo shows."""

    BEFORE = "before"
    AFTER = "after"
    NEAR = "near"
    FAR = "far"
    OTHER = "other"


class PhotoSource(StrEnum):
    """How a photo came in; every source is accepted (security.md T14)."""

    CAMERA = "camera"
    FILE = "file"
    PASTE = "paste"
    DRAG = "drag"
    FOLDER = "folder"


class PhotoState(StrEnum):
    """How far the bytes have come: here only, on the way, or verified by the centre."""

    LOCAL = "local"
    UPLOADING = "uploading"
    STORED = "stored"


MAX_PHOTO_BYTES = 25 * 1024 * 1024
PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"})


class Photo(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A photo as an operation names it: the hash of the file exactly as it was given.

    `lon` and `lat` are degrees x 10^7 (WGS-84); `taken_at` is the EXIF time, never a guard.
    """

    sha256: str
    bytes: int
    mime: str
    role: PhotoRole
    source: PhotoSource
    taken_at: str | None = None
    lon: int | None = None
    lat: int | None = None
    reason: str | None = None


class EvidenceRule(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many photos of each side an item asks for; a reason stands in for a missing one."""

    before: int = 0
    after: int = 0


def missing(rule: EvidenceRule, photos: Sequence[Photo]) -> tuple[PhotoRole, ...]:
    """Return the sides of which photos are still missing, in the order they are taken."""
    have = [photo.role for photo in photos]
    wanted = ((PhotoRole.BEFORE, rule.before), (PhotoRole.AFTER, rule.after))
    return tuple(role for role, least in wanted if have.count(role) < least)


def same_picture(photos: Sequence[Photo]) -> bool:
    """Say whether a picture of before is byte for byte one of after (domain.md 10)."""
    before = {photo.sha256 for photo in photos if photo.role is PhotoRole.BEFORE}
    return any(p.role is PhotoRole.AFTER and p.sha256 in before for p in photos)
