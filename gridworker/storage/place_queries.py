"""Places used lately, and records that look alike."""

from collections.abc import Sequence
from typing import Any

import msgspec

from gridworker.domain.hints import Sighting
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

PLACES = 30
LOOKED_AT = 300
CANDIDATES = 50
_PLACES = (
    "SELECT place FROM (SELECT place, found_at AS at FROM"
    " (SELECT place, found_at FROM view_ticket WHERE {ticket}"
    "  ORDER BY found_at DESC LIMIT {most})"
    " UNION ALL SELECT place, at FROM"
    " (SELECT place, at, created_by FROM view_patrol_record ORDER BY at DESC LIMIT {most})"
    "  WHERE {patrol}) WHERE place <> '' GROUP BY place ORDER BY max(at) DESC LIMIT {places}"
)
_BY_ME, _BY_OTHERS = "created_by = ?1", "created_by <> ?1"
_SAME_ITEM = (
    "SELECT id, item, place, created_by, found_at, iif(photos, body -> '$.photos', '[]')"
    " FROM view_ticket WHERE item = ? AND found_at >= ? AND state <> 'voided'"
)


def used(session: Session, user: str) -> list[str]:
    """Return the places where this person recorded something lately, newest first."""
    return _places(session, _BY_ME, user)


def seen(session: Session, user: str) -> list[str]:
    """Return the places of what others recorded lately in sight of this person, newest first."""
    return _places(session, _BY_OTHERS, user)


def _places(session: Session, by: str, user: str) -> list[str]:
    query = _PLACES.format(ticket=by, patrol=by, most=LOOKED_AT, places=PLACES)
    return [place for (place,) in Statements(session).execute(query, (user,))]


def sightings(session: Session, item: str, *, since: str, by: str | None = None) -> list[Sighting]:
    """Return the newest tickets of a matter found since a time, by one person or by all."""
    query, values = _SAME_ITEM, [item, since]
    if by is not None:
        query, values = f"{query} AND created_by = ?", [*values, by]
    rows = Statements(session).execute(f"{query} ORDER BY found_at DESC LIMIT {CANDIDATES}", values)
    return [
        sighting(
            id_, item=its, place=place, by=who, found_at=at,
            photos=msgspec.json.decode(photos) if photos != "[]" else (),
        )
        for id_, its, place, who, at, photos in rows
    ]  # fmt: skip


def sighting(
    id_: str,
    *,
    item: str,
    place: str,
    by: str,
    found_at: str,
    photos: Sequence[dict[str, Any]] = (),
) -> Sighting:
    """Return what of a ticket is compared; its position is that of its first photo with one."""
    lon = lat = None
    for photo in photos:
        if "lon" in photo and "lat" in photo:
            lon, lat = photo["lon"], photo["lat"]
            break
    return Sighting(id=id_, item=item, place=place, by=by, found_at=found_at, lon=lon, lat=lat)
