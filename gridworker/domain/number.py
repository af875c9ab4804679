"""Ticket numbers: the one a device prints at once, and the one the centre gives (domain.md 6.2)."""

import re

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHAPE = re.compile(r"L\d{6}-[0-9A-Z]{4}-\d{8}-\d{4,6}[0-9A-Z]\Z")
MOST_A_DAY = 999_999


def local_no(*, region: str, device_code: str, day: str, sequence: int) -> str:
    """Return the number of the device's `sequence`-th ticket on a local day (`yyyymmdd`).

    `L` region `-` device `-` day `-` sequence and a check character; the sequence has four digits,
    more only when a day has more than 9,999 tickets. Raises ValueError for parts of another shape.
    """
    if not 1 <= sequence <= MOST_A_DAY:
        raise ValueError(sequence)
    number = f"L{region}-{device_code}-{day}-{sequence:04d}"
    number += check_character(number)
    if not SHAPE.match(number):
        raise ValueError(number)
    return number


def is_local_no(text: str) -> bool:
    """Say whether a text is a local number without a slip of the pen in it."""
    return bool(SHAPE.match(text)) and check_character(text[:-1]) == text[-1]


def official_no(*, day: str, counter: int) -> str:
    """Return the centre's number: the local day (`yyyymmdd`) and the district's count on it.

    Six digits, more only when a day has more than 999,999 tickets. Raises ValueError when `day` is
    no day or `counter` is not positive.
    """
    if not re.fullmatch(r"\d{8}", day) or counter < 1:
        raise ValueError(day, counter)
    return f"{day}{counter:06d}"


def check_character(text: str) -> str:
    """Return the check character of ISO 7064 mod 37,36 over the letters and digits of `text`.

    It finds every single wrong character and nearly all swapped neighbours. Raises ValueError for
    any sign but `0-9`, `A-Z` and the hyphens, which do not count.
    """
    product = 36
    for sign in text.replace("-", ""):
        total = (product + SIGNS.index(sign)) % 36 or 36
        product = total * 2 % 37
    return SIGNS[(37 - product) % 36]
