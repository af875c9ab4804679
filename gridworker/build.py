"""Where the product is put together, without its face: profile, network, first contact."""

import logging
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Self

import msgspec

from gridworker import __version__
from gridworker.app.changes import RECORDED
from gridworker.app.entry import Entry, end_wipe, enter, may_open, unfinished
from gridworker.app.paths import Paths, default_home
from gridworker.app.ports import (
    Commands,
    Notice,
    ParcelTaken,
    Queries,
    SyncControl,
    Who,
)
from gridworker.app.profile import Profile, Reading
from gridworker.domain.organisation import Role
from gridworker.domain.times import utc_text
from gridworker.storage import header, shredding, state
from gridworker.storage.damage import told_when_full
from gridworker.storage.engine import open_engines
from gridworker.storage.failures import CannotStart, DeviceWiped, VaultMissing
from gridworker.storage.late_keyring import LateKeyring
from gridworker.storage.migrate import bring_up
from gridworker.storage.owner import FILE as OWNER_LOCK
from gridworker.storage.owner import Owner
from gridworker.storage.password import check_password
from gridworker.storage.vault import Vault, create_vault
from gridworker.wire import EnrolResponse
from sync import enrol as first_contact
from sync.ear import Ear
from sync.engine import Engine
from sync.enrol_anew import Anew
from sync.exchange import Exchange
from sync.late import LateTransport
from sync.parcels import Courier
from sync.problem import CentreSaid, Kind
from sync.round import RoundResult, Store
from sync.service import SyncService
from sync.switch import Switch
from sync.transport import CONNECTIONS, NoConnection, PlainHttpRefused
from sync.wiping import Wiping

if TYPE_CHECKING:
    from sync.http import HttpTransport

LISTENS = 20 * 60.0
log = logging.getLogger(__name__)


class AlreadyEnrolled(CannotStart):
    """The folder is somebody's profile already; another person needs another folder."""

    code = "already_enrolled"


class UnreadableCertificate(CannotStart):
    """The file given with `--ca` holds no certificate."""

    code = "certificate_unreadable"


class Centre(msgspec.Struct, frozen=True):
    """The centre a profile belongs to: its address, and which authorities speak for it."""

    url: str
    ca_pem: str | None
    demo: bool


