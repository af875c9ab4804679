"""A font with Chinese characters: one of the system's, else the one that ships with the program."""

from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFontDatabase

from ui.widgets.theme import tokens


def load_fonts() -> str:
    """Make sure Chinese can be shown and return the family used; empty when there is none."""
    installed = frozenset(QFontDatabase.families())
    for family in tokens()["families"]:
        if family in installed:
            return str(family)
    found = find_spec("pylopdf_fonts_zh_cn")
    if found is None or found.origin is None:
        return next(iter(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)), "")
    file = Path(found.origin).parent / "NotoSansSC-Regular.otf"
    number = QFontDatabase.addApplicationFont(str(file))
    return next(iter(QFontDatabase.applicationFontFamilies(number)), "")
