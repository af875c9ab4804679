"""What a deliberate fault may do in a history; this one does nothing."""

from typing import TYPE_CHECKING

from sync.parcels import Courier
from sync.wiping import Wiping
from tests.syncing.simulator.centre_host import rules
from tests.syncing.simulator.laptop import Laptop, WatchedJournal
from tests.syncing.simulator.network import Line

if TYPE_CHECKING:
    from tests.syncing.simulator.history import History


class Flaw:
    """A deliberate fault; this one is none. Subclasses in `flaws.py` each break one promise."""

    journal = WatchedJournal
    courier = Courier
    wiping = Wiping
    rules = staticmethod(rules)
    # Times as often as usual, where a flaw concerns what is rare.
    copies = crashes = moves = sticks = 1

    def line(self, line: Line, history: "History") -> object:
        """Stand between engine and network."""
        del history
        return line

    def after_commit(self, laptop: Laptop) -> None:
        """Do something wrong on a laptop whenever a transaction of its ends."""

    def after_crash(self, laptop: Laptop) -> None:
        """Do something wrong when a laptop starts again."""

    def after_wipe(self, laptop: Laptop) -> None:
        """Do something wrong on a laptop whose end is decided."""

    def after_delivery(self, history: "History") -> None:
        """Do something wrong in the centre."""
