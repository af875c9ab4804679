"""One round with the centre: operations up, changes down, photos up, changes down again.

The parts fail apart: a push that is stuck never keeps the laptop from receiving. Clock, random
source, transport and store are parameters, and the simulator runs exactly this code.
"""

import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from gridworker.app.ports import Clock
from gridworker.domain.times import utc_text
from gridworker.storage import confirmed, outbox, state, sync_log
from sync.anti_entropy import verify
from sync.exchange import Exchange, ignore
from sync.forks import come_back, enrol_again
from sync.photos import send_photos
from sync.problem import CentreSaid, Failure, Kind, Remedy
from sync.pull import pull
from sync.push import push
from sync.round import Note, Round, RoundResult, Store, own_thread
from sync.schedule import BatchSize, Pause
from sync.sealing_key import learn_sealing_key
from sync.take_up import take_up
from sync.tokens import former_with, is_due, rotate, show_all
from sync.transport import NoConnection, Transport
from sync.wiping import Wiping

TURNS = 4
DAY = timedelta(days=1)


def nothing_held() -> frozenset[str]:
    """Hold no operation back."""
    return frozenset()


def never() -> bool:
    """Go on to the end."""
    return False


def nobody(receiving: bool) -> None:
    """Tell nobody whether more pages are to come."""
    del receiving


def unheard(known: state.DeviceState) -> None:
    """Tell nobody that the device has another token."""
    del known


