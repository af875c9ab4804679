"""P6: the first fifty of a search against a page of fifty by key; recall by brute force."""

import re
import statistics
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from pypinyin import Style, pinyin

from bench.district import Laptop
from bench.figure import Figure, timed
from gridworker.storage import search, ticket_lists
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements
from gridworker.storage.ticket_lists import Listing
from gridworker.storage.view_rows import NOTE

GOAL = 10.0
FIRST = 50
QUERIES = 40
JUDGED = 10
TEXTS = f"SELECT id, title, place, {NOTE} FROM view_ticket"
PAGE = (
    "SELECT id, local_no, official_no, title, place, state, due, found_at FROM view_ticket"
    " WHERE id IN (SELECT value FROM json_each(?))"
)
RUN = re.compile("[一-鿿]+")
Row = tuple[str, str, str, str]


def measure(home: Path, password: str) -> list[Figure]:
    """Return one row for each kind of word."""
    laptop = Laptop(home, password)
    try:
        with laptop.profile.read() as session:
            rows = [tuple(row) for row in Statements(session).execute(TEXTS)]
            kinds = [*((f"{n} Chinese characters", _han(n)) for n in (2, 3, 4))]
            kinds.append(("pinyin initials", _initials))
            return [
                _figure(session, rows, name, make, number)
                for number, (name, make) in enumerate(kinds, 2)
            ]
    finally:
        laptop.close()


def _figure(
    session: Session,
    rows: list[Row],
    name: str,
    make: Callable[[Random, Row], str],
    number: int,
) -> Figure:
    random = Random(number)
    wanted = [make(random, random.choice(rows)) for _ in range(QUERIES)]
    found, looked_up, everything = [], [], []
    for word in wanted:
        hits: list[str] = []
        found.append(timed(lambda: hits.extend(_found(session, word))))  # noqa: B023  (called at once)
        page = [row[0] for row in random.choices(rows, k=FIRST)]
        looked_up.append(timed(lambda: _page(session, page)))  # noqa: B023  (as above)
        everything.append(timed(lambda: ticket_lists.ids(session, Listing(user="", search=word))))  # noqa: B023  (as above)
    recall = [_recall(session, rows, word) for word in wanted[:JUDGED]]
    return Figure(
        name=f"P6.{name[0]}",
        what=f"first {FIRST} of {name} among {len(rows):,} tickets, with their rows",
        ours=statistics.median(found),
        theirs=statistics.median(looked_up),
        against=f"{FIRST} rows by primary key",
        goal=GOAL,
        note=(
            f"recall {100 * min(recall):.1f} % by brute force over {JUDGED} words; all hits as the"
            f" ticket list asks for them: {statistics.median(everything):.1f} ms"
        ),
    )


def _found(session: Session, word: str) -> list[str]:
    hits = search.ids(session, "ticket", word, FIRST)
    _page(session, hits)
    return hits


def _page(session: Session, ids: list[str]) -> None:
    ids_json = "[" + ",".join(f'"{id_}"' for id_ in ids) + "]"
    Statements(session).execute(PAGE, (ids_json,)).fetchall()


def _recall(session: Session, rows: list[Row], word: str) -> float:
    holds = _spells if word.isascii() else _holds
    wanted = {row[0] for row in rows if holds(row, word)}
    found = set(ticket_lists.ids(session, Listing(user="", search=word)))
    return len(wanted & found) / len(wanted) if wanted else 1.0


def _han(length: int) -> Callable[[Random, Row], str]:
    def part(random: Random, row: Row) -> str:
        runs = [run for text in row[1:] for run in RUN.findall(text) if len(run) >= length]
        run = random.choice(runs)
        start = random.randint(0, len(run) - length)
        return run[start : start + length]

    return part


def _initials(random: Random, row: Row) -> str:
    word = _han(random.choice((3, 4)))(random, ("", row[1], row[2], ""))
    return "".join(min(_letters(character)) for character in word)


def _holds(row: Row, word: str) -> bool:
    return any(word in text for text in row[1:])


def _spells(row: Row, word: str) -> bool:
    return _text_spells(row[1], word) or _text_spells(row[2], word)


@cache
def _text_spells(text: str, word: str) -> bool:
    return any(
        all(letter in _letters(run[start + n]) for n, letter in enumerate(word))
        for run in RUN.findall(text)
        for start in range(len(run) - len(word) + 1)
    )


@cache
def _letters(character: str) -> frozenset[str]:
    readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return frozenset(reading[0] for reading in readings)
