"""A day's work at random: what the people of the district put on record."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gridworker.domain.identity import UserId
from gridworker.domain.operations import EntityRef, Operation
from gridworker.domain.problem import RuleBroken
from gridworker.domain.times import utc_text
from gridworker.storage import drafts, state
from gridworker.storage.drafts import KeptPhoto
from gridworker.storage.statements import Statements
from gridworker.storage.view_rows import NOTE
from tests.syncing.simulator.dice import Dice, World
from tests.syncing.simulator.laptop import Laptop
from tests.syncing.simulator.places import COMMUNITY, GRIDS, POISON

if TYPE_CHECKING:
    from tests.syncing.simulator.watch import Watch

PLACES = ("东门", "西门", "3号楼", "地下车库", "菜市场")
SHARED_PHOTOS = tuple(bytes([n]) * 300 for n in range(3))
LARGE = 1024 * 1024 + 5000


class Saved:
    """What a laptop was told is safe."""

    def __init__(self, op_id: str, photos: dict[str, bytes]) -> None:
        self.op_id = op_id
        self.photos = photos


class Worker:
    """Records at one laptop; `saved` is what the program acknowledged."""

    watch: "Watch"  # of a laptop in a history; others are on their own

    def __init__(self, laptop: Laptop, login: str, dice: Dice, world: World) -> None:
        self.laptop = laptop
        self.login = login
        self.closed: set[str] = set()  # cards this person is done with
        self.saved: list[Saved] = []
        self.put_back = False  # from a copy: its tokens may all be over
        self.shared = False  # another laptop holds the same, and may bring it under other numbers
        self.made_anew = False  # its store knows nothing of photos that had arrived before
        self._dice = dice
        self._world = world

    def record(self) -> str:
        """Record something; returns what, or the code of the rule that refused."""
        choices = [self._resolve, self._report, self._patrol, self._evidence, self._edit]
        choices += [self._retract, self._act]
        return self.attempt(self._dice.random.choice(choices))

    def attempt(self, make: Callable[[], str]) -> str:
        """Record one thing; returns what, or the code of the rule that refused."""
        try:
            return make()
        except RuleBroken as broken:
            return f"{make.__name__.lstrip('_')} refused here: {broken}"

    def _resolve(self) -> str:
        item = self._dice.random.choice(["OTS01", "OTS02"])
        roles = ["before", "after"] if item == "OTS01" or self._dice.chance(0.3) else []
        reason = {"no_photo_reason": "黑"} if roles and self._dice.chance(0.2) else {}
        photos = [] if reason else roles
        now = utc_text(self.laptop.clock.now())
        args = {"item": item, **self._place(), "found_at": now, "done_at": now, **reason}
        return self._write("ticket.resolve@1", "ticket", args, photos)

    def report_with_photo(self) -> str:
        """Hand something up, with one photo."""
        args = {"item": "S0101", **self._place(), "found_at": utc_text(self.laptop.clock.now())}
        return self._write("ticket.report@1", "ticket", args, ["other"])

    def _report(self) -> str:
        args = {"item": "S0101", **self._place(), "found_at": utc_text(self.laptop.clock.now())}
        if self._dice.chance(0.2):
            args["person"] = {"name": "李某", "phone": "13800000000", "consent": "verbal"}
        if self._dice.chance(0.04):
            args["place"] = POISON
        return self._write("ticket.report@1", "ticket", args, self._some_photos())

    def _patrol(self) -> str:
        args = {"result": "normal", **self._place(), "at": utc_text(self.laptop.clock.now())}
        return self._write("patrol_record.create@1", "patrol_record", args, self._some_photos())

    def _evidence(self) -> str:
        kind, id_ = self._dice.random.choice(self._seen() or [("ticket", "none")])
        args = {"to": {"kind": kind, "id": id_}, "note": f"补充{self._dice.random.randrange(99)}"}
        return self._write("evidence.add@1", "evidence", args, self._some_photos(), subject=id_)

    def _edit(self) -> str:
        ticket = self._ticket("place", NOTE)
        if ticket is None:
            return "nothing to edit"
        id_, place, note = ticket
        field, old = self._dice.random.choice([("place", place), ("note", note)])
        new = self._dice.random.choice(PLACES)
        args = {"changes": {field: {"from": old, "to": new}}}
        return self._write("ticket.edit@1", "ticket", args, [], subject=id_)

    def _retract(self) -> str:
        rows = self.laptop.rows(
            "SELECT id FROM view_ticket WHERE created_by = ? ORDER BY n", self.login
        )
        if not rows:
            return "nothing to retract"
        (id_,) = self._dice.random.choice(rows)
        return self._write("ticket.retract@1", "ticket", {}, [], subject=id_)

    def _act(self) -> str:
        ticket = self._ticket("state")
        if ticket is None:
            return "nothing to act on"
        id_, now = ticket
        args: dict[str, Any]
        match now:
            case "reported" if self._dice.chance(0.5):
                args = {"action": "file", "standard": 1}
            case "registered":
                args = {"action": "dispatch", "unit": COMMUNITY}
            case "onspot_done":
                args = {"action": "hand_up", "reason": "没干完"}
            case _:
                args = {"action": "void", "reason": "重复"}
        expect = {"state": now}
        return self._write("ticket.act@1", "ticket", args, [], subject=id_, expect=expect)

    def _place(self) -> dict[str, Any]:
        place = self._dice.random.choice(PLACES)
        grid = self._dice.random.choice(self._grids() or GRIDS[:1])
        return {"place": place, "note": f"事{self._dice.random.randrange(99)}", "grid": grid}

    def _grids(self) -> tuple[str, ...]:
        with self.laptop.read() as session:
            return tuple(sorted(state.get(session).grids))

    def _some_photos(self) -> list[str]:
        return ["other"] * self._dice.random.choice([0, 0, 0, 1, 2])

    def _seen(self) -> list[tuple[str, str]]:
        tickets = self.laptop.rows("SELECT 'ticket', id FROM view_ticket ORDER BY n")
        patrols = self.laptop.rows("SELECT 'patrol_record', id FROM view_patrol_record ORDER BY n")
        return [(str(kind), str(id_)) for kind, id_ in tickets + patrols]

    def _ticket(self, *columns: str) -> tuple[Any, ...] | None:
        rows = self.laptop.rows(f"SELECT id, {', '.join(columns)} FROM view_ticket ORDER BY n")
        return self._dice.random.choice(rows) if rows else None

    def _bytes(self) -> bytes:
        if self._dice.chance(0.2):
            return self._dice.random.choice(SHARED_PHOTOS)
        size = LARGE if self._dice.chance(0.01) else self._dice.random.randrange(32, 900)
        return self._dice.random.randbytes(size)

    def _take(self, role: str) -> tuple[KeptPhoto, dict[str, Any], bytes]:
        data, photo = self._bytes(), self._dice.id(self._world.unix_ms())
        sealed = self.laptop.photos.write(data, record=photo)
        row = KeptPhoto(
            id=photo,
            draft=None,
            sha256=sealed.sha256,
            name=sealed.name,
            dek=sealed.dek,
            record=photo,
            size=sealed.size,
            mime="image/jpeg",
            source="file",
            taken_at=None,
            lon=None,
            lat=None,
            note=None,
            created_at=utc_text(self.laptop.clock.now()),
        )
        said = {"sha256": sealed.sha256, "bytes": sealed.size, "mime": "image/jpeg"}
        return row, {**said, "role": role, "source": "file"}, data

    def _write(
        self,
        type_: str,
        kind: str,
        args: dict[str, Any],
        roles: list[str],
        *,
        subject: str | None = None,
        expect: dict[str, Any] | None = None,
    ) -> str:
        now = self._world.unix_ms()
        taken = {}
        for role in roles:
            row, said, data = self._take(role)
            taken.setdefault(said["sha256"], (row, said, data))
        ids = [row.id for row, _, _ in taken.values()]
        if taken:
            args = {**args, "photos": [said for _, said, _ in taken.values()]}
            with self.laptop.write.begin() as session:
                for row, _, _ in taken.values():
                    drafts.add_photo(session, row, b"")
        op_id = self._dice.id(now)
        existing = subject is not None and type_ != "evidence.add@1"
        entity = subject if existing and subject else self._dice.id(now)

        def make(session: Any) -> Operation:
            local = None
            if type_ in {"ticket.report@1", "ticket.resolve@1"}:
                wall = self.laptop.clock.stamp().wall
                local = state.next_local_no(session, state.get(session), wall)
            return Operation(
                op_id=op_id,
                type=type_,
                actor=UserId(self.login),
                entity=EntityRef(kind, entity, local),
                args=args,
                at=self.laptop.clock.stamp(),
                after=self._builds_on(session, subject),
                expect=expect or {},
            )

        done = self.laptop.recorder.record(make, photos=ids)
        if done.seq:
            self.saved.append(Saved(op_id, {sha: data for sha, (_, _, data) in taken.items()}))
        return f"{type_} {op_id[-6:]} on {entity[-6:]} seq {done.seq}"

    def _builds_on(self, session: Any, subject: str | None) -> tuple[str, ...]:
        rows = Statements(session).execute(
            "SELECT op_id FROM outbox WHERE subject = ? AND state = 'queued' ORDER BY seq",
            (subject,),
        )
        return tuple(op for (op,) in rows)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