@dataclass(slots=True)
class Engine:
    """Runs rounds for one device; not for two threads at once.

    A round loses nothing at whatever point it is ended: every answer is kept in one transaction
    with what it means, and every request may be repeated. With `doubt` (the last owner of the store
    was killed) the first round also compares digests. `heard` is told the centre's time (unix ms)
    whenever an answer arrives. `mark` tells this start of the device from that of a copy of it.
    `changed` is told the device's state when its token or id is another, before that is used.
    `wiping` carries out an order to wipe; without it such an order is a failure like others. `line`
    makes what carries a request while the store works, or works on the store while one is under
    way, by default a thread. More than one of `photos_at_once` wants a transport for several
    threads.
    """

    store: Store
    transport: Transport
    clock: Clock
    doubt: bool = False
    heard: Callable[[int], object] = ignore
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    changed: Callable[[state.DeviceState], object] = unheard
    wiping: Wiping | None = None
    line: Callable[[], Executor] = own_thread
    photos_at_once: int = 1
    _ended: CentreSaid | None = None
    _exchange: Exchange | None = None
    _batch: BatchSize = field(default_factory=BatchSize)
    _photo_pause: Pause = field(default_factory=Pause)
    _push_pause: Pause = field(default_factory=Pause)
    _doubted: bool = False
    _compared_at: str | None = None
    _renewed: bool = False
    _leaving: str = ""
    _keyless: bool = True
    _well: bool = False
    _told: tuple[Note, ...] = ()

    def round(
        self,
        *,
        held: Callable[[], frozenset[str]] = nothing_held,
        cancelled: Callable[[], bool] = never,
        receiving: Callable[[bool], None] = nobody,
    ) -> RoundResult:
        """Do all there is to do now; never raises because of network or centre.

        `held` names operations whose undo is still offered: the push stops before the first.
        `cancelled` is asked between requests. Raises what the store raises (E_DISK_FULL, damage);
        the next round then begins as after a start.
        """
        if self._ended is not None:
            return RoundResult(failure=self._ended)
        now = Round(
            store=self.store,
            exchange=self._ready(),
            clock=self.clock,
            held=held,
            cancelled=cancelled,
            receiving=receiving,
            batch=self._batch,
            photo_pause=self._photo_pause,
            push_pause=self._push_pause,
            line=self.line,
        )
        try:
            result = now.result(self._obeyed(now, self._everything(now)))
            if self._ended is None:
                self._keep_suspension(result.failure)
                self._keep_log(result)
        except Exception:
            self._exchange = None
            raise
        return result

    def _obeyed(self, now: Round, failure: Failure | None) -> Failure | None:
        """Carry out an order to wipe, if that is how the round ended."""
        if self.wiping is None or not isinstance(failure, CentreSaid):
            return failure
        if failure.remedy is not Remedy.WIPE:
            return failure
        came_to = self.wiping.obey(now, failure)
        self._ended = failure if came_to is failure else None
        return came_to

    def start_over(self) -> None:
        """Begin the next round as after a start: something else has written to the store."""
        self._exchange = None

    def _everything(self, now: Round) -> Failure | None:
        """Push, pull, send photos and compare digests; return the first failure."""
        failure: Failure | None = None
        for _ in range(TURNS):
            self._renewed = False
            failure = self._operations(now)
            if not self._renewed or failure is not None:
                break
        if failure is None or _drains(failure):
            failure = self._photos(now) or failure
        self._doubted = self._doubted or now.doubt
        if failure is None:
            failure = self._compare_digests(now)
        if failure is None and self._keyless:
            failure = self._run(now, learn_sealing_key)
            self._keyless = failure is not None
        if failure is None:
            failure = self._run(now, self._renew_token)
        return failure

    def _compare_digests(self, now: Round) -> Failure | None:
        """Compare digests once a day, however often the laptop starts, and when there is doubt.

        That is after an unclean end, after a scope had to be read anew, and for unlikely removals.
        """
        at = now.exchange.server_time()
        last = self._compared_at
        doubt = self._doubted or self._removals_wait()
        if doubt or (at and last and is_due(last, at, every=DAY)):
            failure = self._run(now, verify)
            if failure is not None:
                return failure
        elif last is not None or at is None:
            return None
        with self.store.write.begin() as session:
            known = state.put(session, doubted=False, compared_at=utc_text(at) if at else None)
        self.doubt, self._doubted, self._compared_at = False, False, known.compared_at
        return None

    def _keep_suspension(self, failure: Failure | None) -> None:
        """Remember over a restart that reading is closed; a pull that goes through opens it."""
        if isinstance(failure, CentreSaid) and failure.remedy is Remedy.LOCK:
            with self.store.write.begin() as session:
                state.put(session, suspended=True)

    def _keep_log(self, result: RoundResult) -> None:
        """Keep what people may ask about: what went wrong, what went through, not idle polls."""
        lines = [(False, note.code, note.facts) for note in result.notes if note not in self._told]
        self._told = result.notes
        if result.failure is not None:
            lines.append((False, result.failure.code, {}))
        elif lines or result.did or not self._well:
            lines.append((True, "sync_done", result.counters))
        self._well = result.failure is None
        if lines:
            at = utc_text(self.clock.now())
            with self.store.write.begin() as session:
                for ok, code, facts in lines:
                    sync_log.append(session, at=at, ok=ok, code=code, facts=facts)

    def _operations(self, now: Round) -> Failure | None:
        """Push, then pull even when the push is stuck; return the first failure."""
        stuck = self._run(now, self._leave) or self._run(now, take_up)
        if stuck is not None:
            return stuck
        stuck = self._run(now, push)
        if stuck is not None and _hopeless(stuck):
            return stuck
        return self._run(now, pull) or stuck

    def _photos(self, now: Round) -> Failure | None:
        """Send photos and fetch what the centre says of them."""
        before = now.counts.get("photos_stored", 0)
        failure = self._run(now, partial(send_photos, at_once=self.photos_at_once))
        if now.counts.get("photos_stored", 0) == before or (failure and _hopeless(failure)):
            return failure
        return self._run(now, pull) or failure

    def _run(self, now: Round, part: Callable[[Round], None]) -> Failure | None:
        """Run a part of the round and heal what can be healed at once."""
        failure: Failure | None = None
        for _ in range(TURNS):
            try:
                part(now)
                self._compare_acked(now)
            except NoConnection as lost:
                return lost
            except CentreSaid as said:
                failure = said
                try:
                    if not self._healed(now, said):
                        return said
                except (NoConnection, CentreSaid) as other:
                    return other  # whether it can be healed is not known yet
            else:
                return None
        return failure

    def _healed(self, now: Round, said: CentreSaid) -> bool:
        """Do what `sync.md` 4.13 asks for; return whether the part may be tried again at once."""
        match said.remedy:
            case Remedy.FORGET:
                self._forget(now, said)
            case Remedy.REWIND:
                with self.store.write.begin() as session:
                    outbox.rewind(session, said.problem.expected or 1)
            case Remedy.NEW_TOKEN:
                return self._new_token(now)
            case Remedy.ENROL_AGAIN:
                return self._enrol_again(now)
            case Remedy.HALVE:
                return self._batch.now > 1
            case _:
                return False
        return True

    def _forget(self, now: Round, said: CentreSaid) -> None:
        """Begin a new epoch: forget what was confirmed, send again what the centre has not got."""
        exchange, acked = now.exchange, said.problem.acked_seq or 0
        epoch = said.problem.epoch or ""
        with self.store.write.begin() as session:
            acked = confirmed.begin_epoch(session, epoch, acked, said.problem.decided)
        exchange.epoch, exchange.acked = epoch, acked
        self._renewed = True
        now.note("sync_centre_restored")
        self.store.changed(frozenset({"op"}))

    def _renew_token(self, now: Round) -> None:
        """Change the token once a month; the first good round notes since when it is in use."""
        at = now.exchange.server_time()
        with self.store.read() as session:
            since = state.get(session).token_at
        if at is None:
            return
        if since is None:
            with self.store.write.begin() as session:
                state.put(session, token_at=utc_text(at))
        elif is_due(since, at):
            self._rotate(now)

    def _rotate(self, now: Round) -> None:
        rotate(now.exchange, partial(self._keep_token, now))

    def _keep_token(self, now: Round, token: str) -> None:
        at = now.exchange.server_time()
        with self.store.write.begin() as session:
            former = former_with(state.get(session), token)
            since = None if at is None else utc_text(at)
            self.changed(state.put(session, token=token, former_tokens=former, token_at=since))

    def _new_token(self, now: Round) -> bool:
        with self.store.read() as session:
            known = state.get(session)
        tokens = (known.token, *known.former_tokens)
        shown = show_all(now.exchange, tokens, partial(self._keep_token, now))
        return shown or self._come_back(now)

    def _come_back(self, now: Round) -> bool:
        """Be made anew, where the centre was set back to before it made this device of a copy."""
        try:
            return come_back(now, changed=self.changed)
        except CentreSaid as said:
            if said.remedy is Remedy.NEW_TOKEN:
                return False
            raise

    def _enrol_again(self, now: Round) -> bool:
        """Go on as a device of its own: somebody else works as the one this was.

        That this is a copy is remembered until it is done: the next start has a number that was not
        passed yet, and the centre would take it for the other one's.
        """
        if not self._leaving:
            with self.store.write.begin() as session:
                state.put(session, leaving=self.mark)
            self._leaving = self.mark
        try:
            self._leave(now)
        except CentreSaid:
            return False
        return True

    def _leave(self, now: Round) -> None:
        """Become a device of its own, once the centre has said that this is a copy of another."""
        if self._leaving:
            enrol_again(now, key=self._leaving, changed=self.changed)
            self._leaving, self._renewed = "", True
            now.note("sync_device_forked")

    def _compare_acked(self, now: Round) -> None:
        """Notice a centre that knows less than it answered before, within one epoch.

        The next request tells it what we know, and it begins a new epoch (sync.md 4.1); so there
        is to be a next request in this round.
        """
        said = now.exchange.said_acked
        if said is not None and said < now.exchange.acked:
            now.note("sync_centre_knows_less", said=said, ours=now.exchange.acked)
            self._renewed = True

    def _removals_wait(self) -> bool:
        with self.store.read() as session:
            return confirmed.removals_wait(session)

    def _ready(self) -> Exchange:
        """Return the exchange of this device; the first time, note that a kill left doubt."""
        if self._exchange is None:
            if self.doubt:
                with self.store.write.begin() as session:
                    known = state.put(session, doubted=True)
            else:
                with self.store.read() as session:
                    known = state.get(session)
            self._doubted, self._compared_at = known.doubted, known.compared_at
            self._keyless, self._leaving = not known.sealing_key, known.leaving
            self._exchange = Exchange(
                self.transport,
                token=known.token,
                epoch=known.epoch,
                acked=known.acked_seq,
                start=f"{known.generation}-{self.mark}",
                now=self.clock.monotonic,
                heard=self.heard,
            )
        return self._exchange


def _drains(failure: Failure) -> bool:
    """Say whether the centre takes what we have and gives nothing: an old program, or we leave."""
    if not isinstance(failure, CentreSaid):
        return False
    return failure.remedy in {Remedy.DRAIN, Remedy.HAND_IN}


def _hopeless(failure: Failure) -> bool:
    """Say whether asking for anything else right away is of no use."""
    if isinstance(failure, NoConnection):
        return not failure.reached
    return failure.kind is Kind.AUTH or failure.remedy is Remedy.OBEY
