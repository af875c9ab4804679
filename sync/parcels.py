"""The way by stick: what waits goes into a parcel, and its answer brings verdicts and changes.

Writing changes nothing on the laptop, so a stick that is lost costs nothing and the network may
bring the same meanwhile. An answer is taken in by the code that takes in the network's answers;
what does not fit where the laptop stands by then is left out: something newer is here already.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

import msgspec
import uuid_utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from gridworker.app.ports import Clock, ParcelTaken, ParcelWritten
from gridworker.domain.times import utc_text
from gridworker.parcel import (
    TO_CENTRE,
    TO_DEVICE,
    InTheWay,
    Label,
    NoParcel,
    NotForUs,
    opened,
    wrapped,
)
from gridworker.parcel_contents import (
    ANSWER,
    OPERATIONS,
    PAGES,
    PHOTOS,
    REQUEST,
    RESULTS,
    Another,
    CarriedPhoto,
    ParcelAnswer,
    ParcelPage,
    ParcelRequest,
    name,
)
from gridworker.storage import blobs, confirmed, outbox, recovery, state, sync_log
from gridworker.storage.door import Session
from gridworker.storage.photos import PhotoFileDamaged
from gridworker.wire import MAX_OPS, MAX_PUSH_BYTES, PROTOCOL, PushResponse, problem_type
from sync.forks import become, begins_at
from sync.round import Store

T = TypeVar("T")
EPOCH_CHANGED = problem_type("epoch-changed")
Progress = Callable[[int, int], None]


class ParcelRefused(Exception):
    """The parcel cannot be made or used; `code` names the sentence. Nothing was changed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts: dict[str, object] = {}


class _Load(NamedTuple):
    """What is to go, and where the laptop stands; fields as in `ParcelRequest`."""

    known: state.DeviceState
    cursors: dict[str, int]
    anew: frozenset[str]
    begins: int
    pushes: list[bytes]
    operations: int
    photos: list[blobs.BlobRow]


