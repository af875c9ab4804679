"""What the report presenter may say to its sheet."""

from collections.abc import Sequence
from typing import Protocol

from ui.presenters.item_search import ItemSearchView
from ui.presenters.photo_slots import PhotoSlotsView
from ui.presenters.report_form import ReportForm
from ui.presenters.resolve_form import Lack
from ui.presenters.saving import SavingView
from ui.presenters.similar import SimilarView


class ReportView(PhotoSlotsView, ItemSearchView, SimilarView, SavingView, Protocol):
    """The sheet; it shows what it is told."""

    def open(self) -> None:
        """Come up, ready to look for an item."""
        ...

    def close(self) -> None:
        """Go away."""
        ...

    def show_form(self, form: ReportForm) -> None:
        """Fill the fields in."""
        ...

    def offer_places(self, places: Sequence[str]) -> None:
        """Know the places used lately, for the list below the field."""
        ...

    def show_lacks(self, lacks: Sequence[Lack]) -> None:
        """Sum up what is missing, name it at its field, and go to the first."""
        ...

    def show_restored(self, at: str | None) -> None:
        """Say that unfinished work is back, and from when."""
        ...
