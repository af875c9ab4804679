"""Finding tickets and patrol records by Chinese words, pinyin initials, numbers and phone tails.

The index is contentless: it holds `search_words` and no sentence that could be read back, and of a
person's telephone only its last four digits. `index` runs in the transaction that changes a record;
pulls may put their records on a list with `later` and index them in small portions with `drain`.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from gridworker.storage import search_words as tokens

LONGEST_QUERY = 200
SPOKEN_PHONE = 7
_TICKET = text(
    "SELECT title, place, note, item, local_no, official_no FROM view_ticket WHERE id=:id"
)
_PATROL = text("SELECT place, note FROM view_patrol_record WHERE id=:id")
_PERSON = text("SELECT body FROM view_part WHERE parent=:id AND kind='person'")


def index(session: Session, ids: Iterable[tuple[str, str]]) -> None:
    """Make the records (kind, id) findable as the view now shows them; gone ones are forgotten."""
    for kind, id_ in ids:
        words = _words(session, kind, id_)
        if words is None:
            _forget(session, kind, id_)
        else:
            _put(session, kind, id_, words)


def later(session: Session, ids: Iterable[tuple[str, str]]) -> None:
    """Put records on the list that `drain` works off."""
    rows = [{"kind": kind, "id": id_} for kind, id_ in ids if kind in {"ticket", "patrol_record"}]
    if rows:
        statement = text(
            "INSERT INTO search_todo (kind, id) VALUES (:kind, :id) ON CONFLICT DO NOTHING"
        )
        session.execute(statement, rows)


def drain(session: Session, limit: int) -> int:
    """Index at most `limit` records of the list; return how many, 0 when it is empty."""
    todo = text("SELECT kind, id FROM search_todo ORDER BY kind, id LIMIT :most")
    taken = [(row.kind, row.id) for row in session.execute(todo, {"most": limit})]
    if taken:
        index(session, taken)
        done = text("DELETE FROM search_todo WHERE kind=:kind AND id=:id")
        session.execute(done, [{"kind": kind, "id": id_} for kind, id_ in taken])
    return len(taken)


def ids(session: Session, kind: str, wanted: str, limit: int) -> list[str]:
    """Return ids of records that hold every word of `wanted`, the last indexed first."""
    match = expression(wanted)
    if match is None:
        return []
    found = text(
        "SELECT r.id FROM search_index i JOIN search_row r ON r.n = i.rowid"
        " WHERE i.words MATCH :match AND r.kind = :kind ORDER BY i.rowid DESC LIMIT :most"
    )
    return list(session.scalars(found, {"match": match, "kind": kind, "most": limit}))


def expression(wanted: str) -> str | None:
    """Return the FTS5 query for what a person typed, or None when that holds no word.

    Every word must be there. Nothing of the text is read as syntax: tokens are letters and digits
    in quotes.
    """
    parts = [
        _chunk(found)
        for chunk in tokens.plain(wanted[:LONGEST_QUERY]).split()
        if (found := list(tokens.runs(chunk)))
    ]
    return " AND ".join(parts) or None


def _chunk(parts: list[tuple[str, str]]) -> str:
    if len(parts) == 1 or any(_spelled(word) for _, word in parts):
        return " AND ".join(_han(han) if han else _word(word) for han, word in parts)
    if any(han for han, _ in parts):
        return _phrase(parts)
    # Several words without Chinese between them: a number with its dashes.
    return f'({_phrase(parts)} OR "{tokens.TAIL}{"".join(word for _, word in parts)}"*)'


def _phrase(parts: list[tuple[str, str]]) -> str:
    """Words in a row; only the last may be the beginning of a longer one."""
    row: list[str] = []
    for place, (han, word) in enumerate(parts):
        row.extend(map("".join, pairwise(han)))
        last = place == len(parts) - 1
        if word or not last or len(han) == 1:
            row.append(word or han[-1])
    open_end = bool(parts[-1][1]) or len(parts[-1][0]) == 1
    return f'"{" ".join(row)}"{"*" if open_end else ""}'


def _han(run: str) -> str:
    return _phrase([(run, "")])


def _word(word: str) -> str:
    ways = [f'"{word}"*']
    if _spelled(word):
        grams = {word[n : n + tokens.GRAM] for n in range(max(1, len(word) - tokens.GRAM + 1))}
        ways.append("(" + " AND ".join(f'"{tokens.INITIAL}{gram}"' for gram in sorted(grams)) + ")")
    if any(c.isdecimal() for c in word):
        ways.append(f'"{tokens.TAIL}{word}"*')
    if word.isdecimal() and (len(word) == tokens.PHONE_TAIL or len(word) >= SPOKEN_PHONE):
        ways.append(f'"{tokens.PHONE}{word[-tokens.PHONE_TAIL :]}"')
    return f"({' OR '.join(ways)})"


def _spelled(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _words(session: Session, kind: str, id_: str) -> str | None:
    if kind == "ticket":
        ticket = session.execute(_TICKET, {"id": id_}).one_or_none()
        if ticket is None:
            return None
        found: set[str] = set()
        found |= tokens.initial_tokens(ticket.title) | tokens.initial_tokens(ticket.place)
        for number in (ticket.local_no, ticket.official_no or ""):
            found |= tokens.number_tokens(number)
        for body in session.scalars(_PERSON, {"id": id_}):
            found |= tokens.phone_tokens(str(msgspec.json.decode(body).get("phone", "")))
        return _joined((ticket.title, ticket.place, ticket.note, ticket.item), found)
    patrol = (
        session.execute(_PATROL, {"id": id_}).one_or_none() if kind == "patrol_record" else None
    )
    if patrol is None:
        return None
    return _joined((patrol.place, patrol.note), tokens.initial_tokens(patrol.place))


def _joined(texts: Iterable[str], sets: set[str]) -> str:
    def parts() -> Iterator[str]:
        for one in texts:
            yield from tokens.text_tokens(one)
        yield from sorted(sets)

    return " ".join(parts())


def _put(session: Session, kind: str, id_: str, words: str) -> None:
    row = session.scalar(
        text(
            "INSERT INTO search_row (kind, id) VALUES (:kind, :id)"
            " ON CONFLICT (id, kind) DO UPDATE SET kind = kind RETURNING n"
        ),
        {"kind": kind, "id": id_},
    )
    put = text("INSERT OR REPLACE INTO search_index (rowid, words) VALUES (:n, :words)")
    session.execute(put, {"n": row, "words": words})


def _forget(session: Session, kind: str, id_: str) -> None:
    gone = text("DELETE FROM search_row WHERE kind=:kind AND id=:id RETURNING n")
    for n in session.scalars(gone, {"kind": kind, "id": id_}).all():
        session.execute(text("DELETE FROM search_index WHERE rowid=:n"), {"n": n})
