"""What the on-the-spot presenter may say to its sheet."""

from collections.abc import Sequence
from typing import Protocol

from gridworker.domain.lines import ItemLine
from ui.presenters.folder_offer import FolderOfferView
from ui.presenters.form_start import Origin
from ui.presenters.item_choice import ItemChoiceView
from ui.presenters.matter_form import Lack
from ui.presenters.similar import SimilarView
from ui.presenters.unfinished import UnfinishedView


class ResolveView(UnfinishedView, ItemChoiceView, FolderOfferView, SimilarView, Protocol):
    """The sheet; it shows what it is told."""

    def open(self) -> None:
        """Come up, ready for the first photo."""
        ...

    def close(self) -> None:
        """Go away."""
        ...

    def show_place(self, place: str, origin: Origin) -> None:
        """Show where it is, and whether the person gave it or it was proposed."""
        ...

    def choose_place(self, places: Sequence[str]) -> None:
        """Ask for the place, offering these."""
        ...

    def show_found_at(self, at: str) -> None:
        """Show when the matter was found."""
        ...

    def show_note(self, note: str) -> None:
        """Fill in the remark."""
        ...

    def show_evidence(self, item: ItemLine | None, *, missing: Sequence[Lack], reason: str) -> None:
        """Say what photos the item asks for and which of them are missing."""
        ...

    def show_lacks(self, lacks: Sequence[Lack]) -> None:
        """Sum up what is missing and go to the first; none takes the summary away."""
        ...

    def set_on_the_spot(self, on_the_spot: bool) -> None:
        """Name the main button: finish here, or hand up."""
        ...
