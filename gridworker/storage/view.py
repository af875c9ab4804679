"""What the person sees: confirmed records with waiting operations folded in (sync.md 5.3)."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from gridworker.domain.apply import apply
from gridworker.domain.calendar import Calendar
from gridworker.domain.catalogue import CatalogueItem
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor, Grid, Org
from gridworker.domain.problem import RuleBroken
from gridworker.domain.world import Put, World
from gridworker.storage import alone, reference, search, view_rows
from gridworker.storage.door import Session
from gridworker.storage.state import actor as actor_of
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import PARTS, TABLE_OF, Shown
from gridworker.wire import SCHEMA

_REFUSED_PART = (
    "DELETE FROM view_part WHERE id = ? AND waiting AND NOT EXISTS"
    " (SELECT 1 FROM outbox o WHERE o.subject = view_part.id AND o.state <> 'refused')"
)
_operation = msgspec.json.Decoder(Operation)
_json = msgspec.json.Encoder()


class LaptopWorld:
    """What rules may look at on a laptop: the view and the published reference data."""

    received: str | None = None

    def __init__(self, session: Session) -> None:
        self.db = Statements(session)

    @property
    def at_centre(self) -> bool:
        """Return False: here the newest reference data this laptop has is binding."""
        return False

    @cached_property
    def calendar(self) -> Calendar:
        """The working calendar; read when a rule asks for it."""
        return reference.calendar(self.db)

    def body(self, kind: str, id_: str) -> dict[str, Any] | None:
        """Return a record's body as the person sees it."""
        if kind in TABLE_OF:
            row = self.db.one(f"SELECT body FROM {TABLE_OF[kind]} WHERE id = ?", (id_,))
        elif kind in PARTS:
            row = self.db.one("SELECT body FROM view_part WHERE id = ?", (id_,))
        else:
            row = self.db.one("SELECT body FROM base WHERE id = ? AND kind = ?", (id_, kind))
        return None if row is None else msgspec.json.decode(row[0])

    def item(self, code: str) -> CatalogueItem | None:
        """Return the catalogue item."""
        return reference.item(self.db, code)

    def grid(self, code: str) -> Grid | None:
        """Return the grid."""
        return reference.grid(self.db, code)

    def org(self, code: str) -> Org | None:
        """Return the organisation."""
        return reference.org(self.db, code)


class Folding(LaptopWorld):
    """The world while waiting operations are applied again on what the centre confirmed.

    It judges as the centre will: newer reference data turns a record into a report, and never makes
    what somebody wrote down disappear.
    """

    made: dict[tuple[str, str], Put]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.made = {}

    @property
    def at_centre(self) -> bool:
        """Return True: the question is what the centre will make of it."""
        return True

    def body(self, kind: str, id_: str) -> dict[str, Any] | None:
        """Return the confirmed body with the operations before this one in it."""
        put = self.made.get((kind, id_))
        if put is not None:
            return put.body
        row = self.db.one("SELECT body FROM confirmed WHERE id = ? AND kind = ?", (id_, kind))
        return None if row is None else msgspec.json.decode(row[0])


def rebase(session: Session, subjects: Iterable[tuple[str, str]]) -> None:
    """Make the view of each record (kind, id) what the base and its waiting operations add up to.

    An operation that would be refused as things stand is marked `at_risk` and left out. A record
    that only such operations speak of stays as it was last seen, and one that is not here any more
    is shown out of what they say: words are never dropped.
    """
    wanted = list(subjects)
    if not wanted:
        return
    actor = actor_of(session)
    world = Folding(session)
    for kind, id_ in wanted:
        if kind in TABLE_OF:
            _rebase_one(world, actor, kind, id_)
        else:  # a part that stands for itself is there until the centre has it or refuses it
            world.db.execute(_REFUSED_PART, (id_,))
    search.later(session, wanted)


def _rebase_one(world: Folding, actor: Actor, kind: str, id_: str) -> None:
    db = world.db
    world.made.clear()
    db.execute("DELETE FROM view_part WHERE parent = ? AND waiting", (id_,))
    rows = db.execute(
        "SELECT seq, state, json, at_risk FROM outbox"
        " WHERE subject = ? AND subject_kind = ? ORDER BY seq",
        (id_, kind),
    ).fetchall()
    said = {
        seq: _operation.decode(encoded) for seq, state, encoded, _ in rows if state != "refused"
    }
    for seq, state, _, at_risk in rows:
        if state == "refused":
            continue
        code = _fold(world, actor, said[seq])
        risk = code if state == "queued" else None
        if risk != at_risk:
            db.execute("UPDATE outbox_state SET at_risk = ? WHERE seq = ?", (risk, seq))
    if said and world.body(kind, id_) is None and LaptopWorld.body(world, kind, id_) is None:
        author = alone.author(actor, said.values())
        for op in said.values():
            _fold(world, author, op, alone.Alone(world))
    _show(world, (kind, id_), pending=len(rows), undecided=bool(said))


def _fold(
    world: Folding, actor: Actor, operation: Operation, within: World | None = None
) -> str | None:
    """Apply an operation; return the code of the rule that refuses it, if one does."""
    try:
        outcome = apply(operation, actor, within or world)
    except RuleBroken as broken:
        return str(broken.code)
    world.made.update({(put.kind, put.id): put for put in outcome.puts})
    return None


def _show(world: Folding, subject: tuple[str, str], *, pending: int, undecided: bool) -> None:
    db, (kind, id_) = world.db, subject
    row = db.one(
        "SELECT rev, body FROM confirmed WHERE id = ? AND kind = ? AND schema <= ?",
        (id_, kind, SCHEMA),
    )
    away = db.one("SELECT 1 FROM detached WHERE id = ? AND kind = ?", (id_, kind)) is not None
    text: str | bytes | None
    rev, text = row or (0, None)
    put = world.made.pop(subject, None)
    if put is not None:
        body: Mapping[str, Any] = put.body
        text = encoded(body)
        view_rows.keep_confirmed(db, kind, id_)
    elif text is not None:
        body = msgspec.json.decode(text)
    elif undecided:
        table = TABLE_OF[kind]
        db.execute(
            f"UPDATE {table} SET pending = ?, rev = 0, detached = ? WHERE id = ?",
            (pending, away, id_),
        )
        return
    else:
        view_rows.erase(db, (subject,))
        return
    own = Shown(
        kind=kind, id=id_, body=body, text=text, rev=rev, pending=pending, detached=away
    )  # fmt: skip
    view_rows.write(db, (own, *_new_parts(world)))


def _new_parts(world: Folding) -> Iterable[Shown]:
    """Yield the parts that only waiting operations know; confirmed ones are shown already."""
    for (kind, id_), put in world.made.items():
        known = world.db.one("SELECT 1 FROM base WHERE id = ? AND kind = ?", (id_, kind))
        if kind in PARTS and known is None:
            yield Shown(
                kind=kind, id=id_, body=put.body, text=encoded(put.body), waiting=True,
                parent=put.parent,
            )  # fmt: skip


def encoded(body: Mapping[str, Any]) -> bytes:
    """Return a body as the store keeps it."""
    return _json.encode(body)
