"""The thread that keeps a laptop in step with its centre, and the buttons of F9."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from gridworker.app.ports import Clock, Connection, ParcelTaken, ParcelWritten
from gridworker.domain.problem import RuleBroken
from gridworker.domain.times import utc_text
from gridworker.storage.failures import CannotStart
from sync.engine import Engine
from sync.parcels import Courier, Progress
from sync.problem import CentreSaid, Failure, Kind, Remedy
from sync.round import RoundResult
from sync.schedule import POLL, BackOff
from sync.switch import Switch
from sync.transport import NoConnection

PATIENCE = 3.0
log = logging.getLogger(__name__)


class SyncService:
    """Implements `app.ports.SyncControl`: a round when asked, when due and when a hold ends.

    All methods may be called from any thread and return at once, except `close`, `enrol_again` and
    those that write and read parcels. `enrol_anew` makes another device of this one. `keep_cut` is
    called in the sync thread, before the next attempt, when the demo's network was cut or given
    back: a cut outlives the program.
    """

    def __init__(
        self,
        engine: Engine,
        switch: Switch,
        clock: Clock,
        random: Random,
        courier: Courier,
        *,
        enrol_anew: Callable[[str], None],
        keep_cut: Callable[[bool], None] | None = None,
        suspended: bool = False,
    ) -> None:
        self._engine = engine
        self._courier = courier
        self._enrol_anew = enrol_anew
        self._round = threading.Lock()
        self._wanted = False
        self._switch = switch
        self._clock = clock
        self._back_off = BackOff(random)
        self._changed = threading.Condition()
        self._listeners: list[Callable[[], None]] = []
        self._holds: dict[str, float] = {}
        self._keep_cut, self._cut_kept = keep_cut, switch.cut
        self._connection = Connection(state="offline", suspended=suspended)
        self._asked = True
        self._paused = False
        self._closing = False
        self._due = 0.0
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin; the first round is due at once."""
        self._thread.start()

    def close(self) -> None:
        """End after the request under way; one that takes longer than 3 seconds is broken off.

        What is broken off is taken up again at the next start.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)
            if self._thread.is_alive():
                self._switch.give_up()
            self._thread.join()

    def connection(self) -> Connection:
        """Return how things stand."""
        return self._connection

    def sync_now(self) -> None:
        """Ask for a round; during one, for another after it."""
        with self._changed:
            self._asked = True
            self._changed.notify_all()

    def pause(self, paused: bool) -> None:
        """Stop after the request under way, or go on."""
        with self._changed:
            self._paused = paused
            self._asked = self._asked or not paused
            self._changed.notify_all()
        self._show(state="paused" if paused else "offline", next_try=None, code=None)

    def cut_network(self, cut: bool) -> None:
        """Take the network away, or give it back and try at once."""
        self._switch.cut = cut
        if not self._paused:
            self._show(state="demo_offline" if cut else "offline", next_try=None, code=None)
        self.sync_now()

    def hold(self, op_id: str, seconds: float) -> None:
        """Keep an operation here for `seconds`, then send it; zero lets it go at once."""
        with self._changed:
            until = self._clock.monotonic() + seconds
            self._holds[op_id] = until
            self._due = min(self._due, until)
            self._changed.notify_all()

    def write_parcel(
        self, path: Path, *, progress: Progress, cancelled: Callable[[], bool]
    ) -> ParcelWritten:
        """Put what waits into a parcel; takes as long as its photos take to be read and sealed."""
        return self._courier.write(path, progress=progress, cancelled=cancelled)

    def read_answer(self, path: Path) -> ParcelTaken:
        """Take in the answer to a parcel; a round under way ends first, and one follows."""
        with self._between_rounds():
            return self._courier.read(path)

    def enrol_again(self, code: str) -> None:
        """Be let in again by a code; a round under way ends first, and one follows."""
        with self._between_rounds():
            self._enrol_anew(code)

    def listen(self, changed: Callable[[], None]) -> None:
        """Call `changed` whenever `connection` may have changed."""
        with self._changed:
            self._listeners.append(changed)

    def _run(self) -> None:
        while self._wait():
            self._show(busy=True)
            try:
                self._remember_cut()
                with self._round:
                    result = self._engine.round(
                        held=self._held, cancelled=self._stopping, receiving=self._receiving
                    )
            except (RuleBroken, CannotStart) as error:
                self._store_failed(str(error), error.facts)
            except Exception:  # the thread is the boundary: a bug must not end syncing silently
                log.exception("sync round")
                self._store_failed("sync_bug", {})
            else:
                self._finished(result)

    @contextmanager
    def _between_rounds(self) -> Iterator[None]:
        """Keep the engine still; what is written meanwhile it reads anew, and at once."""
        self._wanted = True
        with self._round:
            self._wanted = False
            yield
            self._engine.start_over()
        self.sync_now()

    def _remember_cut(self) -> None:
        cut = self._switch.cut
        if self._keep_cut is not None and cut is not self._cut_kept:
            self._keep_cut(cut)
            self._cut_kept = cut

    def _wait(self) -> bool:
        """Sleep until something is to be done; False when it is time to end."""
        with self._changed:
            while not self._closing:
                now = self._clock.monotonic()
                if not self._paused and (self._asked or now >= self._due):
                    self._asked = False
                    return True
                self._changed.wait(None if self._paused else max(0.01, self._due - now))
            return False

    def _held(self) -> frozenset[str]:
        now = self._clock.monotonic()
        with self._changed:
            self._holds = {op: until for op, until in self._holds.items() if until > now}
            return frozenset(self._holds)

    def _stopping(self) -> bool:
        return self._closing or self._paused or self._wanted

    def _receiving(self, more: bool) -> None:
        """Hear that a page came: the centre is there, however long the photos still take.

        The last one opens what is recorded here again, if that was closed.
        """
        state, known = "paused" if self._paused else "online", self._connection
        suspended = known.suspended and more
        if (state, more, suspended) != (known.state, known.receiving, known.suspended):
            self._show(state=state, code=None, facts={}, receiving=more, suspended=suspended)

    def _finished(self, result: RoundResult) -> None:
        failure = result.failure
        state, code = state_of(failure), failure.code if failure else None
        if state == "demo_offline" and not self._switch.cut:
            state, code = "offline", None  # given back while this round failed; the next is due
        if failure is None:
            wait = self._back_off.after_success()
        else:
            wait = self._back_off.after_failure(failure)
        self._schedule(wait)
        self._show(
            state="paused" if self._paused else state,
            code=code,
            facts={},
            busy=False,
            receiving=False,
            suspended=self._connection.suspended or state == "suspended",
        )

    def _store_failed(self, code: str, facts: dict[str, Any]) -> None:
        self._schedule(POLL)
        self._show(code=code, facts=facts, busy=False, receiving=False)

    def _schedule(self, wait: float) -> None:
        """Set the next round: when `wait` is over, or when an undo is no longer offered."""
        with self._changed:
            now = self._clock.monotonic()
            self._due = min([now + wait, *self._holds.values()])
            wait = self._due - now
        at = utc_text(self._clock.now() + timedelta(seconds=wait))
        self._connection = msgspec.structs.replace(self._connection, next_try=at)

    def _show(self, **changes: Any) -> None:
        before = self._connection
        known = msgspec.structs.replace(before, **changes)
        if known.state != before.state:
            known = msgspec.structs.replace(known, since=utc_text(self._clock.now()))
        self._connection = known
        with self._changed:
            listeners = list(self._listeners)
        for tell in listeners:
            tell()


def state_of(failure: Failure | None) -> str:
    """Return the word of `Connection.state` for how a round ended."""
    match failure:
        case None | CentreSaid(kind=Kind.BUG | Kind.VERSION):
            word = "online"
        case NoConnection(code="demo_offline"):
            word = "demo_offline"
        case NoConnection(code="no_connection", reached=False):
            word = "offline"
        case CentreSaid(remedy=Remedy.WIPE):
            word = "wiped"
        case CentreSaid(remedy=Remedy.LOCK):
            word = "suspended"
        case CentreSaid(remedy=Remedy.HAND_IN):
            word = "online"
        case CentreSaid(kind=Kind.AUTH) | CentreSaid(remedy=Remedy.ENROL_AGAIN):
            word = "login"
        case _:
            word = "unreachable"
    return word
