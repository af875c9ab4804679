"""What a search must find, written down a second time: plain substrings, no index."""

import re
import unicodedata

from pypinyin import Style, pinyin

HAN = "[〇㐀-䶿一-鿿\U00020000-\U0003ffff]"


def flat(text):
    return unicodedata.normalize("NFKC", text).casefold()


def chinese_runs(text):
    return re.findall(f"{HAN}+", flat(text))


def words(text):
    return re.findall(r"[^\W_]+", re.sub(HAN, " ", flat(text)))


def spells(text, letters):
    """Say whether letters are initials in a row, by any reading of each character."""
    for run in chinese_runs(text):
        readings = [
            {reading[0] for reading in pinyin(one, style=Style.NORMAL, heteronym=True)[0]}
            for one in run
        ]
        for start in range(len(run) - len(letters) + 1):
            if all(letter in readings[start + n] for n, letter in enumerate(letters)):
                return True
    return False


def holds(ticket, word):
    """Say whether a ticket (title, place, note, item, numbers, phones) holds one typed word."""
    texts = (ticket["title"], ticket["place"], ticket["note"], ticket["item"])
    word = flat(word)
    if re.fullmatch(f"{HAN}+", word):
        return any(word in run for text in texts for run in chinese_runs(text))
    if any(one.startswith(word) for text in texts for one in words(text)):
        return True
    if re.fullmatch("[a-z]+", word):
        return any(spells(ticket[part], word) for part in ("title", "place"))
    return any(number_ends(number, word) for number in ticket["numbers"]) or any(
        word.isdecimal() and len(word) in {4, 11} and phone.endswith(word[-4:])
        for phone in ticket["phones"]
    )


def number_ends(number, word):
    """Say whether a number is met by its whole, a block's beginning or its last characters."""
    blocks = words(number)
    whole = "".join(blocks)
    ends = {"".join(blocks[n:]) for n in range(len(blocks))}
    ends |= {whole[-size:] for size in (3, 4, 5, 6)}
    return any(end.startswith(word) for end in ends)


def found(tickets, wanted):
    """Return the ids of the tickets that hold every word."""
    return {t["id"] for t in tickets if all(holds(t, word) for word in wanted.split())}
