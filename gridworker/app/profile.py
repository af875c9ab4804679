"""An opened profile without its network: vault, store, commands and questions put together."""

import logging
from contextlib import ExitStack, closing, suppress
from functools import partial

from gridworker.app.caretaker import Caretaker
from gridworker.app.changes import Changes
from gridworker.app.clock import SystemClock
from gridworker.app.closed_queries import ClosedQueries
from gridworker.app.commands import StoreCommands
from gridworker.app.entry import Entry, demo_password, opened_vault, settings_of
from gridworker.app.indexer import Indexer
from gridworker.app.paths import Paths
from gridworker.app.pen import Pen
from gridworker.app.photo_views import PhotoViews
from gridworker.app.ports import Who
from gridworker.app.queries import StoreQueries
from gridworker.app.room import Room
from gridworker.app.taken_photos import TakenPhotos
from gridworker.app.warm_reader import WarmReader
from gridworker.app.who import places, who
from gridworker.storage import damage, device_copy, mending, recovery, reindexing, state
from gridworker.storage.engine import connect, open_engines
from gridworker.storage.failures import DatabaseDamaged, ProfileInUse
from gridworker.storage.journal import Journal
from gridworker.storage.mending import Rebuilt, make_sound
from gridworker.storage.owner import Owner
from gridworker.storage.photos import PhotoFiles
from gridworker.storage.recorder import Recorder
from gridworker.storage.vault import Vault

log = logging.getLogger(__name__)

NETWORK_CUT = "network-cut"


class Reading:
    """A profile that is only asked; another program may own it meanwhile.

    Raises the exceptions of `app.startup`.
    """

    def __init__(self, paths: Paths, password: str) -> None:
        with ExitStack() as ends:
            vault = opened_vault(paths, password)
            self.rebuilt: Rebuilt | None = None
            journal = ends.enter_context(closing(Journal(paths.home, vault.journal_key)))
            with suppress(ProfileInUse), Owner(paths.home):  # its owner has made it sound
                self.rebuilt = make_sound(paths.database, vault, journal)
            engines = ends.enter_context(closing(open_engines(paths.database, vault.db_key)))
            reader = ends.enter_context(closing(WarmReader()))
            read = engines.read
            views = PhotoViews(PhotoFiles(paths.photos), reader)
            with read() as session:
                self.who = who(session, demo=demo_password(paths.home) is not None)
                self.suspended = state.get(session).suspended
            kind = ClosedQueries if self.suspended else StoreQueries
            self.queries = kind(read, SystemClock(), views)
            self._ends = ends.pop_all()

    def close(self) -> None:
        """Let go of the store."""
        self._ends.close()


class Profile:
    """A profile with its owner: what is recorded here is on the disk twice.

    It takes the entry over. Raises the exceptions of `app.startup`.
    """

    def __init__(self, entry: Entry) -> None:
        with ExitStack() as ends:
            ends.enter_context(closing(entry))
            self.settings = entry.settings
            self._open(entry.paths, entry.vault, ends)
            self._ends = ends.pop_all()

    def _open(self, paths: Paths, vault: Vault, ends: ExitStack) -> None:
        self.unclean = damage.ended_badly(paths.database)
        journal = ends.enter_context(closing(Journal(paths.home, vault.journal_key)))
        self.rebuilt = make_sound(paths.database, vault, journal)
        try:
            known = self._begin(paths, vault, journal, ends)
        except DatabaseDamaged:
            self.rebuilt = make_sound(paths.database, vault, journal)
            if self.rebuilt is None:
                raise
            known = self._begin(paths, vault, journal, ends)
        self.keep_copy = partial(device_copy.keep, paths.home, vault.journal_key)
        self.keep_copy(known)
        self.device, self._home = known, paths.home
        self.sign, self.answer_key = vault.sign, vault.answer_key
        self.public_key = vault.public_key
        self.who = self.identify()
        self.clock = SystemClock(skew_ms=known.skew_ms, last_server_ms=known.last_server_ms)
        self.files, self.changes = PhotoFiles(paths.photos), Changes()
        reader = ends.enter_context(closing(WarmReader()))
        room = Room(paths.home, photos=self.settings.photo_room, text=self.settings.text_room)
        pen = Pen(Recorder(self.write, journal), self.clock, self.changes, room)
        photos = TakenPhotos(self.write, self.files, reader, self.clock, room)
        self.commands = StoreCommands(pen, photos, self.write)
        views = PhotoViews(self.files, reader)
        self.queries = StoreQueries(self.read, self.clock, views)
        self.closed_queries = ClosedQueries(self.read, self.clock, views)
        self.indexer = ends.enter_context(closing(Indexer(self.write, self.changes)))
        self._caretaker = ends.enter_context(
            closing(
                Caretaker(
                    path=paths.database,
                    write=self.write,
                    take_in=self._engines.take_in,
                    journal=journal,
                    files=self.files,
                    changes=self.changes,
                    clock=self.clock,
                )
            )
        )
        self._look = partial(connect, paths.database, vault.db_key) if self.unclean else None
        self._warm = reader

    def _begin(
        self, paths: Paths, vault: Vault, journal: Journal, ends: ExitStack
    ) -> state.DeviceState:
        """Open the store, bring it and the journal in step, and count this start."""
        self._engines = ends.enter_context(closing(open_engines(paths.database, vault.db_key)))
        engines = self._engines
        self.write, self.read = engines.write, engines.read
        with self.write.begin() as session:
            recovery.reconcile(session, journal)
            reindexing.catch_up(session)
            known = state.get(session)
            return state.put(session, generation=known.generation + 1)

    def work(self) -> None:
        """Begin what goes on beside the windows: the photo child, the index, looking after."""
        self._warm()
        self.indexer.start()
        self._caretaker.start(check=self._look)

    def network_cut(self) -> bool:
        """Say whether a demo's network was cut when the program last ended."""
        return self.who.demo and (self._home / NETWORK_CUT).exists()

    def keep_network_cut(self, cut: bool) -> None:
        """Remember whether a demo's network is cut; one that cannot be kept is only told."""
        mark = self._home / NETWORK_CUT
        try:
            if cut:
                mark.touch()
            else:
                mark.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the cut of the network could not be kept: %s", error)

    def rebuilt_before(self) -> Rebuilt | None:
        """Return how the store was made anew, by whatever program, until `forget_rebuilt`."""
        return mending.remembered(self._home)

    def forget_rebuilt(self) -> None:
        """Tell it no more: the person knows."""
        mending.forget(self._home)

    def moved(self) -> str:
        """Return where this person works now if that has changed, until `forget_move`."""
        with self.read() as session:
            return places(session) if state.get(session).moved else ""

    def forget_move(self) -> None:
        """Tell it no more: the person knows."""
        with self.write.begin() as session:
            state.put(session, moved=False)

    def keep_paused(self, paused: bool) -> None:
        """Remember whether syncing is paused; a choice that cannot be kept is only told."""
        try:
            settings_of(self._home).change(paused=paused)
        except OSError as error:
            log.warning("the pause could not be kept: %s", error)

    def identify(self) -> Who:
        """Return whose profile it is, by the names that were pulled last."""
        with self.read() as session:
            return who(session, demo=demo_password(self._home) is not None)

    def close(self) -> None:
        """Finish what runs, take the journal into the store, let others own the profile."""
        self._ends.close()
