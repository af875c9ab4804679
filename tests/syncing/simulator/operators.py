"""What people at the centre do meanwhile: move others, suspend devices, bring in a new release.

All of it goes through the services that their commands call; a record that moves to another grid,
or that a newer program has written, is published as those would publish it.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from central.service import fleet, people, publish
from central.service.workspace import Workspace
from central.store import accounts, devices, entities, feed
from central.store.transaction import Tx
from gridworker.domain.times import utc_text
from gridworker.domain.world import Put
from tests.syncing.simulator.centre_host import CentreHost
from tests.syncing.simulator.dice import Dice, World
from tests.syncing.simulator.laptop import LaptopClock
from tests.syncing.simulator.places import COMMUNITY, GRIDS, LATER_FIELD, LATER_KIND, STREET

PLACED = ("ticket", "patrol_record")
REVIEWS = ([f"org:{COMMUNITY}"], [f"org:{STREET}"], [])
WALKS = ([GRIDS[0]], [GRIDS[1]], list(GRIDS), [])
NEVER = "9999"


class Operators:
    """Work at a centre; `marked` are the records that a newer program has written into."""

    def __init__(
        self, host: CentreHost, dice: Dice, world: World, tell: Callable[[str], None]
    ) -> None:
        self.marked: dict[str, Any] = {}
        self.moves = 0
        self._host, self._dice, self._world, self._tell = host, dice, world, tell
        self._kept: dict[str, Any] = {}

    def move(self, login: str) -> None:
        """Give a person other places, or none."""
        grids = login.startswith("wg")
        scopes = (
            [f"grid:{code}" for code in self._dice.random.choice(WALKS)]
            if grids
            else self._dice.random.choice(REVIEWS)
        )
        people.move(self._host.centre.parts, login, scopes)
        self.moves += 1
        self._tell(f"centre: {login} works in {scopes} now")

    def move_record(self) -> None:
        """Put a record into the other grid; with it goes what is read with it."""
        known = self._known(PLACED)
        if known:
            id_ = self._dice.random.choice(known)
            self._amend([id_], lambda body: {"grid": other(body["grid"])})
            self.moves += 1
            self._tell(f"centre: {id_[-6:]} lies in the other grid now")

    def dissolve(self) -> None:
        """Give a grid's records and people to the other one."""
        gone = self._dice.random.choice(GRIDS)
        self._amend(
            self._known((*PLACED, LATER_KIND)),
            lambda body: {"grid": other(gone)} if body.get("grid") == gone else None,
        )
        for login, grids in self._walkers().items():
            if gone in grids:
                people.move(
                    self._host.centre.parts,
                    login,
                    {f"grid:{g}" for g in {*grids, other(gone)} - {gone}},
                )
        self.moves += 1
        self._tell(f"centre: grid {gone[-1]} is no more")

    def judge(self, device_id: str) -> None:
        """Suspend a device, let it only hand in, or let it in again; now and then, refuse all."""
        states = (devices.SUSPENDED, devices.DRAINING, devices.ACTIVE)
        if self._dice.chance(0.2):
            self.put_min_pull(self._dice.random.choice([NEVER, ""]))
        else:
            self.put_state(device_id, self._dice.random.choice(states))

    def put_state(self, device_id: str, state: str) -> None:
        """Put a device into a state; one that the centre has forgotten is left alone."""
        try:
            fleet.put_state(self._host.centre.parts, device_id, state)
        except fleet.NoSuchDevice:
            return
        self._tell(f"centre: device {device_id[-6:]} is {state}")

    def renew(self) -> None:
        """A newer program writes what this one does not know: a field, or a kind of record."""
        known, now = self._known(PLACED), self._world.unix_ms()
        news = {"said": self._dice.random.randrange(1000), "parts": [1, {"deep": True}]}
        if known and self._dice.chance(0.7):
            id_ = self._dice.random.choice(known)
            self._amend([id_], lambda _: {LATER_FIELD: news})
        else:
            id_ = self._dice.id(now)
            grid = self._dice.random.choice(GRIDS)
            body = {"grid": grid, LATER_FIELD: news, "created_by": "wg0101", "class": "内部"}
            self._publish((), lambda _: [Put(LATER_KIND, id_, body)])
        self.marked[id_] = news
        self._tell(f"centre: a newer program wrote {id_[-6:]}")

    def prune(self) -> None:
        """Forget what went from scopes, as half a year later: all, or up to some moment."""
        store = self._host.centre.parts.store
        gone = 0
        for head in store.read(feed.everywhere):
            upto = head.seq if self._dice.chance(0.6) else self._dice.random.randrange(head.seq + 1)
            gone += store.write(partial(feed.prune, head=head, upto=upto))
        self._tell(f"centre: {gone} lines of what went are forgotten")

    def put_min_pull(self, version: str) -> None:
        """Say from which program on laptops may receive."""
        fleet.put_min_pull(self._host.centre.parts, version)
        self._tell(f"centre: receives from version {version!r} on")

    def settle(self) -> None:
        """Let every device in again."""
        parts = self._host.centre.parts
        fleet.put_min_pull(parts, "")
        for device in parts.store.read(devices.everyone):
            if device.state != devices.ACTIVE:
                self.put_state(device.id, devices.ACTIVE)

    def remember(self) -> None:
        """Know what the centre knows now."""
        self._kept = dict(self.marked)

    def forget(self) -> None:
        """The centre was set back to when `remember` was called."""
        self.marked = dict(self._kept)

    def _walkers(self) -> Mapping[str, Collection[str]]:
        found = {}
        for login in ("wg0101", "wg0102"):
            account = self._host.centre.parts.store.read(
                lambda tx, who=login: accounts.get(tx, who)
            )
            found[login] = sorted(account.rights.grids)
        return found

    def _known(self, kinds: Collection[str]) -> list[str]:
        read = self._host.centre.parts.store.read
        return sorted(entity.id for entity in read(lambda tx: entities.of_kinds(tx, kinds)))

    def _amend(
        self, ids: Collection[str], change: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]
    ) -> None:
        def puts(world: Workspace) -> list[Put]:
            drafts = [draft for draft in map(world.draft, ids) if draft is not None]
            changes = [(draft, change(draft.body)) for draft in drafts]
            return [Put(d.kind, d.id, {**d.body, **to}) for d, to in changes if to is not None]

        self._publish(ids, puts)

    def _publish(self, ids: Collection[str], puts: Callable[[Workspace], list[Put]]) -> None:
        parts, now = self._host.centre.parts, self._world.unix_ms()

        def work(tx: Tx) -> None:
            world = Workspace(
                parts.reference.current(tx),
                received=utc_text(LaptopClock(self._world).now()),
                loaded=entities.locked(tx, ids),
            )
            for put in puts(world):
                world.put(put)
            publish.flush(tx, world, now)

        parts.store.write(work)


def other(grid: str) -> str:
    """Return the other grid of the two."""
    return GRIDS[grid == GRIDS[0]]
