"""What a password must have (security.md 3.2 and 4.4)."""

import unicodedata
from typing import Final

from gridworker.storage.failures import PasswordTooWeak
from gridworker.storage.keys import normal

LEAST: Final = 10
LEAST_WITHOUT_KEYRING: Final = 14
CLASSES: Final = 3
WORDS: Final = 5


def check_password(password: str, *, keyring: bool) -> None:
    """Raise PasswordTooWeak when a new password is too easy.

    Ten characters of three classes; without a keyring fourteen, or five words of any kind.
    """
    text = normal(password)
    least = LEAST if keyring else LEAST_WITHOUT_KEYRING
    passphrase = not keyring and len(set(text.split())) >= WORDS
    if not passphrase and (len(text) < least or classes(text) < CLASSES):
        raise PasswordTooWeak(least=least, classes=CLASSES)


def classes(text: str) -> int:
    """Count the kinds of characters: small and capital letters, digits, other writing, signs."""
    return len({_kind(character) for character in text})


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Ll", "Lu", "Nd"):
        return category
    return "letter" if category.startswith("L") else "sign"
