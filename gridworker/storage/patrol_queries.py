"""Which patrol records a list holds and the rows of one page."""

from collections.abc import Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session

from gridworker.domain.lines import PatrolLine
from gridworker.storage import search, sync_words
from gridworker.storage.statements import Statements

_LINES = text(
    "SELECT id, place, result, note, at, grid, ticket, photos, photos_stored, thumb,"
    " json_extract(body, '$.created_by_name') AS by FROM view_patrol_record WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))


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
    return {
        row.id: PatrolLine(
            id=row.id,
            place=row.place,
            result=row.result,
            note=row.note,
            at=row.at,
            by=row.by or "",
            grid=row.grid,
            sync=sync_words.word(
                steps.get(row.id, ()), photos=row.photos, stored=row.photos_stored
            ),
            photos=row.photos,
            photos_stored=row.photos_stored,
            thumb=row.thumb,
            ticket=row.ticket,
        )
        for row in session.execute(_LINES, {"ids": list(wanted)})
    }
