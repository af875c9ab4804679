"""Photos: tus 1.0 to bring them, GET to read them (sync.md 4.7)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from litestar import Request, delete, get, head, patch, post, route
from litestar.datastructures import Headers
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import Receive

from central.api import tus
from central.api.answers import Answer
from central.api.arriving import Arrivals
from central.api.file_answer import FileAnswer, FilePart
from central.api.gathering import Gathering
from central.api.marking import Expected, Marks
from central.api.receiving import Taken, Turn, Turns, take_in
from central.api.sync_routes import call_of
from central.blobs import NAME
from central.lanes import Lanes
from central.problem import Refused
from central.service import uploads, whole
from central.service.parts import Call, Parts
from central.service.uploads import Settled, Standing, Upload
from central.service.whole import Outcome, Whole
from gridworker.wire import MAX_INLINE_BLOB

BLOBS = "/v1/blobs"
ONE = "/v1/blobs/{blob_id:str}"
Asked = Request[Any, Any, Any]


def routes(parts: Parts, lanes: Lanes) -> list[HTTPRouteHandler]:
    """Return the routes of photos."""
    desk = _Desk(parts, lanes)

    @route(BLOBS, http_method=HttpMethod.OPTIONS, status_code=204, summary="What of tus is spoken")
    async def abilities() -> Answer[None]:
        return Answer(b"", tus.ABILITIES)

    @route(ONE, http_method=HttpMethod.OPTIONS, status_code=204, summary="What of tus is spoken")
    async def abilities_of_one(blob_id: FromPath[str]) -> Answer[None]:
        del blob_id
        return Answer(b"", tus.ABILITIES)

    @post(BLOBS, status_code=201, summary="Announce a photo, perhaps with its first bytes")
    async def create(request: Asked) -> Answer[None]:
        return await desk.create(request)

    @head(ONE, summary="How much of a photo is here")
    async def standing(request: Asked, blob_id: FromPath[str]) -> Answer[None]:
        return await desk.standing(request, blob_id)

    @patch(ONE, status_code=204, summary="The next bytes of a photo")
    async def append(request: Asked, blob_id: FromPath[str]) -> Answer[None]:
        return await desk.append(request, blob_id)

    @delete(ONE, status_code=204, summary="Give up an unfinished upload")
    async def drop(request: Asked, blob_id: FromPath[str]) -> None:
        await desk.drop(request, blob_id)

    @get(ONE, summary="The photo, or a range of it")
    async def read(request: Asked, blob_id: FromPath[str]) -> FileAnswer:
        return await desk.read(request, blob_id)

    return [abilities, abilities_of_one, create, standing, append, drop, read]


class _Desk:
    """Does what the routes say."""

    def __init__(self, parts: Parts, lanes: Lanes) -> None:
        self._parts = parts
        self._lanes = lanes
        self._turns = Turns()
        self._marks = Marks(self._mark)
        self._arrivals = Arrivals()
        self._together = Gathering(self._keep_all)

    async def create(self, request: Asked) -> Answer[None]:
        tus.check_version(request.headers)
        length = tus.number(request.headers, "upload-length")
        raw = request.headers.get("upload-metadata", "")
        names = tus.metadata(raw)
        if not _is_whole(request.headers, length, names.get("sha256", "")):
            return await self._begin(request, request.receive, length, names, raw)
        async with self._arrivals.take_in(request.receive, length) as came:
            body = came.whole(length)
            if body is not None:
                photo = Whole(names["sha256"], names.get("filetype", "")[:100], raw, body)
                return await self._keep(call_of(request), photo)
        return await self._begin(request, came.receive, length, names, raw)

    async def _keep(self, call: Call, photo: Whole) -> Answer[None]:
        outcome = await self._together.add(call.token, (call, photo))
        if isinstance(outcome, Refused):
            raise outcome
        if isinstance(outcome, Settled):
            # In another line than the one to the disk: the next photos go there meanwhile.
            await self._marks.add(call, outcome)
        standing = Standing(photo.size, photo.size)
        return _answer(201, standing, location=photo.sha256)

    async def _keep_all(self, asked: Sequence[tuple[Call, Whole]]) -> Sequence[Outcome]:
        """Bring photos of one device to their place."""
        parts, (call, _) = self._parts, asked[0]
        photos = [photo for _, photo in asked]
        outcomes = await self._lanes.photos(lambda: whole.keep(parts, call, photos))
        for other, _ in asked:
            other.acked = call.acked
        return outcomes

    async def _begin(
        self, request: Asked, receive: Receive, length: int, names: dict[str, str], raw: str
    ) -> Answer[None]:
        call, parts = call_of(request), self._parts
        first = request.headers.get("content-type") == tus.OFFSET_TYPE
        standing = await self._lanes.photos(
            lambda: uploads.begin(parts, call, length=length, names=names, raw=raw)
        )
        upload = standing.upload
        if upload is None:
            return _answer(201, standing, location=names["sha256"])
        offset = standing.offset
        if first or length == 0:
            checksum = tus.Checksum(request.headers.get("upload-checksum"))
            offset = await self._take(receive, call, upload, None, checksum)
        elif offset == 0:
            await self._lanes.photos(lambda: uploads.announce(parts, upload))
        return _answer(201, Standing(offset, length, upload), location=upload.id)

    async def standing(self, request: Asked, blob_id: str) -> Answer[None]:
        tus.check_version(request.headers)
        call = call_of(request)
        known = await self._lanes.read(lambda: uploads.asker(self._parts, call))
        await self._turns.settled(f"{known.device.id}.{blob_id}")
        found = await self._lanes.photos(lambda: uploads.standing(self._parts, call, blob_id))
        upload = found.upload
        if upload is not None and found.offset == found.length:
            # It was whole when the centre stopped: it is not there before it is verified.
            with self._marks.expect(upload.device_id) as expected:
                await self._finish(call, upload, expected)
        return _answer(200, found)

    async def append(self, request: Asked, blob_id: str) -> Answer[None]:
        tus.check_version(request.headers)
        call, parts = call_of(request), self._parts
        offset = tus.number(request.headers, "upload-offset")
        if request.headers.get("content-type") != tus.OFFSET_TYPE:
            raise Refused("unsupported-encoding", f"Content-Type is to be {tus.OFFSET_TYPE}")
        checksum = tus.Checksum(request.headers.get("upload-checksum"))
        found = await self._lanes.read(lambda: uploads.unfinished(parts, call, blob_id))
        size = await self._take(request.receive, call, found, offset, checksum)
        return _answer(204, Standing(size, found.length, found))

    async def drop(self, request: Asked, blob_id: str) -> None:
        tus.check_version(request.headers)
        call = call_of(request)
        known = await self._lanes.read(lambda: uploads.asker(self._parts, call))
        async with self._turns.take(f"{known.device.id}.{blob_id}"):
            await self._lanes.photos(lambda: uploads.drop(self._parts, call, blob_id))

    async def read(self, request: Asked, blob_id: str) -> FileAnswer:
        call, parts = call_of(request), self._parts
        photo = await self._lanes.photos(lambda: uploads.readable(parts, call, blob_id))
        wanted = tus.byte_range(request.headers.get("range"), photo.size)
        start, end = wanted or (0, photo.size)
        headers = {
            "Content-Type": _media(photo.mime),
            "Content-Length": str(end - start),
            "Accept-Ranges": "bytes",
            "ETag": f'"{blob_id}"',
            "Cache-Control": "private, no-store",
            "Content-Disposition": "attachment",
        }
        if wanted is not None:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{photo.size}"
        file = await self._lanes.photos(lambda: parts.blobs.open(blob_id, start))
        status = 200 if wanted is None else 206
        return FileAnswer(FilePart(file, end - start), self._lanes, status, headers)

    async def _take(
        self,
        receive: Receive,
        call: Call,
        upload: Upload,
        offset: int | None,
        checksum: tus.Checksum,
    ) -> int:
        """Take in a body from `offset` on, None being the beginning; finish what is whole."""
        parts = self._parts
        async with self._turns.take(upload.name) as turn:
            with self._marks.expect(upload.device_id) as expected:
                if offset is None:
                    taken = await self._first(receive, turn, upload, checksum)
                else:
                    start = await self._lanes.photos(lambda: uploads.size_of(parts, upload))
                    if offset != start:
                        raise Refused("wrong-offset", headers={"Upload-Offset": str(start)})
                    taken = await self._next(receive, turn, upload, start, checksum)
                if taken.size == upload.length:
                    await self._finish(call, upload, expected, taken.sha256)
        return taken.size

    async def _first(
        self, receive: Receive, turn: Turn, upload: Upload, checksum: tus.Checksum
    ) -> Taken:
        """Take in what comes with the announcement; only what is not whole is announced."""
        taken: Taken | None = None
        try:
            taken = await self._next(receive, turn, upload, 0, checksum)
        finally:
            if taken is None or taken.size < upload.length:
                with suppress(OSError):  # a full disk: it begins anew
                    uploads.announce(self._parts, upload)
        return taken

    async def _next(
        self, receive: Receive, turn: Turn, upload: Upload, start: int, checksum: tus.Checksum
    ) -> Taken:
        part = self._parts.blobs.part(upload.name)
        return await take_in(
            receive, turn, part, start=start, length=upload.length, checksum=checksum
        )

    async def _finish(
        self, call: Call, upload: Upload, expected: Expected, found: str | None = None
    ) -> None:
        """Bring a whole upload to its place, then into the books: the first may take long."""
        settled = await self._lanes.photos(lambda: uploads.settle(self._parts, upload, found=found))
        await self._marks.add(call, settled, expected)

    async def _mark(self, call: Call, settled: Sequence[Settled]) -> None:
        await self._lanes.write(lambda: uploads.mark(self._parts, call, settled))


def _is_whole(headers: Headers, length: int, sha256: str) -> bool:
    """Say whether a request promises the whole of a small photo of a known hash, and no more."""
    return (
        0 < length <= MAX_INLINE_BLOB
        and headers.get("content-length") == str(length)
        and headers.get("content-type") == tus.OFFSET_TYPE
        and "upload-checksum" not in headers
        and NAME.match(sha256) is not None
    )


def _answer(status: int, standing: Standing, *, location: str | None = None) -> Answer[None]:
    headers = {"Upload-Offset": str(standing.offset), "Cache-Control": "no-store"}
    if status == 200:  # noqa: PLR2004  (the answer to HEAD)
        headers["Upload-Length"] = str(standing.length)
        if standing.upload is not None and standing.upload.metadata:
            headers["Upload-Metadata"] = standing.upload.metadata
    if standing.upload is not None and standing.offset < standing.length:
        headers["Upload-Expires"] = tus.http_date(standing.upload.expires_at)
    if location is not None:
        headers["Location"] = f"{BLOBS}/{location}"
    return Answer(b"", headers, status)


def _media(mime: str) -> str:
    """Return a photo's type; anything else is only bytes, so that no browser runs it."""
    plain = mime.startswith("image/") and mime.isascii() and mime.isprintable()
    return mime if plain else tus.BYTES_TYPE