class OpenDesk:
    """An unlocked profile with its network; fills `app.ports.Desk`.

    Nothing is sent before `work` or `exchange`. When the centre orders this device to be wiped, its
    keys are destroyed at once and the rest when the desk is closed.
    """

    def __init__(self, profile: Profile, home: Path) -> None:
        known, self._profile, self._home = profile.device, profile, home
        self._transport = LateTransport(known.server_url, ca_pem=known.ca_pem)
        switch = Switch(self._transport, cut=profile.network_cut())
        store = Store(profile.write, profile.read, profile.files, profile.changes.tell)
        self.courier = Courier(
            store, profile.clock, profile.sign, profile.answer_key, profile.keep_copy
        )
        self._engine = Engine(
            store,
            switch,
            profile.clock,
            doubt=profile.unclean,
            heard=profile.clock.heard,
            changed=profile.keep_copy,
            wiping=Wiping(self.courier, home / shredding.PARCEL, self._destroy),
            photos_at_once=CONNECTIONS,
        )
        self._anew = Anew(store, switch, home, profile.public_key, changed=profile.keep_copy)
        self._service = SyncService(
            self._engine,
            switch,
            profile.clock,
            SystemRandom(),
            self.courier,
            enrol_anew=self._anew.enrol,
            keep_cut=profile.keep_network_cut,
            suspended=known.suspended,
        )
        self._ear = Ear(
            LateTransport(known.server_url, ca_pem=known.ca_pem, lifetime=LISTENS),
            SystemRandom(),
            token=self._token,
            may=lambda: self._service.connection().state == "online",
            poked=self._service.sync_now,
        )
        self.commands: Commands = profile.commands
        self.sync: SyncControl = self._service
        self.who: Who = profile.who
        self.rebuilt = profile.rebuilt

    @property
    def queries(self) -> Queries:
        """What may be asked as things stand."""
        closed = self._service.connection().suspended
        return self._profile.closed_queries if closed else self._profile.queries

    def work(self) -> None:
        """Begin to sync and to look after things, as the windows want it."""
        self._profile.work()
        if self._profile.settings.paused:
            self._service.pause(True)
        self._profile.changes.listen(self._send)
        self._service.start()
        self._ear.start()

    def exchange(self) -> RoundResult:
        """Run rounds until everything is with the centre, or one shows that it will not be."""
        result = self._engine.round()
        total = Counter(result.counters)
        while result.failure is None and result.did and self._something_waits():
            result = self._engine.round()
            total.update(result.counters)
        with suppress(DeviceWiped):  # the round itself may have ended so: nothing is to be found
            self._profile.indexer.catch_up()
        return msgspec.structs.replace(result, **total)

    def enrol_again(self, code: str) -> None:
        """Be let in by a code of the same person; raises as `Anew.enrol`."""
        self._anew.enrol(code)
        self._engine.start_over()

    def read_answer(self, path: Path) -> ParcelTaken:
        """Take in the answer to a parcel, with its search index; raises ParcelRefused."""
        taken = self.courier.read(path)
        self._profile.indexer.catch_up()
        return taken

    def _send(self, kinds: frozenset[str]) -> None:
        """Send at once what was recorded, so that others have it within a second.

        Without a network, the next attempt is not hurried: it would fail as the last one did.
        """
        if RECORDED in kinds and self._service.connection().state == "online":
            self._service.sync_now()

    def _destroy(self, number: int, left: shredding.Left) -> None:
        shredding.decide(self._home, at=self.now(), number=number, left=left)

    def _token(self) -> str:
        with self._profile.read() as session:
            return state.get(session).token

    def _something_waits(self) -> bool:
        left = self.queries.status()
        return bool(left.queued_ops or left.queued_photos)

    def identify(self) -> Who:
        """Return whose profile it is, by the names that were pulled last."""
        return self._profile.identify()

    def now(self) -> str:
        """Return the time as bodies carry it."""
        return utc_text(self._profile.clock.now())

    def notice(self) -> Notice | None:
        """Return what is to be told until it is closed: the store was made anew, or a move."""
        done = self._profile.rebuilt_before()
        if done is None:
            moved = self._profile.moved()
            return Notice("places_changed", {"places": moved}) if moved else None
        detail = "journal damaged" if done.damaged else None
        return Notice(done.code, {"operations": done.operations or None, "detail": detail})

    def close_notice(self) -> None:
        """Tell it no more."""
        if self._profile.rebuilt_before() is not None:
            self._profile.forget_rebuilt()
        else:
            self._profile.forget_move()

    def keep_paused(self, paused: bool) -> None:
        """Remember over a restart whether syncing is paused."""
        self._profile.keep_paused(paused)

    def listen(self, changed: Callable[[frozenset[str]], None]) -> None:
        """Call `changed` with kinds of records after each commit, from the committing thread."""
        self._profile.changes.listen(changed)

    def close(self) -> None:
        """Finish the current photo, checkpoint, release the profile."""
        self._ear.close()
        self._service.close()
        self._transport.close()
        self._profile.close()
        end_wipe(self._home)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_desk(home: Path | None, password: str) -> OpenDesk:
    """Open a profile to work in it; raises the exceptions of `app.startup`."""
    return desk_of(enter(home or default_home(), password))


def desk_of(entry: Entry) -> OpenDesk:
    """Make a desk of an entry; it closes the entry, also when it cannot be made."""
    profile = Profile(entry)
    try:
        return OpenDesk(profile, entry.paths.home)
    except BaseException:
        profile.close()
        raise


def look(home: Path | None, password: str) -> closing[Reading]:
    """Open a profile to read it in a `with` block, while another program may own it."""
    return closing(Reading(may_open(home or default_home()), password))


