"""Taking in a district's own reference data: places, duty list and calendar.

It comes as lines of JSON in the form that `export-state` writes: `{"kind": ..., "body": {...}}`.
All of it is taken or nothing is. What is there already is changed; nothing is ever taken away,
because records name it: an item is switched off by `"active": false`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

import msgspec

from central.service.identity import reference_id
from central.service.parts import Office
from central.service.publish import flush
from central.service.reference import Reference
from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import entities, meta
from central.store.transaction import Tx
from gridworker.domain.catalogue import CaseStandard, CatalogueItem
from gridworker.domain.organisation import TIERS, UNITS, Grid, Org
from gridworker.domain.problem import RuleBroken
from gridworker.domain.record import check_characters
from gridworker.domain.world import Put
from gridworker.wire import NotCanonical, canonical
from resources import catalogue_data

CODE = re.compile(r"[0-9A-Za-z_.-]{1,32}\Z")
REGION = re.compile(r"\d{6}\Z", re.ASCII)
DAY = {
    "holiday": re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII),
    "workday": re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII),
    "year": re.compile(r"\d{4}\Z", re.ASCII),
}
LEVELS = range(1, 4)
MARK = b"\xef\xbb\xbf"  # what some editors put before a text


class BadReference(ValueError):
    """The lines cannot be taken in, the text says which and why; nothing was changed."""


class Standard(CaseStandard, frozen=True, kw_only=True):
    """A condition as it is published: with the code of its item."""

    item: str


class CalendarDay(msgspec.Struct, frozen=True):
    """A day that is not what its weekday says, or a year whose holidays are known.

    Raises ValueError for what is none.
    """

    date: str
    type: Literal["holiday", "workday", "year"]

    def __post_init__(self) -> None:
        if not DAY[self.type].match(self.date):
            raise ValueError(f"{self.date!r} is no {self.type}")
        if self.type != "year":
            date.fromisoformat(self.date)


class Line(msgspec.Struct, frozen=True):
    """One piece of reference data."""

    kind: str
    body: dict[str, Any]


class Taken(msgspec.Struct, frozen=True):
    """What came of it."""

    added: int
    changed: int
    unchanged: int


SHAPES: Mapping[str, type[Any]] = {
    "org": Org,
    "grid": Grid,
    "catalogue_item": CatalogueItem,
    "case_standard": Standard,
    "calendar_day": CalendarDay,
}


def put_of(kind: str, body: dict[str, Any]) -> Put:
    """Return a piece of reference data as a record, under the id that it has in every centre."""
    match kind:
        case "case_standard":
            code = f"{body['item']}/{body['no']}"
        case "calendar_day":
            code = f"{body['date']}/{body['type']}"
        case _:
            code = body["code"]
    return Put(kind, reference_id(kind, code), body)


def full(place: Org | Grid) -> dict[str, Any]:
    """Return every field, so that a reader need not know what is left out by default."""
    return {field: getattr(place, field) for field in place.__struct_fields__}


def built_in(region: str) -> list[Put]:
    """Return the duty list and the calendar that come with the program."""
    bodies = {
        "catalogue_item": catalogue_data.item_bodies(),
        "case_standard": catalogue_data.standard_bodies(),
        "calendar_day": catalogue_data.calendar_bodies(region),
    }
    return [put_of(kind, body) for kind, of_kind in bodies.items() for body in of_kind]


def read(text: bytes) -> list[Put]:
    """Read lines, each by itself; raises BadReference. Empty lines are nothing."""
    puts: dict[str, Put] = {}
    for number, line in enumerate(text.removeprefix(MARK).splitlines(), 1):
        if not line.strip():
            continue
        try:
            put = _read(line)
        except (msgspec.DecodeError, ValueError) as error:
            raise BadReference(f"line {number}: {error}") from error
        if put.id in puts:
            raise BadReference(f"line {number}: the same {put.kind} stands above already")
        puts[put.id] = put
    return list(puts.values())


def take(office: Office, puts: Iterable[Put], *, region: str | None = None) -> Taken:
    """Take all of it in; `region` is the centre's six digits, while no laptop is enrolled.

    Raises BadReference, also for a place that something names and nobody has.
    """
    wanted = list(puts)
    if region is not None and not REGION.match(region):
        raise BadReference(f"{region!r} is no region: it has six digits")
    return office.store.write(lambda tx: _take(tx, office, wanted, region))


def _read(line: bytes) -> Put:
    said = msgspec.json.decode(line, type=Line)
    shape = SHAPES.get(said.kind)
    if shape is None:
        raise ValueError(f"{said.kind!r} is no kind of reference data; {', '.join(SHAPES)} are")
    known = msgspec.convert(said.body, shape)
    try:
        canonical(said.body)
        check_characters(said.body)
    except (NotCanonical, RuleBroken) as error:
        raise ValueError("a fraction, or a character that cannot be kept") from error
    _check(known, said.body)
    own = full(known) if isinstance(known, Org | Grid) else {}
    return put_of(said.kind, {**said.body, **own})


def _check(known: Any, body: Mapping[str, Any]) -> None:
    """Raise ValueError for what no record may name."""
    match known:
        case CalendarDay():
            return
        case Standard():
            if known.no < 1:
                raise ValueError("the number of a standard is 1 or more")
        case _:
            if not CODE.match(known.code):
                raise ValueError(f"{known.code!r} is no code: letters, figures, at most 32")
            if not known.name.strip():
                raise ValueError("the name is empty")
            if isinstance(known, Org) and known.tier not in (*TIERS, *UNITS):
                raise ValueError(f"{known.tier!r} is no tier; {' '.join((*TIERS, *UNITS))} are")
            if isinstance(known, Grid) and known.level not in LEVELS:
                raise ValueError("the level of a grid is 1, 2 or 3")
            if "standards" in body:
                raise ValueError("the standards of an item are lines of their own (case_standard)")


def _take(tx: Tx, office: Office, puts: list[Put], region: str | None) -> Taken:
    if region is not None and region != meta.get(tx, "region"):
        if tx.row("SELECT 1 FROM device LIMIT 1"):
            raise BadReference("laptops are enrolled: their numbers have the region in them")
        meta.put(tx, "region", region)
    now = office.clock()
    reference = office.reference.current(tx)
    world = Workspace(
        reference,
        received=text_of(now),
        loaded=entities.locked(tx, [put.id for put in puts]),
    )
    _check_places(reference, puts)
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for put in puts:
        before = world.draft(put.id)
        if before is not None and before.body == put.body:
            counts["unchanged"] += 1
            continue
        counts["added" if before is None else "changed"] += 1
        world.put(put)
    flush(tx, world, now)
    return Taken(**counts)


def _check_places(reference: Reference, puts: list[Put]) -> None:
    """Raise BadReference where something would lie in a place that nobody has, or in a ring."""
    new: dict[str, dict[str, dict[str, Any]]] = {kind: {} for kind in SHAPES}
    for put in puts:
        new[put.kind][str(put.body.get("code", put.id))] = put.body
    orgs, grids = _above(reference.orgs, new["org"]), _above(reference.grids, new["grid"])
    items = reference.items.keys() | new["catalogue_item"]
    for kind, above, known in (
        ("org", orgs, reference.orgs),
        ("grid", grids, reference.grids),
    ):
        for code, body in new[kind].items():
            _check_way(kind, code, above)
            before = known.get(code)
            if before is not None and _place(before) != (body.get("parent"), body.get("community")):
                raise BadReference(
                    f"{kind} {code} lies elsewhere in this centre; what is recorded there would"
                    " keep its old readers, so it cannot be moved: give it a new code"
                )
    for code, body in new["grid"].items():
        if body["community"] not in orgs:
            raise BadReference(f"grid {code}: there is no organisation {body['community']}")
    for body in new["case_standard"].values():
        if body["item"] not in items:
            raise BadReference(f"case_standard: there is no item {body['item']}")


def _above(known: Mapping[str, Any], new: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what each place lies in, by code."""
    return {
        **{code: place.parent for code, place in known.items()},
        **{code: body.get("parent") for code, body in new.items()},
    }


def _place(known: Any) -> tuple[str | None, str | None]:
    return known.parent, getattr(known, "community", None)


def _check_way(kind: str, code: str, above: Mapping[str, str | None]) -> None:
    seen, here = {code}, above[code]
    while here is not None:
        if here not in above:
            raise BadReference(f"{kind} {code}: there is no {kind} {here}")
        if here in seen:
            raise BadReference(f"{kind} {code} would lie in itself")
        seen.add(here)
        here = above[here]
