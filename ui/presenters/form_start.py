"""What a form needs to know when it comes up, read in one go."""

from collections.abc import Callable
from dataclasses import dataclass

from gridworker.app.ports import Queries, TakenPhoto
from gridworker.domain.lines import DraftLine, ItemLine


@dataclass(frozen=True, slots=True)
class Start:
    """Places used lately, the items on offer, and unfinished work with its photos and item."""

    places: tuple[str, ...]
    items: tuple[ItemLine, ...]
    draft: DraftLine | None = None
    photos: tuple[TakenPhoto, ...] = ()
    item: ItemLine | None = None


def load_start(queries: Queries, form: str, *, draft: str | None = None) -> Callable[[], Start]:
    """Return work for the read lane: the given draft of a form, or its newest."""

    def work() -> Start:
        places = tuple(queries.places())
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
