"""The table of initials is what pypinyin knows, for every character that a search can meet."""

import unicodedata

from pypinyin.constants import PINYIN_DICT

from gridworker.app.initials import spellings
from gridworker.storage.search_words import initials, runs


def test_the_table_has_every_reading_of_every_character():
    """To renew the table after an update of pypinyin, write what `wanted` holds, by letter."""
    wanted = {}
    for code, readings in PINYIN_DICT.items():
        if [han for han, _ in runs(chr(code))] == [chr(code)]:
            letters = {unicodedata.normalize("NFKD", reading)[0] for reading in readings.split(",")}
            wanted[chr(code)] = "".join(sorted(letters & set("abcdefghijklmnopqrstuvwxyz")))
    assert len(wanted) > 40_000
    assert {character: initials(character) for character in wanted} == wanted
    assert initials("a") == ""


def test_labels_spell_out_in_every_reading():
    found = spellings(["前往：今日", "重办", "F8"])
    assert "qwjr" in found["前往：今日"]
    assert {"cb", "zb"} <= found["重办"]
    assert found["F8"] == {""}
