"""What a form needs to know when it comes up, read in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gridworker.app.ports import Places, Queries, TakenPhoto
from gridworker.domain.lines import DraftLine, ItemLine


@dataclass(frozen=True, slots=True)
class Start:
    """The places at hand, the items on offer, and unfinished work with its photos and item."""

    places: Places
    items: tuple[ItemLine, ...]
    draft: DraftLine | None = None
    photos: tuple[TakenPhoto, ...] = ()
    item: ItemLine | None = None


class Origin(StrEnum):
    """Where the place of a form comes from, for the words beside it."""

    GIVEN = "given"
    LAST = "last"
    OWN = "own"


def all_places(places: Places) -> tuple[str, ...]:
    """Return every place at hand, the likeliest first."""
    return (*places.used, *places.near)


def likeliest(places: Places) -> str:
    """Return the place a form begins with, so that nothing has to be typed: the last, or near."""
    return next(iter(all_places(places)), "")


def origin(place: str, places: Places) -> Origin:
    """Say where a place comes from."""
    if place and place == next(iter(places.used), None):
        return Origin.LAST
    if place and not places.used and place == likeliest(places):
        return Origin.OWN
    return Origin.GIVEN


def load_start(queries: Queries, form: str, *, draft: str | None = None) -> Callable[[], Start]:
    """Return work for the read lane: the given draft of a form, or its newest."""

    def work() -> Start:
        places = queries.places()
        items = tuple(queries.items(on_the_spot=True))
        drafts = queries.drafts(form)
        found = next((line for line in drafts if draft in {None, line.id}), None)
        if found is None:
            return Start(places, items)
        photos = tuple(queries.draft_photos(found.id))
        return Start(places, items, found, photos, _item(queries, found, items))

    return work


def _item(queries: Queries, draft: DraftLine, items: tuple[ItemLine, ...]) -> ItemLine | None:
    code = str(draft.fields.get("item", ""))
    if not code:
        return None
    known = next((line for line in items if line.code == code), None)
    return known or next((line for line in queries.items(code) if line.code == code), None)
