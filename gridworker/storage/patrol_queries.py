"""Which patrol records a list holds and the rows of one page."""

from collections.abc import Sequence

import msgspec

from gridworker.domain.lines import PatrolLine
from gridworker.storage import search, sync_words
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import NOTE

_LINES = (
    f"SELECT id, place, result, {NOTE}, at, grid, ticket, photos, photos_stored, thumb,"
    " json_extract(body, '$.created_by_name') AS by FROM view_patrol_record"
    " WHERE id IN (SELECT value FROM json_each(?))"
)


def ids(session: Session, wanted: str = "") -> list[str]:
    """Return the ids of patrol records, newest first; a search without a word finds nothing."""
    store = Statements(session)
    if not wanted.strip():
        found = store.execute("SELECT id FROM view_patrol_record ORDER BY at DESC, id DESC")
    elif match := search.expression(wanted):
        found = store.execute(search.NEWEST_HITS, (match, "patrol_record"))
    else:
        return []
    return [row[0] for row in found]


def lines(session: Session, wanted: Sequence[str]) -> dict[str, PatrolLine]:
    """Return the rows of a page; ids that are gone meanwhile are left out."""
    steps = sync_words.steps(session, wanted)
    found = Statements(session).execute(_LINES, (msgspec.json.encode(wanted).decode(),))
    return {
        id_: PatrolLine(
            id=id_,
            place=place,
            result=result,
            note=note,
            at=at,
            by=by or "",
            grid=grid,
            sync=sync_words.word(steps.get(id_, ()), photos=photos, stored=stored),
            photos=photos,
            photos_stored=stored,
            thumb=thumb,
            ticket=ticket,
        )
        for id_, place, result, note, at, grid, ticket, photos, stored, thumb, by in found
    }
