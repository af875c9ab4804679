"""The words of forms for what is missing, and for a camera that does not answer."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from ui.presenters.matter_form import Lack


def lack_words(lacks: Sequence[Lack]) -> tuple[str, str]:
    """Return the summary of what is missing and each thing by its name; empty for nothing."""
    translate = QCoreApplication.translate
    words = {
        Lack.PLACE: translate("lacks", "where it is"),
        Lack.ITEM: translate("lacks", "what it is"),
        Lack.BEFORE: translate("lacks", "the photo before, or why there is none"),
        Lack.AFTER: translate("lacks", "the photo after, or why there is none"),
    }
    return lack_summary([words[lack] for lack in lacks])


def lack_summary(things: Sequence[str]) -> tuple[str, str]:
    """Return the summary of things that are missing, each in words; empty for nothing."""
    translate = QCoreApplication.translate
    if not things:
        return "", ""
    return translate("lacks", "Still missing"), translate("lacks", ", ").join(things)


def camera_words(why: str) -> tuple[str, str]:
    """Return why there is no live picture, and what to do instead."""
    translate = QCoreApplication.translate
    words = {
        "busy": translate("camera", "Another program uses the camera"),
        "library": translate("camera", "This computer cannot show a camera"),
    }
    missing = translate("camera", "No camera was found")
    instead = translate("camera", "Paste, drop, or fetch photos from the phone")
    return words.get(why, missing), instead
