"""The catalogue as pickers show it: photo rule, limit and how often this person chose an item."""

from collections.abc import Iterable

from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.lines import ItemLine
from gridworker.storage import search_words
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements


def lines(session: Session, items: Iterable[CatalogueItem]) -> list[ItemLine]:
    """Return what pickers show of the items: most used first, then by code."""
    uses = {row[0]: row[1] for row in Statements(session).execute("SELECT item, uses FROM uses")}
    found = [_line(item, uses.get(item.code, 0)) for item in items]
    return sorted(found, key=lambda line: (-line.uses, line.code))


def choose(found: Iterable[ItemLine], wanted: str, *, on_the_spot: bool) -> list[ItemLine]:
    """Return the lines that hold every word of `wanted` as Chinese, code or initials, in order.

    Switched off ones are only for someone who looks for them, after the others.
    """
    words = search_words.plain(wanted).split()
    hits = [
        line
        for line in found
        if (line.on_the_spot or not on_the_spot)
        and (line.active or words)
        and all(_fits(line, word) for word in words)
    ]
    return sorted(hits, key=lambda line: not line.active)


def _fits(line: ItemLine, word: str) -> bool:
    texts = [search_words.plain(text) for text in (line.name, line.short_name, *line.path)]
    if word in line.code.casefold() or any(word in text for text in texts):
        return True
    spelled = word.isascii() and word.isalpha()
    return spelled and any(search_words.spells(text, word) for text in texts)


def _line(item: CatalogueItem, uses: int) -> ItemLine:
    return ItemLine(
        code=item.code,
        kind=item.kind,
        name=item.name,
        path=item.path,
        on_the_spot=item.on_the_spot,
        before=item.evidence.before,
        after=item.evidence.after,
        active=item.active,
        owner_level=item.owner_level,
        note_template=item.note_template,
        sample=item.sample,
        uses=uses,
        limit=item.standards[0].raw_limit if item.standards else "",
        short_name=item.short_name,
        icon=item.icon,
    )
