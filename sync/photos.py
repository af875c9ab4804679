"""Photos to the centre, after the operations that name them (sync.md 4.7)."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from gridworker.storage import blobs
from gridworker.storage.photos import PhotoFileDamaged
from sync.problem import STORAGE_PAUSE, CentreSaid, Failure, Kind, Remedy
from sync.round import Round
from sync.schedule import side_by_side
from sync.transport import NoConnection
from sync.tus import Upload, WrongHash, upload

PAGE = 20
MOST_BYTES = 8 * 1024 * 1024
MOST_UNKEPT = 8  # how many that arrived are sent once more if the power goes now
KEEP_SECONDS = 0.2


def send_photos(now: Round, *, at_once: int = 1) -> None:
    """Send what waits, each from where its last attempt stopped, `at_once` of them side by side.

    Side by side only while the network is quick: on a slow one they would all be late. A photo that
    cannot be read or that arrives changed does not stop the others. Raises CentreSaid and
    NoConnection when the centre has no room or cannot be reached.
    """
    with _lines(now, at_once) as lines:
        _Sending(now, lines, at_once).until_done()


def _lines(now: Round, at_once: int) -> Executor:
    return ThreadPoolExecutor(at_once, thread_name_prefix="photo") if at_once > 1 else now.line()


@dataclass(slots=True)
class _Sending:
    """Photos under way; what the store learns of them it learns in the caller's thread."""

    now: Round
    lines: Executor
    at_once: int
    width: int = 1
    failure: Failure | None = None
    stopped: bool = False
    under_way: dict[Future[float | None], blobs.BlobRow] = field(default_factory=dict)
    arrived: list[str] = field(default_factory=list)

    def until_done(self) -> None:
        """Send until nothing waits or a failure ends it; what is under way is waited for."""
        try:
            self._send_all()
        finally:
            self._keep()
        if self.failure is not None:
            raise self.failure

    def _send_all(self) -> None:
        waiting = self._waiting()
        following = next(waiting, None)
        while True:
            while following is not None and self._has_room(following) and not self._ends():
                self.under_way[self.lines.submit(_send, self.now, following)] = following
                following = next(waiting, None)
            if not self.under_way:
                break
            patience = KEEP_SECONDS if self.arrived else None
            done, _ = wait(self.under_way, patience, return_when=FIRST_COMPLETED)
            self._settle({future: self.under_way.pop(future) for future in done})
            if not done or len(self.arrived) >= MOST_UNKEPT:
                self._keep()

    def _waiting(self) -> Iterator[blobs.BlobRow]:
        """Yield each photo once, also those that come while others are sent."""
        tried: set[str] = set()
        while True:
            with self.now.store.read() as session:
                rows = blobs.waiting(session, PAGE + len(tried))
            fresh = [row for row in rows if row.sha256 not in tried]
            if not fresh:
                return
            for row in fresh:
                tried.add(row.sha256)
                yield row

    def _has_room(self, row: blobs.BlobRow) -> bool:
        """Say whether one more fits; a large one goes alone, because all lie in memory."""
        if not self.under_way:
            return True
        size = row.size + sum(other.size for other in self.under_way.values())
        return len(self.under_way) < self.width and size <= MOST_BYTES

    def _ends(self) -> bool:
        now = self.now
        paused = not now.photo_pause.over(now.clock.monotonic())
        self.stopped = self.stopped or self.failure is not None or paused or now.cancelled()
        return self.stopped

    def _settle(self, done: dict[Future[float | None], blobs.BlobRow]) -> None:
        """Learn what came of some photos."""
        for future, row in done.items():
            try:
                seconds = future.result()
            except NoConnection as lost:
                self.failure = self.failure or lost
            except CentreSaid as said:
                self._refused(said, row)
            else:
                if seconds is not None:
                    self.arrived.append(row.sha256)
                    self.width = side_by_side(self.width, seconds, self.at_once)

    def _keep(self) -> None:
        """Note that photos arrived, several in one transaction: it costs more than they do."""
        sent, self.arrived = self.arrived, []
        if sent:
            with self.now.store.write.begin() as session:
                blobs.sent(session, *sent)
            self.now.count("photos_stored", len(sent))
            self.now.store.changed(frozenset({"photo"}))

    def _refused(self, said: CentreSaid, row: blobs.BlobRow) -> None:
        now = self.now
        if said.remedy is Remedy.PAUSE_PHOTOS:
            if not self.stopped:
                now.note("sync_storage_full")
            self.stopped = True
            now.photo_pause.begin(now.clock.monotonic(), said.wait or STORAGE_PAUSE)
        elif said.kind in {Kind.REQUEST, Kind.BUG}:
            now.note(said.code, sha256=row.sha256)
        else:
            self.failure = self.failure or said


def _send(now: Round, row: blobs.BlobRow) -> float | None:
    """Bring one photo to the centre; return the seconds that took, None when it stays here."""
    began = now.clock.monotonic()
    try:
        data = now.store.photos.read(row.name, row.dek, record=row.record)
    except PhotoFileDamaged:
        now.note("sync_photo_unreadable", sha256=row.sha256, op_id=row.op_id)
        return None

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
        return None
    except NoConnection:
        progress(max(row.offset, 0))
        raise
    return now.clock.monotonic() - began
