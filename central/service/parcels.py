"""Parcels from laptops that no network reaches: the same rules, with the verdicts on a stick.

Every part of a parcel is decided as if it had come over the network, by the same code, so a parcel
may come twice, late, or after the network has brought the same. A crash on the way costs nothing:
take the parcel in again.
"""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from central.problem import Refused
from central.service import epochs, forks, guard, identity, uploads, vouching
from central.service.parts import Call, Parts
from central.service.pull import pull
from central.service.push import push
from central.service.times import text_of
from central.store import devices
from central.store.photos import Photo
from gridworker.parcel import (
    TO_CENTRE,
    TO_DEVICE,
    Label,
    NoParcel,
    Wrapping,
    check_free,
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
from gridworker.wire import (
    MAX_PULL_BYTES,
    MAX_PULL_ROWS,
    PROTOCOL,
    AgainRequest,
    EnrolResponse,
    Fork,
    Problem,
    PullRequest,
    PullResponse,
    PushRequest,
    problem_type,
)

T = TypeVar("T")
MOST_JSON = 4 * 1024 * 1024
CHUNK = 256 * 1024


class Handed(msgspec.Struct, frozen=True):
    """What a parcel came to."""

    device: str
    operations: int
    photos: int
    problem: str | None


class NoAnswer(OSError):
    """A parcel was decided, and its answer could not be written: the place, and why."""


class UnknownDevice(LookupError):
    """The label names a device that is not enrolled here."""


def take_in(
    parts: Parts,
    source: Path,
    target: Path,
    *,
    key: X25519PrivateKey | None = None,
    last: bool = False,
    of: str | None = None,
) -> Handed:
    """Decide a parcel and write the answer that its laptop reads.

    `key` opens it, by default the centre's own; `last` takes in what a wiped device has left. `of`
    is whose it was, when the centre was set back to before the device: an operator vouches for it.

    Raises NoParcel, NotForUs, UnknownDevice, InTheWay, NoAnswer, OSError, what `vouching.know`
    raises, and Refused when the device may not hand in (`device-suspended`, `device-wiped`) or its
    parcel cannot be read (`malformed`, `client-too-old`); then there is no answer.
    """
    check_free(target, TO_DEVICE)
    opening = key or identity.opening_key(parts.settings["server_key"])
    if last and of is not None:
        vouching.know(parts, source, opening, of)
    with opened(
        source, lambda label: _sender(parts, label, vouched=last and of is not None)
    ) as parcel:
        label = parcel.label
        parts.store.read(lambda tx: guard.admit(tx, parts, Call(device=label.device, last=last)))
        handed = _Handed(parts, label, last=last)
        handed.read(parcel.contents(opening))
    signing = identity.signing_key(parts.settings["server_key"])
    back = Label(TO_DEVICE, label.id, label.device, text_of(parts.clock()))
    to = X25519PublicKey.from_public_bytes(bytes.fromhex(handed.asked.answer_key))
    try:
        with wrapped(target, back, to=to, sign=signing.sign) as inside:
            handed.write(inside)
    except OSError as error:
        raise NoAnswer(target, error.strerror) from error
    problem = handed.problem.type if handed.problem else None
    return Handed(label.device, handed.decided, len(handed.photos), problem)


class _Handed:
    """A parcel on its way through."""

    def __init__(self, parts: Parts, label: Label, *, last: bool) -> None:
        self._parts, self._label, self._last = parts, label, last
        self.asked = ParcelRequest(0, "", 0, {}, "", 0, [])
        self.results: list[bytes] = []
        self.photos: list[str] = []
        self.problem: Problem | None = None
        self.another: Another | None = None
        self.decided = 0
        self._epoch, self._acked, self._speaks_of = "", 0, ""

    def read(self, contents: Iterator[tuple[str, BinaryIO]]) -> None:
        """Decide the operations, then keep the photos."""
        first, file = next(contents, ("", None))
        if first != REQUEST or file is None:
            raise Refused("malformed", f"{REQUEST} is missing")
        self.asked = _decoded(file, ParcelRequest)
        if self.asked.protocol != PROTOCOL:
            raise Refused("client-too-old", f"protocol {PROTOCOL} is spoken")
        # Nobody is there any more to whom a new epoch, a gap or a copy could be told.
        self._speaks_of = epochs.current(self._parts) if self._last else self.asked.epoch
        self._decide(PushRequest([]))  # tells whether the centre was set back meanwhile
        promised = {photo.sha256: photo for photo in self.asked.photos}
        for entry, inside in contents:
            if entry.startswith(OPERATIONS) and self.problem is None:
                self._decide(_decoded(inside, PushRequest))
            elif entry.startswith(PHOTOS):
                self._keep(promised.get(entry.removeprefix(PHOTOS)), inside)

    def write(self, inside: Wrapping) -> None:
        """Say what came of it, and bring the laptop up to date."""
        pages = list(self._pages())
        answer = ParcelAnswer(
            epoch=self._epoch,
            acked=self._acked,
            at=text_of(self._parts.clock()),
            photos=self.photos,
            problem=self.problem,
            another=self.another,
        )
        inside.add(ANSWER, msgspec.json.encode(answer))
        for number, result in enumerate(self.results, 1):
            inside.add(name(RESULTS, number), result)
        for number, page in enumerate(pages, 1):
            inside.add(name(PAGES, number), msgspec.json.encode(page))

    def _decide(self, request: PushRequest) -> None:
        if self._last:
            request = PushRequest(_renumbered(request.ops, self._acked + 1))
        call = self._call(self._speaks_of)
        try:
            self.results.append(push(self._parts, call, request))
        except Refused as refused:
            self.problem = Problem(
                problem_type(refused.name), refused.title, refused.status, **_facts(refused)
            )
            if refused.name == "device-forked" and not self._last:
                self.another = self._become()
        else:
            self.decided += len(request.ops)
        self._acked = call.acked or self._acked

    def _become(self) -> Another | None:
        """Make the device that this copy goes on as, once however often the parcel comes."""
        begins, former = self.asked.begins, self._label.device
        if begins is None:
            return None  # an older program, which would not know what to do with it
        fork = Fork(former, f"{former}-{self._label.id}", begins)
        made = forks.again(self._parts, self._call(None), AgainRequest(begins), key=fork.key)
        return Another(fork, msgspec.json.decode(made, type=EnrolResponse), self.asked.acked)

    def _keep(self, photo: CarriedPhoto | None, file: BinaryIO) -> None:
        if photo is None:
            raise Refused("malformed", "a photo is not in the list")
        known = Photo(photo.sha256, photo.size, photo.mime[:100])
        chunks = iter(lambda: file.read(CHUNK), b"")
        try:
            uploads.take(
                self._parts, self._call(self._speaks_of), known, chunks, parcel=self._label.id
            )
        except Refused as refused:
            if refused.name not in {"wrong-hash", "too-large", "storage-full"}:
                raise
            return  # it stays on the laptop and comes again
        self.photos.append(photo.sha256)

    def _pages(self) -> Iterator[ParcelPage]:
        """Pull as the laptop would; in an epoch that it does not know, from the start.

        A device that may only hand in is told its verdicts and nothing more.
        """
        self._epoch = epochs.current(self._parts)
        cursors = self.asked.cursors if self.asked.epoch == self._epoch else {}
        anew = set(self.asked.anew)
        more = True
        while more:
            call = self._call(self._epoch)
            request = PullRequest(cursors, MAX_PULL_ROWS, MAX_PULL_BYTES, anew=sorted(anew))
            try:
                page = msgspec.json.decode(pull(self._parts, call, request), type=PullResponse)
            except Refused as refused:
                if refused.name != "scope-denied":
                    raise
                return
            self._acked = call.acked or 0
            yield ParcelPage(cursors, page)
            more = page.more
            anew |= {*page.reset, *(page.scopes.keys() - cursors.keys())}
            cursors = {scope: page.cursors.get(scope, 0) for scope in page.scopes}

    def _call(self, epoch: str | None) -> Call:
        """Ask as the laptop; what it claims to know holds in the epoch it knows."""
        known = epoch == self.asked.epoch and not self._last
        claimed = self.asked.acked if known else None
        return Call(device=self._label.device, epoch=epoch, claimed=claimed, last=self._last)


def _sender(parts: Parts, label: Label, *, vouched: bool) -> Ed25519PublicKey | None:
    if label.way != TO_CENTRE:
        raise NoParcel("an answer, not a parcel to the centre")
    device = parts.store.read(lambda tx: devices.get(tx, label.device))
    if device is None:
        raise UnknownDevice(label.device)
    key = device.pubkey
    if key == vouching.UNPROVEN:
        if vouched:
            return None
        raise UnknownDevice(label.device)
    return Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key + "=" * (-len(key) % 4)))


def _renumbered(ops: list[msgspec.Raw], first: int) -> list[msgspec.Raw]:
    """Return operations under other numbers; they are known by their ids and hashed without."""
    try:
        read = [msgspec.json.decode(op, type=dict[str, Any]) for op in ops]
    except msgspec.DecodeError as error:
        raise Refused("malformed", str(error)) from error
    told = ({**op, "seq": seq} for seq, op in enumerate(read, first))
    return [msgspec.Raw(msgspec.json.encode(op)) for op in told]


def _decoded(file: BinaryIO, kind: type[T]) -> T:
    data = file.read(MOST_JSON + 1)
    if len(data) > MOST_JSON:
        raise Refused("too-large", "a body in the parcel")
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        raise Refused("malformed", str(error)) from error


def _facts(refused: Refused) -> dict[str, Any]:
    known = refused.facts.keys() & {"expected", "epoch", "acked_seq", "decided"}
    return {"detail": refused.detail, **{key: refused.facts[key] for key in known}}
