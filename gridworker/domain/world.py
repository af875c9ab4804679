"""What the rules may look at, and what they answer with."""

from typing import Any, Protocol

import msgspec

from gridworker.domain.calendar import Calendar
from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.organisation import Grid, Org


class World(Protocol):
    """The records and reference data that a rule needs.

    The laptop answers from its own view, the centre from the rows it has locked. `received` is the
    centre's time of receipt, or None on a laptop, where the operation's own time stands in.
    """

    received: str | None

    @property
    def calendar(self) -> Calendar:
        """The working calendar of the region."""
        ...

    @property
    def at_centre(self) -> bool:
        """The centre takes work that newer reference data forbids and turns it into a report."""
        ...

    def body(self, kind: str, id_: str) -> dict[str, Any] | None:
        """Return the body of a record as it stands after the operations before this one."""
        ...

    def item(self, code: str) -> CatalogueItem | None:
        """Return the catalogue item, switched off or not."""
        ...

    def grid(self, code: str) -> Grid | None:
        """Return the grid."""
        ...

    def org(self, code: str) -> Org | None:
        """Return the organisation."""
        ...


class Put(msgspec.Struct, frozen=True):
    """A record's new body; `parent` is (kind, id) of the record whose readers may read this one."""

    kind: str
    id: str
    body: dict[str, Any]
    parent: tuple[str, str] | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What an operation does; `noop`: it was so already; `converted`: a report came of it."""

    puts: tuple[Put, ...] = ()
    noop: bool = False
    converted: bool = False


NOOP = Outcome(noop=True)
