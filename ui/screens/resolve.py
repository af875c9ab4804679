"""The on-the-spot panel (F8) over whatever place is in front."""

from collections.abc import Callable

from ui.screens.contract import Tools
from ui.screens.matters import Matter, MatterForms, Then


def open_resolve(tools: Tools, *, place: str = "", then: Then | None = None) -> Callable[[], None]:
    """Open the panel; return its close, which keeps the draft.

    `then` hears what was recorded. When the matter is handed up instead, the report form takes the
    panel's place, and closing closes that.
    """
    forms = MatterForms(tools)
    forms.open_resolve(Matter(place, then))
    return forms.close
