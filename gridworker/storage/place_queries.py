"""Places used lately, and records that look alike."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridworker.domain.hints import Sighting

PLACES = 30
LOOKED_AT = 300
CANDIDATES = 500
_PLACES = text(
    "SELECT place FROM (SELECT place, found_at AS at FROM"
    " (SELECT place, found_at FROM view_ticket WHERE created_by = :user"
    "  ORDER BY found_at DESC LIMIT :most)"
    " UNION ALL SELECT place, at FROM"
    " (SELECT place, at, created_by FROM view_patrol_record ORDER BY at DESC LIMIT :most)"
    "  WHERE created_by = :user) GROUP BY place ORDER BY max(at) DESC LIMIT :places"
)
_SAME_ITEM = text(
    "SELECT id, item, place, created_by, found_at, json_extract(body, '$.photos') AS photos"
    " FROM view_ticket WHERE item = :item AND found_at >= :since AND state != 'voided'"
    " ORDER BY found_at DESC LIMIT :most"
)


def places(session: Session, user: str) -> list[str]:
    """Return the places where this person recorded something lately, newest first."""
    values = {"user": user, "most": LOOKED_AT, "places": PLACES}
    return list(session.scalars(_PLACES, values))


def sightings(session: Session, item: str, *, since: str) -> list[Sighting]:
    """Return the tickets of a matter found since a time, newest first."""
    values = {"item": item, "since": since, "most": CANDIDATES}
    return [
        sighting(
            row.id,
            item=row.item,
            place=row.place,
            by=row.created_by,
            found_at=row.found_at,
            photos=msgspec.json.decode(row.photos or "[]"),
        )
        for row in session.execute(_SAME_ITEM, values)
    ]


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
    where = next((p for p in photos if "lon" in p and "lat" in p), {})
    return Sighting(
        id=id_,
        item=item,
        place=place,
        by=by,
        found_at=found_at,
        lon=where.get("lon"),
        lat=where.get("lat"),
    )
