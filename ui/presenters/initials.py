"""First letters of the pinyin of a label, so that Han words can be found by typing Latin ones."""

from collections.abc import Iterable


def initials(labels: Iterable[str]) -> dict[str, str]:
    """Return lower-case initials by label; slow the first time, so call it in a lane."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  (its tables load for some 100 ms)

    return {
        label: "".join(lazy_pinyin(label, style=Style.FIRST_LETTER, errors="ignore")).lower()
        for label in labels
    }
