"""Puts the parts of a centre together; nothing else makes them."""

import logging
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from central.api.application import application
from central.api.envelope import Envelope
from central.blobs import BlobStore, FileBlobs
from central.lanes import Lanes
from central.service import epochs, escrow, export, people, uploads
from central.service.identity import Entropy, new_id
from central.service.parts import Office, Parts, Rules
from central.store import locks, meta, migrate
from central.store.checkpoints import Checkpoints
from central.store.engine import open_engines
from central.store.transaction import Store, Tx
from gridworker.domain.apply import apply

REGION = "000000"
SAMPLE_PERCENT = 10
Steps = Callable[[str], None]
LOG = logging.getLogger(__name__)


def system_clock() -> int:
    """Return the time in unix milliseconds."""
    return time.time_ns() // 1_000_000


def never(_step: str) -> None:
    """Crash nowhere."""


class Centre:
    """A centre that is open; `app` is its ASGI application.

    Tests drive it in-process: `clock` says unix milliseconds, `entropy` gives random bytes, `rules`
    replaces the rules of the domain, `inline` does without threads, and `crash_at` is called with
    the name of each durable step (it may raise, and then nothing after it has happened).
    """

    def __init__(self, parts: Parts, lanes: Lanes, app: Envelope) -> None:
        self._lanes = lanes
        self.parts = parts
        self.app = app

    @classmethod
    def open(
        cls,
        database_url: str,
        blobs: BlobStore | Path | str,
        *,
        demo: bool = False,
        clock: Callable[[], int] | None = None,
        entropy: Entropy = secrets.token_bytes,
        rules: Rules = apply,
        crash_at: Steps = never,
        inline: bool = False,
    ) -> "Centre":
        """Open a centre; an SQLite file is made or migrated, a PostgreSQL database is not.

        `blobs` is a folder, or another place for photos.
        Raises UnknownDatabase, SchemaTooOld (PostgreSQL), SchemaTooNew.
        """
        store = _store(database_url, beside=not inline)
        engines = store.engines
        try:
            if not (engines.is_sqlite or store.read(locks.hold)):
                LOG.warning("row security does not hold: this role owns the tables or may pass it")
            now = clock or system_clock
            parts = Parts(
                store=store,
                blobs=FileBlobs(Path(blobs)) if isinstance(blobs, (Path, str)) else blobs,
                clock=now,
                entropy=entropy,
                rules=rules,
                demo=demo,
                crash_at=crash_at,
                settings=store.write(lambda tx: _settings(tx, now(), entropy)),
            )
            epoch = epochs.at_start(parts)
            uploads.expire(parts)
            escrow.expire(parts)
            lanes = Lanes(writers=engines.writers, readers=engines.readers, inline=inline)
            return cls(parts, lanes, application(parts, lanes, epoch=epoch))
        except BaseException:
            store.close()
            raise

    @property
    def crash_at(self) -> Steps:
        """What is told the name of each durable step."""
        return self.parts.crash_at

    @crash_at.setter
    def crash_at(self, steps: Steps) -> None:
        self.parts.crash_at = steps

    def enrol_code(self, user: str, valid_hours: float = 72) -> str:
        """Return a code for a person's next device; raises NoSuchPerson."""
        return people.enrol_code(self.parts, user, valid_hours=valid_hours)

    def restored(self) -> str:
        """Begin a new epoch after a restore; return it."""
        return epochs.begin(self.parts)

    def reload_settings(self) -> None:
        """Take over settings that were changed in the database."""
        self.parts.settings = self.parts.store.read(meta.everything)

    def state(self) -> Iterator[bytes]:
        """Yield the lines of `export-state`."""
        return export.lines(self.parts.store)

    def close(self) -> None:
        """Wait for what is running and close the database."""
        self._lanes.close()
        self.parts.store.close()


def _store(database_url: str, *, beside: bool) -> Store:
    """Open a centre's database to serve; `beside` its requests a thread looks after the journal."""
    engines = open_engines(database_url)
    try:
        if engines.file is None:
            migrate.check(engines)
            return Store(engines)
        migrate.bring_up(engines)
        return Store(engines, Checkpoints(engines.file) if beside else None)
    except BaseException:
        engines.close()
        raise


@contextmanager
def open_office(database_url: str) -> Iterator[Office]:
    """Open a centre's database to look after accounts and devices, also while it is serving.

    Raises UnknownDatabase, SchemaTooOld (also when there is no such file), SchemaTooNew.
    """
    engines = open_engines(database_url)
    try:
        if engines.file is not None and not engines.file.exists():
            raise migrate.SchemaTooOld("none")
        migrate.check(engines)
        yield Office(store=Store(engines), clock=system_clock, entropy=secrets.token_bytes)
    finally:
        engines.close()


def _settings(tx: Tx, now: int, entropy: Entropy) -> dict[str, str]:
    """Return the centre's settings, making those that it lacks."""
    known = meta.everything(tx)
    wanted: dict[str, Callable[[], str]] = {
        "server_id": lambda: new_id(now, entropy),
        "server_key": lambda: entropy(32).hex(),
        "region": lambda: REGION,
        "sample_percent": lambda: str(SAMPLE_PERCENT),
    }
    for key, make in wanted.items():
        if key not in known:
            known[key] = make()
            meta.put(tx, key, known[key])
    return known
