"""Where and when: one line that shows the last place, and becomes a field on F4."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QWidget

from ui.presenters.form_start import Origin
from ui.views.place_field import PlaceField
from ui.widgets.button import button
from ui.widgets.field import mark_wrong
from ui.widgets.layout import col, row, set_margins
from ui.widgets.text import Elided, icon_label, keycap, label
from ui.widgets.theme import theme


class PlaceBar(QFrame):
    """Shows a place; asks for another, with those used lately below the field.

    `on_set` hears every change, `on_done` that the person is finished with the field.
    """

    def __init__(
        self,
        *,
        on_change: Callable[[], None],
        on_set: Callable[[str], None],
        on_done: Callable[[], None],
    ) -> None:
        super().__init__()
        self._on_set, self._on_done = on_set, on_done
        self._where = ""
        self.setProperty("box", "well")
        self._place = Elided("", strong=True)
        self._note = label("", "meta", "3")
        self._time = label("", strong=True)
        translate = QCoreApplication.translate
        self.change = button(translate("PlaceBar", "Change the place"), on_change, kind="link")
        self.field = PlaceField(
            translate("PlaceBar", "Place"),
            placeholder=translate("PlaceBar", "Estate, building, entrance; then Enter"),
            on_set=self._set,
            on_done=self._done,
            on_enter=self._done,
        )
        self.field.editingFinished.connect(self._left)
        self._shown, self._asked = self._shown_line(), self._asked_line()
        self._asked.hide()
        lines = col(self._shown, self._asked, gap=0)
        set_margins(lines, (14, 4, 14, 4))
        self.setLayout(lines)
        self.setMinimumHeight(theme().space(42))

    def show_place(self, place: str, origin: Origin) -> None:
        """Show where it is, and why it is proposed."""
        translate = QCoreApplication.translate
        self._where = place
        self._place.show_text(place or translate("PlaceBar", "No place yet"))
        notes = {
            Origin.LAST: translate("PlaceBar", "same as last time"),
            Origin.OWN: translate("PlaceBar", "where you work; change it for the exact spot"),
        }
        self._note.setText(notes.get(origin, ""))
        self._note.setVisible(origin in notes and not theme().compact)
        mark_wrong(self.field, wrong=False)

    def show_time(self, words: str) -> None:
        """Show when the matter was found."""
        self._time.setText(words)

    def ask(self, places: Sequence[str]) -> None:
        """Become a field, with these places below it."""
        self.field.setText(self._where)
        self.field.offer(places)
        self._shown.hide()
        self._asked.show()
        self.field.ask()

    def ask_again(self) -> None:
        """Become a field that is outlined: the place is what is missing."""
        self._shown.hide()
        self._asked.show()
        self.field.ask()
        mark_wrong(self.field, wrong=True)

    def _set(self, place: str) -> None:
        if place.strip():
            self._on_set(place.strip())

    def _done(self) -> None:
        if self.field.text().strip():
            self._set(self.field.text())
            self._close()
            self._on_done()

    def _left(self) -> None:
        if self._where:
            self._close()

    def _close(self) -> None:
        self._asked.hide()
        self._shown.show()

    def _shown_line(self) -> QWidget:
        roomy = not theme().compact
        extra = (keycap("F4"),) if roomy else ()
        found = QCoreApplication.translate("PlaceBar", "found")
        note = (label(found, "meta", "3"),) if roomy else ()
        made = QWidget()
        made.setLayout(
            row(
                icon_label("map-pin", 18, "text2"),
                (self._place, 1),
                self._note,
                self.change,
                *extra,
                10,
                icon_label("clock", 18, "text2"),
                self._time,
                *note,
            )
        )
        return made

    def _asked_line(self) -> QWidget:
        made = QWidget()
        made.setLayout(row(icon_label("map-pin", 18, "text2"), (self.field, 1)))
        return made
