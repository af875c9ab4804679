"""The centre as a process: it may die at any durable step, restart, and be set back."""

import shutil
from collections.abc import Callable
from pathlib import Path

from central.blobs import FileBlobs
from central.build import Centre
from central.service import epochs
from central.service.parts import Rules
from central.service.reference import ReferenceShelf
from central.store import meta
from central.store.engine import open_engines
from central.store.transaction import Store
from gridworker.domain.apply import apply
from gridworker.domain.operations import Operation
from gridworker.domain.organisation import Actor
from gridworker.domain.world import Outcome
from gridworker.domain.world import World as WorldOfRules
from sync.transport import Reply
from tests.syncing.simulator.asgi import Caller
from tests.syncing.simulator.dice import Dice, Fuse, World
from tests.syncing.simulator.network import Sent
from tests.syncing.simulator.places import POISON


class Poisoned(Exception):
    """What a rule raises that nobody has thought of."""


def rules(op: Operation, actor: Actor, world: WorldOfRules) -> Outcome:
    """The rules, with one word that breaks them."""
    if op.args.get("place") == POISON:
        raise Poisoned
    return apply(op, actor, world)


class CentreHost:
    """Runs a centre over files in `folder`; `deliver` is how requests reach it."""

    def __init__(
        self,
        folder: Path,
        caller: Caller,
        dice: Dice,
        world: World,
        tell: Callable[[str], None],
        *,
        rules: Rules = rules,
    ) -> None:
        """Building the routes takes longer than a history: most borrow those of `caller`."""
        self._rules = rules
        self.folder = folder
        self._borrows = dice.chance(0.98)
        self.fuse = Fuse(tell)
        self.restarts = 0
        self._caller = caller
        self._dice = dice
        self._world = world
        self._tell = tell
        self.centre = self._open()

    @property
    def database(self) -> Path:
        return self.folder / "centre.db"

    @property
    def blobs(self) -> Path:
        return self.folder / "blobs"

    def deliver(self, sent: Sent, cut_at: int | None = None) -> Reply:
        """Answer a request; a crash in it is a Crash for whoever asked, and a restart."""
        try:
            return self._caller.request(
                self.centre.app, sent.method, sent.path, sent.headers, sent.body, cut_at=cut_at
            )
        finally:
            if self.fuse.blown:
                self.restart()

    def restart(self) -> None:
        """End this process and begin another."""
        self.restarts += 1
        self.centre.close()
        self.fuse.renew()
        self.centre = self._open()

    def backup(self, to: Path) -> None:
        """Copy the database as an operator would at night; photos are not in it."""
        self.centre.close()
        shutil.copy(self.database, to)
        self.centre = self._open()

    def set_back(self, copy: Path, *, declared: bool) -> None:
        """Put a backup in place; `declared` runs `gridworker-central restored` as the manual says.

        Undeclared, the epoch beside the photos may have been set back with it.
        """
        self.centre.close()
        for end in ("", "-wal", "-shm"):
            self.database.with_name(self.database.name + end).unlink(missing_ok=True)
        shutil.copy(copy, self.database)
        self.centre = self._open()
        if declared:
            self.centre.restored()

    def _open(self) -> Centre:
        if not self._borrows or self._caller.centre is None:
            self._caller.centre = Centre.open(
                f"sqlite:///{self.database}",
                self.blobs,
                clock=self._world.unix_ms,
                entropy=self._dice.random.randbytes,
                rules=self._rules,
                crash_at=self.fuse.step,
                inline=True,
            )
            return self._caller.centre
        return self._moved_into(self._caller.centre)

    def _moved_into(self, centre: Centre) -> Centre:
        """Give a centre that is closed this host's files, as opening it would."""
        parts, engines = centre.parts, open_engines(f"sqlite:///{self.database}")
        parts.store, parts.blobs = Store(engines), FileBlobs(self.blobs)
        parts.clock, parts.entropy = self._world.unix_ms, self._dice.random.randbytes
        parts.crash_at, parts.reference = self.fuse.step, ReferenceShelf()
        parts.rules = self._rules
        parts.settings = parts.store.read(meta.everything)
        centre.app._epoch = epochs.at_start(parts)
        return centre

    def stop(self) -> None:
        self.centre.close()
