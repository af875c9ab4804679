"""What may be asked on a device that is suspended: enough to record, nothing of what is known.

Lists are empty, so that whatever shows them has to say why (sync.md 4.12: reading is closed,
capture stays).
"""

from collections.abc import Sequence

from gridworker.app.ports import TicketFilter
from gridworker.app.queries import StoreQueries
from gridworker.domain.ids import Ids
from gridworker.domain.lines import (
    AttentionCard,
    InboxLine,
    LeftWords,
    PatrolLine,
    PhotoLine,
    RefusedWork,
    TicketDetail,
    TicketLine,
)


class ClosedQueries(StoreQueries):
    """Answers as the open ones do about catalogue, places, drafts and the way to the centre."""

    def ticket_ids(self, wanted: TicketFilter) -> Ids:
        """Return none."""
        del wanted
        return Ids()

    def ticket_head(self, wanted: TicketFilter, most: int) -> list[TicketLine]:
        """Return none."""
        del wanted, most
        return []

    def ticket_count(self, wanted: TicketFilter) -> int:
        """Return 0."""
        del wanted
        return 0

    def ticket_lines(self, ids: Sequence[str]) -> dict[str, TicketLine]:
        """Return none."""
        del ids
        return {}

    def ticket(self, number: str) -> TicketDetail | None:
        """Return None."""
        del number
        return None

    def ticket_photos(self, ids: Sequence[str]) -> dict[str, tuple[PhotoLine, ...]]:
        """Return none."""
        del ids
        return {}

    def patrol_ids(self, search: str = "") -> list[str]:
        """Return none."""
        del search
        return []

    def patrol_lines(self, ids: Sequence[str]) -> dict[str, PatrolLine]:
        """Return none."""
        del ids
        return {}

    def inbox(self) -> list[InboxLine]:
        """Return none."""
        return []

    def attention(self) -> list[AttentionCard]:
        """Return none; how many there are `status` still says."""
        return []

    def refused_work(self) -> list[RefusedWork]:
        """Return none."""
        return []

    def left_words(self) -> list[LeftWords]:
        """Return none: the tickets they are about are closed, not gone."""
        return []

    def similar(self, item: str, place: str) -> list[TicketLine]:
        """Return none."""
        del item, place
        return []
