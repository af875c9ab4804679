"""Finding tickets and patrol records by Chinese words, pinyin initials, numbers and phone tails.

The index is contentless: it holds `search_words` and no sentence that could be read back, and of a
person's telephone only its last four digits. `index` runs in the transaction that changes a record;
pulls may put their records on a list with `later` and index them in small portions with `drain`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

import msgspec

from gridworker.storage import search_words as tokens
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import NOTE, TABLE_OF, Shown

LONGEST_QUERY = 200
MERGED_PAGES = 128
SPOKEN_PHONE = 7
SEARCHED = frozenset({"ticket", "patrol_record"})
HITS = (
    "SELECT r.id FROM search_index i JOIN search_row r ON r.n = i.rowid"
    " WHERE i.words MATCH ? AND r.kind = ?"
)
NEWEST_HITS = f"{HITS} ORDER BY r.at DESC, r.id DESC"
_AMONG = "IN (SELECT value FROM json_each(?))"
_WORDS = {
    "ticket": ("found_at", "title", "place", "note", "item", "local_no", "official_no", "person"),
    "patrol_record": ("at", "place", "note"),
}
_SHOWN = {
    kind: f"SELECT id, {', '.join({'note': NOTE}.get(c, c) for c in columns)}"
    f" FROM {TABLE_OF[kind]} WHERE id {_AMONG}"
    for kind, columns in _WORDS.items()
}
_PEOPLE = f"SELECT parent, body FROM view_part WHERE parent {_AMONG} AND kind = 'person'"
_ROWS = f"SELECT n, id FROM search_row WHERE kind = ? AND id {_AMONG}"
Found = tuple[str, str]


def index(session: Session, ids: Iterable[tuple[str, str]]) -> None:
    """Make the records (kind, id) findable as the view now shows them; gone ones are forgotten.

    A person stands for the ticket they told us of; other kinds are passed over.
    """
    store = Statements(session)
    wanted: dict[str, list[str]] = {}
    for kind, id_ in dict.fromkeys(_subjects(store, ids)):
        wanted.setdefault(kind, []).append(id_)
    for kind, group in wanted.items():
        found = _words(store, kind, group)
        _put(store, kind, found)
        _forget(store, kind, [id_ for id_ in group if id_ not in found])


def later(session: Session, ids: Iterable[tuple[str, str]]) -> None:
    """Put records on the list that `drain` works off."""
    store = Statements(session)
    add = "INSERT INTO search_todo (kind, id) VALUES (?, ?) ON CONFLICT DO NOTHING"
    store.many(add, list(_subjects(store, ids)))


def unchanged(store: Statements, rows: Iterable[Shown]) -> set[tuple[str, str]]:
    """Return which of these records, about to be shown, are shown with the same words already.

    Whatever is shown is indexed or on the list, so that they need not be put there again.
    """
    by_kind: dict[str, dict[str, Shown]] = {}
    for row in rows:
        if row.kind in SEARCHED:
            by_kind.setdefault(row.kind, {})[row.id] = row
    same: set[tuple[str, str]] = set()
    for kind, group in by_kind.items():
        for id_, *words in store.execute(_SHOWN[kind], (_list(group),)):
            body = group[id_].body
            if [body.get(name) or "" for name in _WORDS[kind]] == [word or "" for word in words]:
                same.add((kind, id_))
    return same


def drain(session: Session, limit: int) -> int:
    """Index at most `limit` records of the list; return how many, 0 when it is empty."""
    store = Statements(session)
    todo = "SELECT kind, id FROM search_todo ORDER BY kind, id LIMIT ?"
    taken = [(row[0], row[1]) for row in store.execute(todo, (limit,))]
    if taken:
        index(session, taken)
        store.execute("DELETE FROM search_todo WHERE (kind, id) <= (?, ?)", taken[-1])
        settle(session)
    return len(taken)


def settle(session: Session) -> bool:
    """Merge some of the small parts that each change leaves in the index; False when none is left.

    Merging takes milliseconds, which is why nobody who saves waits for it.
    """
    store = Statements(session)
    (before,) = store.one("SELECT total_changes()")
    merge = "INSERT INTO search_index (search_index, rank) VALUES ('merge', ?)"
    store.execute(merge, (MERGED_PAGES,))
    (after,) = store.one("SELECT total_changes()")
    return bool(after - before > 1)  # the statement itself counts as one change


def ids(session: Session, kind: str, wanted: str, limit: int) -> list[str]:
    """Return ids of records that hold every word of `wanted`, the last ones to come here first."""
    match = expression(wanted)
    if match is None:
        return []
    found = f"{HITS} ORDER BY i.rowid DESC LIMIT ?"
    return [row[0] for row in Statements(session).execute(found, (match, kind, limit))]


def expression(wanted: str) -> str | None:
    """Return the FTS5 query for what a person typed, or None when that holds no word.

    Every word must be there. Nothing of the text is read as syntax: tokens are letters and digits
    in quotes.
    """
    parts = [
        _chunk(found)
        for chunk in tokens.plain(wanted[:LONGEST_QUERY]).split()
        if (found := tokens.runs(chunk))
    ]
    return " AND ".join(parts) or None


def _chunk(parts: list[tuple[str, str]]) -> str:
    if len(parts) == 1 or any(_spelled(word) for _, word in parts):
        words = " AND ".join(_han(han) if han else _word(word) for han, word in parts)
    else:
        words = _phrase(parts)
    if len(parts) == 1 or any(han for han, _ in parts):
        return words
    # Several words without Chinese between them: a number with its dashes, whose blocks may be
    # letters alone.
    return f'(({words}) OR "{tokens.TAIL}{"".join(word for _, word in parts)}"*)'


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


def _subjects(store: Statements, ids: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for kind, id_ in ids:
        if kind in SEARCHED:
            yield kind, id_
        elif kind == "person":
            row = store.one("SELECT parent_kind, parent FROM view_part WHERE id = ?", (id_,))
            if row is not None and row[0] in SEARCHED:
                yield row[0], row[1]


def _words(store: Statements, kind: str, ids: Sequence[str]) -> dict[str, Found]:
    """Return for each record that is there the time it goes by and the words it is found by."""
    grams = cache(tokens.initial_grams)
    found: dict[str, Found] = {}
    rows = store.execute(_SHOWN[kind], (_list(ids),))
    if kind == "patrol_record":
        for id_, at, place, note in rows:
            found[id_] = at, _joined((place, note), tokens.initial_tokens(place, grams))
        return found
    phones: dict[str, set[str]] = {}
    for ticket, body in store.execute(_PEOPLE, (_list(ids),)):
        phone = str(msgspec.json.decode(body).get("phone", ""))
        phones.setdefault(ticket, set()).update(tokens.phone_tokens(phone))
    for id_, at, title, place, note, item, local_no, official_no, _ in rows:
        ends = tokens.number_tokens(local_no) | tokens.number_tokens(official_no or "")
        spelled = tokens.initial_tokens(title, grams) | tokens.initial_tokens(place, grams)
        words = _joined((title, place, note, item), ends | spelled | phones.get(id_, set()))
        found[id_] = at, words
    return found


def _list(ids: Iterable[str]) -> str:
    return msgspec.json.encode(list(ids)).decode()


def _joined(texts: Iterable[str], sets: set[str]) -> str:
    words: list[str] = []
    for one in texts:
        words += tokens.text_tokens(one)
    words += sorted(sets)
    return " ".join(words)


def _put(store: Statements, kind: str, found: Mapping[str, Found]) -> None:
    store.many(
        "INSERT INTO search_row (kind, id, at) VALUES (?, ?, ?)"
        " ON CONFLICT (id, kind) DO UPDATE SET at = excluded.at",
        [(kind, id_, at) for id_, (at, _) in found.items()],
    )
    rows = store.execute(_ROWS, (kind, _list(found)))
    store.many(
        "INSERT OR REPLACE INTO search_index (rowid, words) VALUES (?, ?)",
        [(n, found[id_][1]) for n, id_ in rows.fetchall()],
    )


def _forget(store: Statements, kind: str, ids: Iterable[str]) -> None:
    gone = "DELETE FROM search_row WHERE kind = ? AND id = ? RETURNING n"
    for id_ in ids:
        for (n,) in store.execute(gone, (kind, id_)).fetchall():
            store.execute("DELETE FROM search_index WHERE rowid = ?", (n,))
