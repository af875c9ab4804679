"""The duty list: what counts as a matter, who owns it, and what closes it."""

import msgspec

from gridworker.domain.evidence import EvidenceRule
from gridworker.domain.limit import Limit

OWNER_LEVELS = ("社区", "街道", "区", "市")


class CaseStandard(msgspec.Struct, frozen=True, omit_defaults=True):
    """A filing and a closing condition with their limit; an item has several (domain.md 2.3)."""

    no: int
    filing: str
    closing: str
    limit: Limit
    raw_limit: str = ""


class CatalogueItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One leaf of the catalogue; `code` is unique in what is published (domain.md 2.2)."""

    code: str
    kind: str
    name: str
    path: tuple[str, ...]
    scheme: str
    version: str
    owner_level: str = "社区"
    on_the_spot: bool = False
    rectify: bool = False
    evidence: EvidenceRule = EvidenceRule()
    active: bool = True
    off_since: str | None = None
    replaced_by: str | None = None
    note_template: str = ""
    short_name: str = ""
    icon: str = ""
    sample: bool = False
    standards: tuple[CaseStandard, ...] = ()

    def standard(self, no: int) -> CaseStandard | None:
        """Return the standard with this number, if the item has it."""
        return next((s for s in self.standards if s.no == no), None)