@dataclass(frozen=True, slots=True)
class Courier:
    """Makes parcels for one device and takes in their answers; not while a round is under way.

    `sign` signs as the device, `answer_key` gives the private key for the answer to a parcel.
    `changed` is told the device's state when its id is another, before that is used.
    """

    store: Store
    clock: Clock
    sign: Callable[[bytes], bytes]
    answer_key: Callable[[str], X25519PrivateKey]
    changed: Callable[[state.DeviceState], object] = lambda _known: None

    def write(
        self,
        path: Path,
        *,
        to: str | None = None,
        progress: Progress = lambda _done, _all: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> ParcelWritten:
        """Put everything that waits into a parcel; `progress` hears bytes done and in all.

        Also what may still be undone, for a stick may be carried away at once: its retraction
        follows with the next, or by the network. `to` is the key (hex) it is sealed to, by default
        the centre's.

        Raises ParcelRefused (`parcel_no_key`, `parcel_in_the_way`, `parcel_no_place`,
        `parcel_cancelled`).
        """
        load = self._waiting()
        known = load.known
        sealed_to = to or known.sealing_key
        if not sealed_to:
            raise ParcelRefused("parcel_no_key")
        id_ = str(uuid_utils.uuid7())
        label = Label(TO_CENTRE, id_, known.device_id, utc_text(self.clock.now()))
        key = X25519PublicKey.from_public_bytes(bytes.fromhex(sealed_to))
        unreadable: set[str] = set()
        while True:
            carried = [row for row in load.photos if row.sha256 not in unreadable]
            request = ParcelRequest(
                protocol=PROTOCOL,
                epoch=known.epoch,
                acked=known.acked_seq,
                cursors=load.cursors,
                answer_key=self.answer_key(id_).public_key().public_bytes_raw().hex(),
                operations=load.operations,
                photos=[CarriedPhoto(row.sha256, row.mime, row.size) for row in carried],
                anew=sorted(load.anew),
                begins=load.begins,
            )
            try:
                with wrapped(path, label, to=key, sign=self.sign) as inside:
                    inside.add(REQUEST, msgspec.json.encode(request))
                    for number, body in enumerate(load.pushes, 1):
                        inside.add(name(OPERATIONS, number), body)
                    done, everything = 0, sum(row.size for row in carried)
                    for row in carried:
                        chunks = self._told(row, done, everything, progress, cancelled, unreadable)
                        inside.add_chunks(PHOTOS + row.sha256, row.size, chunks)
                        done += row.size
            except PhotoFileDamaged:
                continue  # it goes without this photo; `unreadable` says so
            except InTheWay as error:
                raise ParcelRefused("parcel_in_the_way") from error
            except OSError as error:
                raise ParcelRefused("parcel_no_place") from error
            break
        written = ParcelWritten(
            operations=load.operations, photos=len(carried), unreadable=len(unreadable), at=label.at
        )
        self._note("parcel_written", operations=load.operations, photos=len(carried))
        return written

    def read(self, path: Path) -> ParcelTaken:
        """Take in the answer to a parcel; one that was taken in before changes nothing.

        Raises ParcelRefused (`parcel_unreadable`, `parcel_not_ours`, `parcel_outdated`,
        `parcel_no_place`).
        """
        with self.store.read() as session:
            known = state.get(session)
        try:
            with opened(path, lambda label: _centre(label, known)) as parcel:
                return self._take(parcel.contents(self.answer_key(parcel.label.id)), known)
        except NotForUs as error:
            raise ParcelRefused("parcel_not_ours") from error
        except NoParcel as error:
            raise ParcelRefused("parcel_unreadable") from error
        except OSError as error:
            raise ParcelRefused("parcel_no_place") from error

    def _waiting(self) -> _Load:
        """Return what is to go, found as a push finds it, and leave no trace."""
        pushes, count, last = [], 0, 0
        with self.store.read() as session:
            known, cursors = state.get(session), confirmed.cursors(session)
            anew, begins = confirmed.read_anew(session), begins_at(session)
            while not known.rebuilt and (
                chosen := outbox.batch(session, limit=MAX_OPS, max_bytes=MAX_PUSH_BYTES, after=last)
            ):
                pushes.append(b'{"ops":[' + b",".join(op.encoded for op in chosen) + b"]}")
                count, last = count + len(chosen), chosen[-1].seq
            photos = blobs.carried(session, last)
        return _Load(known, cursors, anew, begins, pushes, count, photos)

    def _told(
        self,
        row: blobs.BlobRow,
        done: int,
        everything: int,
        progress: Progress,
        cancelled: Callable[[], bool],
        unreadable: set[str],
    ) -> Iterator[bytes]:
        try:
            for chunk in self.store.photos.chunks(row.name, row.dek, record=row.record):
                if cancelled():
                    raise ParcelRefused("parcel_cancelled")
                yield chunk
                done += len(chunk)
                progress(done, everything)
        except PhotoFileDamaged:
            unreadable.add(row.sha256)
            raise

    def _take(
        self, contents: Iterator[tuple[str, BinaryIO]], known: state.DeviceState
    ) -> ParcelTaken:
        answer = _decoded(next(contents, ("", None)), ANSWER, ParcelAnswer)
        taken = ParcelTaken(at=answer.at)
        if answer.another is not None:
            return self._leave(taken, answer.another)
        if answer.epoch != known.epoch:
            problem = answer.problem
            told = problem is not None and problem.type == EPOCH_CHANGED
            if problem is None or not told or problem.epoch not in {None, answer.epoch}:
                raise ParcelRefused("parcel_outdated")
            with self.store.write.begin() as session:
                confirmed.begin_epoch(session, answer.epoch, answer.acked, problem.decided)
            taken = msgspec.structs.replace(taken, restored=True)
        elif answer.problem is not None and answer.problem.expected is not None:
            with self.store.write.begin() as session:
                outbox.rewind(session, answer.problem.expected)
        has_pages = False
        for entry in contents:
            if entry[0].startswith(RESULTS):
                taken = self._settle(taken, _decoded(entry, RESULTS, PushResponse))
            elif entry[0].startswith(PAGES):
                has_pages = True
                taken = self._keep(taken, _decoded(entry, PAGES, ParcelPage), answer)
        with self.store.write.begin() as session:
            for sha256 in answer.photos:
                blobs.sent(session, sha256)
            if known.rebuilt and not has_pages:  # this device may only hand in
                recovery.take_up(session, answer.acked)
        self.store.changed(frozenset({"op", "photo"}))
        counters = {"applied": taken.applied, "refused": taken.refused, "pulled": taken.pulled}
        self._note("parcel_taken", **counters)
        return msgspec.structs.replace(taken, photos=len(answer.photos))

    def _leave(self, taken: ParcelTaken, another: Another) -> ParcelTaken:
        """Go on as a device of its own: this is a copy, and what it has left goes with the next.

        Only where the laptop stands as its parcel said: else it has heard by another way since, and
        what looked like a copy may have been a late stick.
        """
        fork = another.fork
        with self.store.write.begin() as session:
            known = state.get(session)
            if known.device_id != fork.former or known.acked_seq != another.acked:
                return msgspec.structs.replace(taken, overtaken=True)
            if begins_at(session) > fork.acked:
                return msgspec.structs.replace(taken, overtaken=True)
            self.changed(become(session, another.device, fork))
        self.store.changed(frozenset({"op"}))
        self._note("sync_device_forked")
        return msgspec.structs.replace(taken, copied=True)

    def _settle(self, taken: ParcelTaken, answer: PushResponse) -> ParcelTaken:
        with self.store.write.begin() as session:
            outbox.settle(session, answer.results)
        verdicts = [result.verdict for result in answer.results]
        return msgspec.structs.replace(
            taken,
            applied=taken.applied + verdicts.count("applied") + verdicts.count("noop"),
            refused=taken.refused + verdicts.count("refused"),
            quarantined=taken.quarantined + verdicts.count("quarantined"),
        )

    def _keep(self, taken: ParcelTaken, found: ParcelPage, answer: ParcelAnswer) -> ParcelTaken:
        """Keep a page if the laptop stands just before it; else the network has been faster.

        A page from before a verdict that is here would end that operation without its effect.
        """
        page = found.page
        with self.store.write.begin() as session:
            here, acked = confirmed.cursors(session), state.get(session).acked_seq
            moved = any(here.get(s, 0) != found.after.get(s, 0) for s in here.keys() | found.after)
            if moved or acked > answer.acked:
                return msgspec.structs.replace(taken, overtaken=True)
            kinds = confirmed.apply_page(session, page, epoch=answer.epoch)
            if not page.more:
                self._arrived(session, answer)
        self.store.changed(kinds)
        return msgspec.structs.replace(taken, pulled=taken.pulled + len(page.changes))

    def _arrived(self, session: Session, answer: ParcelAnswer) -> None:
        """Note that the laptop is whole as of the answer; give numbers to what was made anew."""
        known = state.get(session)
        if known.rebuilt:
            recovery.take_up(session, answer.acked)
        if known.last_sync is None or known.last_sync < answer.at:
            state.put(session, last_sync=answer.at)

    def _note(self, code: str, **facts: object) -> None:
        with self.store.write.begin() as session:
            sync_log.append(session, at=utc_text(self.clock.now()), ok=True, code=code, facts=facts)


def _centre(label: Label, known: state.DeviceState) -> Ed25519PublicKey:
    if label.way != TO_DEVICE:
        raise NoParcel("a parcel to the centre, not an answer")
    if label.device != known.device_id:
        raise ParcelRefused("parcel_not_ours")
    key = known.server_key
    return Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key + "=" * (-len(key) % 4)))


def _decoded(entry: tuple[str, BinaryIO | None], folder: str, kind: type[T]) -> T:
    """Read a body; the centre has signed it, so that one which cannot be read is a newer one's."""
    name_, file = entry
    if file is None or not name_.startswith(folder):
        raise NoParcel(f"{folder} is missing")
    try:
        return msgspec.json.decode(file.read(), type=kind)
    except msgspec.DecodeError as error:
        raise NoParcel(str(error)) from error
