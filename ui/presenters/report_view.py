"""What the report presenter may say to its sheet."""

from collections.abc import Sequence
from typing import Protocol

from ui.presenters.item_search import ItemSearchView
from ui.presenters.matter_form import Lack, MatterForm
from ui.presenters.similar import SimilarView
from ui.presenters.unfinished import UnfinishedView


class ReportView(UnfinishedView, ItemSearchView, SimilarView, Protocol):
    """The sheet; it shows what it is told."""

    def open(self) -> None:
        """Come up, ready to look for an item."""
        ...

    def close(self) -> None:
        """Go away."""
        ...

    def show_form(self, form: MatterForm) -> None:
        """Fill the fields in."""
        ...

    def offer_places(self, places: Sequence[str]) -> None:
        """Know the places used lately, for the list below the field."""
        ...

    def show_lacks(self, lacks: Sequence[Lack]) -> None:
        """Sum up what is missing, name it at its field, and go to the first."""
        ...
