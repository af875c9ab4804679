"""Reading what a device pushed: which operations there are, and which of them cannot be one."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from central.problem import Refused
from central.service import versions
from central.service.versions import TRANSLATIONS, Translation
from gridworker.domain.operations import Operation
from gridworker.domain.record import HASH
from gridworker.wire import (
    MAX_OP_BYTES,
    MAX_OPS,
    NotCanonical,
    hashed_payload,
    payload,
)

FRONT = re.compile(rb'\{"seq":([1-9][0-9]{0,15}),(?=")')
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
MOST_SEQ = 2**53
APART = ("seq", "sig")
Encoded = bytes | msgspec.Raw


def _no_float(text: str) -> float:
    """Refuse what has no canonical form."""
    raise NotCanonical(text)


_sorted = msgspec.json.Encoder(order="sorted")
_plain = msgspec.json.Decoder(Operation, float_hook=_no_float)
_object = msgspec.json.Decoder(dict[str, Any])


class Incoming(msgspec.Struct, frozen=True):
    """An operation as received; without `operation` it can only be refused, `flaw` says why.

    `encoded` is what is kept of it: all that was sent, its numbering and signature before the rest.
    `targets` are the ids of the records it names. `args` are its arguments even where it cannot be
    read otherwise.
    """

    op_id: str
    seq: int
    hash: str
    type: str
    args: dict[str, Any]
    encoded: bytes
    operation: Operation | None
    targets: tuple[str, ...] = ()
    flaw: str = ""
    canonical: bool = True

    @property
    def after(self) -> tuple[str, ...]:
        """Return the ids of the operations that this one builds on."""
        return self.operation.after if self.operation else ()

    @property
    def photos(self) -> list[dict[str, Any]]:
        """Return the photos it names by a hash, whatever else is wrong with it."""
        photos = self.args.get("photos")
        if not isinstance(photos, list):
            return []
        return [p for p in photos if isinstance(p, dict) and HASH.match(str(p.get("sha256")))]


def read(
    ops: Iterable[Encoded], translations: Mapping[str, Translation] = TRANSLATIONS
) -> list[Incoming]:
    """Read a batch; raises Refused when it is not a run of numbered operations.

    Those of an older version read as `translations` say; they are kept and known as they came.
    """
    given = list(map(bytes, ops))
    if len(given) > MAX_OPS:
        raise Refused("too-large", f"at most {MAX_OPS} operations")
    batch = [_as_sent(one, translations) or _read(one, translations) for one in given]
    first = batch[0].seq if batch else 0
    if any(op.seq != first + place for place, op in enumerate(batch)):
        raise Refused("malformed", "seq is not contiguous")
    if len({op.op_id for op in batch}) != len(batch):
        raise Refused("malformed", "an op_id occurs twice")
    return batch


def _as_sent(encoded: bytes, translations: Mapping[str, Translation]) -> Incoming | None:
    """Return an operation that came in its canonical form, as laptops send them; None for another.

    What writes the same bytes again has nothing in it that is unknown, left out or a fraction.
    """
    front = FRONT.match(encoded)
    if front is None:
        return None
    form = b"{" + encoded[front.end() :]
    try:
        operation = _plain.decode(form)
        if _sorted.encode(operation) != form:
            return None
    except (msgspec.DecodeError, OverflowError, ValueError):
        return None
    seq = int(front[1])
    if operation.type in translations or not UUID.match(operation.op_id) or seq >= MOST_SEQ:
        return None
    flaw = _flaw(operation, len(encoded))
    return Incoming(
        operation.op_id,
        seq,
        hashed_payload(form),
        operation.type,
        operation.args,
        encoded,
        None if flaw else operation,
        () if flaw else _targets(operation),
        flaw,
    )


def _read(encoded: bytes, translations: Mapping[str, Translation]) -> Incoming:
    """Return any operation; raises Refused(`malformed`) for what is none."""
    try:
        raw = _object.decode(encoded)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused("malformed", str(error)) from error
    op_id, seq = raw.get("op_id"), raw.get("seq")
    if not isinstance(op_id, str) or not UUID.match(op_id):
        raise Refused("malformed", "op_id is not a UUID")
    if type(seq) is not int or not 1 <= seq < MOST_SEQ:
        raise Refused("malformed", "seq is not a positive integer")
    try:
        form, canonical = _form(raw)
        whole = _whole(raw, form)
    except (OverflowError, ValueError) as error:
        raise Refused("malformed", "a number is too large") from error
    operation = None
    try:
        raw = versions.newest(raw, translations)
    except Exception as error:  # noqa: BLE001  (whatever a translation does not expect)
        flaw = f"not an operation of its version ({type(error).__name__})"
    else:
        operation, flaw = _operation(raw, len(whole)) if canonical else (None, "not canonical")
    args = raw.get("args")
    return Incoming(
        op_id,
        seq,
        hashed_payload(form),
        str(raw.get("type")),
        args if isinstance(args, dict) else {},
        whole,
        operation,
        _targets(operation) if operation else (),
        flaw,
        canonical,
    )


def _form(raw: dict[str, Any]) -> tuple[bytes, bool]:
    """Return what of an operation is hashed, and whether that is its canonical form."""
    try:
        return payload(raw), True
    except NotCanonical:
        return _sorted.encode({key: raw[key] for key in raw.keys() - APART}), False


def _whole(raw: dict[str, Any], form: bytes) -> bytes:
    """Return all of an operation, given the form of it that is hashed."""
    apart = {key: raw[key] for key in APART if key in raw}
    return b"%b,%b" % (msgspec.json.encode(apart)[:-1], form[1:])


def _targets(operation: Operation) -> tuple[str, ...]:
    to = operation.args.get("to")
    named = to.get("id") if isinstance(to, dict) else None
    own = (operation.entity.id,)
    return (*own, named) if isinstance(named, str) and UUID.match(named) else own


def _operation(raw: dict[str, Any], size: int) -> tuple[Operation | None, str]:
    """Return an operation, or None and why it cannot be one."""
    try:
        operation = msgspec.convert(raw, Operation)
    except msgspec.ValidationError as error:
        return None, str(error)
    flaw = _flaw(operation, size)
    return None if flaw else operation, flaw


def _flaw(operation: Operation, size: int) -> str:
    if size > MAX_OP_BYTES:
        return f"more than {MAX_OP_BYTES} bytes"
    if not UUID.match(operation.entity.id):
        return "the id of the entity is not a UUID"
    if operation.after and not all(UUID.match(op_id) for op_id in operation.after):
        return "after names something that is not an operation"
    if operation.redo_of is not None and operation.redo_of not in operation.after:
        return "redo_of names what is not in after"
    return ""
