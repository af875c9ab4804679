"""Photos to the centre, after the operations that name them (sync.md 4.7)."""

from gridworker.storage import blobs
from gridworker.storage.photos import PhotoFileDamaged
from sync.problem import STORAGE_PAUSE, CentreSaid, Kind, Remedy
from sync.round import Round
from sync.transport import NoConnection
from sync.tus import Upload, WrongHash, upload

AT_ONCE = 20


def send_photos(now: Round) -> None:
    """Send what waits, each from where its last attempt stopped.

    A photo that cannot be read or that arrives changed does not stop the others. Raises
    CentreSaid and NoConnection when the centre has no room or cannot be reached.
    """
    tried: set[str] = set()
    while now.photo_pause.over(now.clock.monotonic()):
        with now.store.read() as session:
            waiting = blobs.waiting(session, AT_ONCE + len(tried))
        fresh = [row for row in waiting if row.sha256 not in tried]
        if not fresh:
            return
        for row in fresh:
            if now.cancelled():
                return
            tried.add(row.sha256)
            try:
                _send(now, row)
            except CentreSaid as said:
                if said.remedy is Remedy.PAUSE_PHOTOS:
                    wait = said.wait or STORAGE_PAUSE
                    now.photo_pause.begin(now.clock.monotonic(), wait)
                    now.note("sync_storage_full")
                    return
                if said.kind not in {Kind.REQUEST, Kind.BUG}:
                    raise
                now.note(said.code, sha256=row.sha256)


def _send(now: Round, row: blobs.BlobRow) -> None:
    try:
        data = now.store.photos.read(row.name, row.dek, record=row.record)
    except PhotoFileDamaged:
        now.note("sync_photo_unreadable", sha256=row.sha256, op_id=row.op_id)
        return

    def progress(offset: int) -> None:
        if offset < len(data):
            with now.store.write.begin() as session:
                blobs.progress(session, row.sha256, offset)

    try:
        upload(
            now.exchange,
            Upload(row.sha256, row.mime, row.op_id),
            data,
            started=row.state == "uploading",
            progress=progress,
        )
    except WrongHash:
        now.note("sync_photo_changed_on_the_way", sha256=row.sha256)
        return
    except NoConnection:
        progress(max(row.offset, 0))
        raise
    with now.store.write.begin() as session:
        blobs.sent(session, row.sha256)
    now.count("photos_stored")
    now.store.changed(frozenset({"photo"}))
