"""Catalogue, calendar, grids and organisations as the centre published them.

Single look-ups read one row; windows that need the whole catalogue share a `ReferenceCache`, which
reads again when a pull has changed reference data.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Any, TypeVar

import msgspec

from gridworker.domain.calendar import Calendar, calendar_of
from gridworker.domain.catalogue import CaseStandard, CatalogueItem
from gridworker.domain.organisation import Grid, Org
from gridworker.storage.door import Session
from gridworker.storage.statements import Statements

T = TypeVar("T")
CODE_KEY: Mapping[str, str] = {
    "grid": "code",
    "org": "code",
    "catalogue_item": "code",
    "case_standard": "item",
    "worker": "user",
    "calendar_day": "date",
}
_ONE = "SELECT body FROM view_reference WHERE kind = ? AND code = ? ORDER BY id LIMIT 1"
_ALL = "SELECT body FROM view_reference WHERE kind = ? ORDER BY code, id"


def grid(db: Statements, code: str) -> Grid | None:
    """Return the grid with this code."""
    return _first(db, "grid", code, Grid)


def org(db: Statements, code: str) -> Org | None:
    """Return the organisation with this code."""
    return _first(db, "org", code, Org)


def item(db: Statements, code: str) -> CatalogueItem | None:
    """Return the catalogue item with its standards, switched off or not."""
    found = _first(db, "catalogue_item", code, CatalogueItem)
    if found is None:
        return None
    rows = db.execute(
        "SELECT body FROM view_reference WHERE kind = 'case_standard' AND code = ?", (code,)
    )
    return _with_standards(found, [known for (b,) in rows if (known := _known(b, CaseStandard))])


def calendar(db: Statements) -> Calendar:
    """Return the working calendar."""
    days = (msgspec.json.decode(body) for (body,) in db.execute(_ALL, ("calendar_day",)))
    return calendar_of(day for day in days if "type" in day and "date" in day)


class Reference(msgspec.Struct, frozen=True):
    """All published reference data of one version, by code."""

    version: int
    items: Mapping[str, CatalogueItem]
    grids: Mapping[str, Grid]
    orgs: Mapping[str, Org]
    calendar: Calendar
    names: Mapping[str, str]


class ReferenceCache:
    """Keeps one version of the reference data; safe to ask from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: Reference | None = None

    def current(self, session: Session) -> Reference:
        """Return the data that `session` sees; `names` are the names of people by login."""
        db = Statements(session)
        row = db.one("SELECT reference_version FROM sync_state")
        version = int(row[0]) if row else 0
        with self._lock:
            if self._kept is None or self._kept.version != version:
                self._kept = _load(db, version)
            return self._kept


def _load(db: Statements, version: int) -> Reference:
    standards: dict[str, list[CaseStandard]] = {}
    rows = db.execute("SELECT code, body FROM view_reference WHERE kind = 'case_standard'")
    for code, body in rows:
        known = _known(body, CaseStandard)
        if known is not None:
            standards.setdefault(code, []).append(known)
    items = {
        code: _with_standards(found, standards.get(code, []))
        for code, found in _by_code(db, "catalogue_item", CatalogueItem).items()
    }
    people = db.execute("SELECT code, body ->> '$.name' FROM view_reference WHERE kind = 'worker'")
    return Reference(
        version=version,
        items=items,
        grids=_by_code(db, "grid", Grid),
        orgs=_by_code(db, "org", Org),
        calendar=calendar(db),
        names={login: name or login for login, name in people},
    )


def _with_standards(found: CatalogueItem, standards: list[CaseStandard]) -> CatalogueItem:
    ordered = tuple(sorted(standards, key=lambda standard: standard.no))
    return msgspec.structs.replace(found, standards=ordered)


def _by_code(db: Statements, kind: str, shape: type[T]) -> dict[str, T]:
    rows = db.execute("SELECT code, body FROM view_reference WHERE kind = ? ORDER BY id", (kind,))
    read = ((code, _known(body, shape)) for code, body in rows)
    return {code: known for code, known in read if known is not None}


def _first(db: Statements, kind: str, code: str, shape: type[T]) -> T | None:
    row = db.one(_ONE, (kind, code))
    return None if row is None else _known(row[0], shape)


def _known(body: str, shape: type[T]) -> T | None:
    """Read a body; one that a newer centre shaped otherwise stays stored and is not offered."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError:
        return None


def code_of(kind: str, body: Mapping[str, Any]) -> str:
    """Return how rules ask for a reference record."""
    return str(body.get(CODE_KEY[kind]) or "")