def enrol(home: Path | None, url: str, code: str, password: str, ca: Path | None = None) -> Who:
    """Make a folder this device's profile: keys, vault, first pull; then let go of it.

    A code works once, so whatever could fail is tried before it is used, and an enrolment that was
    cut off is taken up again with the same code. Raises AlreadyEnrolled, VaultMissing,
    PasswordTooWeak, ProfileInUse, CentreSaid (`code-invalid`, `code-used`, `code-expired`),
    NoConnection.
    """
    paths = Paths(home or default_home())
    end_wipe(paths.home)
    if (paths.home / header.FILE).exists() and not unfinished(paths.home):
        raise AlreadyEnrolled(home=str(paths.home))
    if header.orphaned(paths.home) and not unfinished(paths.home):
        raise VaultMissing
    check_password(password, keyring=bool(LateKeyring().name))
    ca_pem = ca.read_text("utf-8", errors="replace") if ca else None
    with ExitStack() as ends:
        transport = ends.enter_context(closing(_transport(url, ca_pem)))
        centre = Centre(url, ca_pem, demo=Exchange(transport).meta().demo)
        if not paths.home.exists():
            ends.push(lambda kind, *_: _remove_folder(paths.home) if kind else None)
        with told_when_full(paths.home):
            paths.make()
            ends.enter_context(Owner(paths.home))
            shredding.forget(paths.home)
            attempt = first_contact.begin(paths.home, code)
        try:
            answer = first_contact.enrol(
                transport, code=code, attempt=attempt, platform=sys.platform, app=__version__
            )
        except (CentreSaid, NoConnection) as failure:
            if not _may_have_arrived(failure):
                first_contact.finish(paths.home)
            raise
        vault = _make_profile(paths, answer, password, attempt, centre)
        first_contact.finish(paths.home)
    return _first_pull(Entry(paths, lambda: vault))


def _make_profile(
    paths: Paths,
    answer: EnrolResponse,
    password: str,
    attempt: first_contact.Attempt,
    centre: Centre,
) -> Vault:
    """Make vault and store; what an enrolment that was cut off left of them goes first."""
    for left in (paths.database, paths.home / header.FILE):
        left.unlink(missing_ok=True)
    vault = create_vault(
        paths.home,
        user=answer.user.id,
        device=answer.device_id,
        password=password,
        device_key=attempt.device_key,
        keystore=LateKeyring(),
    )
    bring_up(paths.database, vault.db_key)
    with (
        closing(open_engines(paths.database, vault.db_key)) as engines,
        engines.write.begin() as session,
    ):
        state.put(
            session,
            demo=centre.demo,
            device_id=answer.device_id,
            device_code=answer.device_code,
            region=answer.region,
            user_id=answer.user.id,
            user_name=answer.user.name,
            roles=tuple(map(Role, answer.roles or [answer.user.role])),
            grants=tuple(answer.grants),
            scopes=tuple(answer.scopes),
            epoch=answer.epoch,
            server_url=centre.url,
            server_id=answer.server_id,
            server_key=answer.server_key,
            ca_pem=centre.ca_pem,
            token=answer.token,
        )

    return vault


def _first_pull(entry: Entry) -> Who:
    """Fetch what this person works with; without a network the next sync does it."""
    with desk_of(entry) as desk:
        result = desk.exchange()
        if result.failure is not None:
            raise result.failure
        return desk.identify()


def _transport(url: str, ca_pem: str | None) -> "HttpTransport":
    from sync.http import HttpTransport  # noqa: PLC0415  (`requests` slows every start)

    try:
        return HttpTransport(url, ca_pem=ca_pem)
    except PlainHttpRefused:
        raise
    except ValueError as error:
        raise UnreadableCertificate from error


def _remove_folder(home: Path) -> None:
    """Remove a folder that was made for nothing; one with an attempt in it stays."""
    (home / OWNER_LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        home.rmdir()


def _may_have_arrived(failure: CentreSaid | NoConnection) -> bool:
    """Say whether the centre may have taken the code although no good answer came."""
    if isinstance(failure, CentreSaid):
        return failure.kind is not Kind.AUTH
    return failure.reached
