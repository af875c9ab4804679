"""The report form (Ctrl+N) over whatever place is in front."""

from collections.abc import Callable

from ui.screens.contract import Tools
from ui.screens.matters import Matter, MatterForms, Then


def open_report(tools: Tools, *, place: str = "", then: Then | None = None) -> Callable[[], None]:
    """Open the form; return its close, which keeps the draft.

    `then` hears what was recorded. When the matter is finished on the spot instead, that panel
    takes the form's place, and closing closes that.
    """
    forms = MatterForms(tools)
    forms.open_report(Matter(place, then))
    return forms.close
