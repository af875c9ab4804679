"""The picture of a catalogue item, so that a tile is recognised before it is read."""

import json
from functools import cache

import resources

PLAIN = "clipboard-check"


@cache
def _by_word() -> dict[str, str]:
    return dict(json.loads(resources.text("icons/items.json")))


def item_icon(name: str) -> str:
    """Return the icon of the first word that the item's name contains."""
    return next((icon for word, icon in _by_word().items() if word in name), PLAIN)
