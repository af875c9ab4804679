"""Asking where something is, with the places at hand below the field."""

from collections.abc import Callable, Sequence

from ui.widgets.suggest import SuggestField, Suggestion


class PlaceField(SuggestField):
    """Typing narrows the places; `on_set` hears every change, `on_done` that one was taken."""

    def __init__(
        self,
        name: str,
        *,
        placeholder: str,
        large: bool = False,
        on_set: Callable[[str], None],
        on_done: Callable[[], None],
        on_enter: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(
            name,
            placeholder=placeholder,
            large=large,
            on_edit=self._typed,
            on_take=self._taken,
            on_enter=on_enter,
        )
        self._on_set, self._on_done = on_set, on_done
        self._places: tuple[str, ...] = ()

    def offer(self, places: Sequence[str]) -> None:
        """Know the places at hand, the likeliest first."""
        self._places = tuple(places)

    def ask(self) -> None:
        """Take the focus and list every place at hand."""
        self.setFocus()
        self.selectAll()
        self.suggest([Suggestion(place, place) for place in self._places])

    def _typed(self, text: str) -> None:
        wanted = text.strip()
        fitting = [place for place in self._places if wanted in place and place != wanted]
        self.suggest([Suggestion(place, place) for place in fitting])
        self._on_set(text)

    def _taken(self, place: str) -> None:
        self.setText(place)
        self._on_set(place)
        self._on_done()
