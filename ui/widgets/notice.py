"""Banners and empty states: what happened, what follows from it, what can be done."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame

from ui.widgets.button import Button
from ui.widgets.layout import box, col, row, stretch
from ui.widgets.marks import disc
from ui.widgets.text import Elided, icon_label, label, para
from ui.widgets.theme import theme


def banner(
    tone: str, icon: str, fact: str, follows: str, *buttons: Button, wrap: bool = False
) -> QFrame:
    """Return a banner: soft tone, glyph, bold fact, plain consequence, at most one main button."""
    now = theme()
    glyph = icon_label(icon, 20, "accentText" if tone == "accent" else tone)
    if wrap or now.compact:
        words = (
            col(para(fact, tone=None), para(follows), gap=2)
            if follows
            else col(para(fact, tone=None))
        )
        made = box(tone, row(glyph, (words, 1), *buttons, gap=10), (16, 8, 10, 8))
    else:
        line = row(
            glyph,
            label(fact, strong=True),
            (Elided(follows, tone="2"), 1),
            *buttons,
            gap=10,
        )
        made = box(tone, line, (16, 8, 10, 8))
    made.setAccessibleName(f"{fact} {follows}".strip())
    return made


def empty_state(
    icon: str, title: str, text: str, buttons: Sequence[Button] = (), *, tone: str = ""
) -> QFrame:
    """Return what a pane shows when there is nothing: the reason and the way on."""
    mark = disc(icon, tone=tone, fill=tone or "well")
    actions = row(*buttons, stretch, gap=8)
    return box(
        "none", col(mark, 6, label(title, "lead", strong=True), para(text), 6, actions, gap=4), 20
    )
