"""Our side of tus 1.0: a file to the centre, from where an earlier attempt stopped."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import msgspec

from gridworker.wire import MAX_INLINE_BLOB
from sync.exchange import Exchange, NotTheCentre
from sync.problem import read_problem
from sync.transport import Reply, whole_number

OFFSET = "application/offset+octet-stream"
TURNS = 4
OK, CREATED, NO_CONTENT = 200, 201, 204
NOT_FOUND, CONFLICT, GONE, WRONG_HASH = 404, 409, 410, 460


class Upload(msgspec.Struct, frozen=True):
    """What a file is called on the wire; the id of an upload is the hash of its bytes."""

    sha256: str
    mime: str
    op_id: str


class WrongHash(Exception):
    """The centre received other bytes than were sent and has dropped them; send them again."""


class _Lost(Exception):
    """The upload is not where we thought; its offset has to be asked for."""


def upload(
    exchange: Exchange,
    what: Upload,
    data: bytes,
    *,
    started: bool,
    progress: Callable[[int], None],
) -> None:
    """Bring `data` to the centre; returns when the centre has verified its hash.

    `started` says that an earlier attempt may have left a part there. `progress` is told how many
    bytes the centre holds. Raises NoConnection, CentreSaid and WrongHash.
    """
    place, offset = f"/v1/blobs/{what.sha256}", None
    if started:
        offset = _standing(exchange, place, len(data))
    for _ in range(TURNS):
        try:
            if offset is None:
                place, offset = _create(exchange, what, data)
                progress(offset)
            if offset < len(data):
                offset = _append(exchange, place, data, offset)
                progress(offset)
            if offset == len(data):
                return
        except _Lost:
            offset = _standing(exchange, place, len(data))
    raise NotTheCentre


def _standing(exchange: Exchange, place: str, size: int) -> int | None:
    """Ask how much is there; None when nothing is."""
    reply = exchange.blob("HEAD", place, {})
    if reply.status in {NOT_FOUND, GONE}:
        return None
    return _offset(_expect(reply, {OK}), size)


def _create(exchange: Exchange, what: Upload, data: bytes) -> tuple[str, int]:
    """Create the upload with its first bytes; return where it is and how much it took."""
    names = {"sha256": what.sha256, "filetype": what.mime, "op": what.op_id}
    first = data[:MAX_INLINE_BLOB]
    headers = {
        "Upload-Length": str(len(data)),
        "Upload-Metadata": ",".join(f"{k} {_text(v)}" for k, v in names.items()),
        "Content-Type": OFFSET,
    }
    reply = exchange.blob("POST", "/v1/blobs", headers, first)
    if reply.status == CONFLICT:
        raise _Lost
    _expect(reply, {CREATED})
    taken = _offset(reply, len(data)) if "upload-offset" in reply.headers else 0
    return _location(reply.headers), taken


def _append(exchange: Exchange, place: str, data: bytes, offset: int) -> int:
    """Send the rest in one request; return how much is there now."""
    headers = {"Upload-Offset": str(offset), "Content-Type": OFFSET}
    reply = exchange.blob("PATCH", place, headers, data[offset:])
    if reply.status in {NOT_FOUND, CONFLICT, GONE}:
        raise _Lost
    return _offset(_expect(reply, {NO_CONTENT}), len(data))


def _text(value: str) -> str:
    return b64encode(value.encode()).decode()


def _location(headers: Mapping[str, str]) -> str:
    """Follow `Location` within the centre only: its host part is not ours to obey."""
    path = urlsplit(headers.get("location", "")).path
    at = path.find("/v1/blobs/")
    if at < 0:
        raise NotTheCentre
    return path[at:]


def _expect(reply: Reply, statuses: set[int]) -> Reply:
    if reply.status == WRONG_HASH:
        raise WrongHash
    if reply.status in statuses and "tus-resumable" in reply.headers:
        return reply
    if reply.status // 100 in {1, 2, 3}:
        raise NotTheCentre
    raise read_problem(reply, reply.body)


def _offset(reply: Reply, size: int) -> int:
    offset = whole_number(reply.headers.get("upload-offset"))
    if offset is None or offset > size:
        raise NotTheCentre
    return offset
