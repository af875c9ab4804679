"""The sheet that every form over the window is: head, fields and photos, foot."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLayout, QWidget

from gridworker.domain.evidence import PhotoRole
from ui.views.form_face import FormActions, FormFace, FormTools
from ui.widgets.button import Button, button
from ui.widgets.form_keys import Keys, stay
from ui.widgets.key_sheet import KeySheet
from ui.widgets.layout import Item, col, row, scroll, stretch
from ui.widgets.text import Elided, hline, icon_label, keycap, label
from ui.widgets.theme import theme

WIDTH = 1080


@dataclass(frozen=True, slots=True)
class Title:
    """What stands in the head of a form, and the key that opens it."""

    words: str
    icon: str
    key: str = ""


class FormSheet(FormFace):
    """Made in two steps, because the fields need the photos: `lay_out` builds the sheet.

    Ctrl+Enter finishes, Esc keeps the draft, Ctrl+V takes a photo out of the clipboard.
    """

    def __init__(
        self,
        window: QWidget,
        roles: Sequence[PhotoRole],
        title: Title,
        *,
        do: FormActions,
        tools: FormTools,
        verb: str,
        photo_height: int,
    ) -> None:
        calm = QCoreApplication.translate("FormSheet", "The draft is kept as you go")
        super().__init__(
            window,
            roles,
            do=do,
            tools=tools,
            verb=verb,
            photo_height=photo_height,
            calm=calm,
        )
        self._window, self._title, self._actions = window, title, do

    def lay_out(
        self,
        *body: Item,
        height: int,
        keys: Keys,
        fields: Sequence[QWidget],
        beside: Sequence[Button] = (),
    ) -> None:
        """Build the sheet; `fields` are typed into, `beside` stand before the main button."""
        for field in fields:
            self.capture.paste.watch(field)
        made = col(*body, gap=12, margins=(24, 4, 24, 12))
        self._sheet = KeySheet(
            self._window,
            col(self._head(), (scroll(made), 1), hline(), self._foot(beside), gap=0),
            name=self._title.words,
            width=WIDTH,
            height=height,
            on_escape=self._actions.close,
            keys={
                "Ctrl+Return": self._actions.finish,
                "Ctrl+Enter": self._actions.finish,
                "Ctrl+V": self.capture.paste.paste,
                "F8": stay,
                "Ctrl+N": stay,
                **keys,
            },
        )

    def open(self) -> None:
        """Come up with the camera on, ready for the first photo."""
        self.capture.start()

    def close(self) -> None:
        """Go away and let the camera go."""
        self.capture.stop()
        self._sheet.dismiss()
        self.capture.deleteLater()

    def slots(self) -> QLayout:
        """Return the photo slots side by side."""
        return row(*((slot, 1) for slot in self.capture.slots.values()), gap=12, align=None)

    def _head(self) -> QLayout:
        close = button(
            "",
            self._actions.close,
            kind="ghost",
            icon="x",
            density="small",
            name=QCoreApplication.translate("FormSheet", "Close, keep the draft"),
        )
        key = self._title.key
        return row(
            icon_label(self._title.icon, 22, "accentText"),
            label(self._title.words, "title"),
            self.drafted,
            stretch,
            *((keycap(key),) if key and not theme().compact else ()),
            close,
            gap=9,
            margins=(24, 16, 24, 8),
        )

    def _foot(self, beside: Sequence[Button]) -> QLayout:
        calm = QCoreApplication.translate(
            "FormSheet", "Works without a network; sent when there is one"
        )
        told: tuple[Item, ...] = (
            (stretch,)
            if theme().compact
            else (icon_label("cloud-off", 16, "text2"), (Elided(calm, "meta", "2"), 1))
        )
        return row(*told, *beside, self.finish, gap=10, margins=(24, 12, 24, 14))
