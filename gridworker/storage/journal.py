"""The second, append-only copy of what only this device has (sync.md 5.4).

One file a day, `outbox-YYYYMMDD.log`. A frame is `GWJ1`, the length (4 bytes), a nonce (12 bytes)
and what is sealed with AES-256-GCM: the hash of the frame before, then the entry as msgpack. File
name and place are authenticated too. Every entry opens by itself, so damage costs the entries it
hits and is seen in the chain; a torn tail is what a power cut leaves of an unacknowledged save.
Behind the last frame there are zeros, written ahead: a save then waits for its own bytes only.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridworker.storage.blobs import BlobRow
from gridworker.storage.damage import told_when_full
from gridworker.storage.files import sync_folder, write_all

MARK: Final = b"GWJ1"
NONCE = 12
HEAD = len(MARK) + 4 + NONCE
LINK = 32
FIRST_DOMAIN = b"gw/journal/v1\0"
AHEAD = 1024 * 1024


class Kept(msgspec.Struct, frozen=True, tag="op", omit_defaults=True):
    """An operation as it was saved, with the keys of its photos and the drafts' rows of them.

    `encoded` is the canonical form without `seq`.
    """

    op_id: str
    seq: int
    encoded: bytes
    photos: tuple[BlobRow, ...] = ()
    drafts: tuple[Mapping[str, object], ...] = ()


class Aborted(msgspec.Struct, frozen=True, tag="abort"):
    """The operation above this line was never saved: its number is used again."""

    op_id: str


Entry = Kept | Aborted
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Entry)


class Reading(msgspec.Struct, frozen=True):
    """What a file holds: good entries, where the last one ends, its link, and what did not read.

    `damaged` counts entries that were lost or do not follow from the one before; a torn tail is
    none.
    """

    entries: tuple[Entry, ...]
    end: int
    link: bytes
    damaged: int = 0


class Journal:
    """Appends entries and reads them back; safe to use from any thread."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._cipher = AESGCM(key)
        self._lock = Lock()
        self._tail: dict[str, tuple[int, bytes]] = {}
        self._open: tuple[str, int] | None = None
        self._disk: ThreadPoolExecutor | None = None

    def append(self, entry: Entry, *, day: str) -> None:
        """Write an entry to the file of `day` (`yyyymmdd`) and wait until it is on the disk.

        Raises what `told_when_full` does; the file is then as it was.
        """
        with self.appending(entry, day=day):
            pass

    @contextmanager
    def appending(self, entry: Entry, *, day: str) -> Iterator[None]:
        """Do as `append`, while the disk takes the entry let the block work.

        What the block raises leaves the entry in the file.
        """
        name = f"outbox-{day}.log"
        with self._lock:
            with told_when_full(self._folder):
                handle, end, link = self._ready(name)
                frame = self._frame(entry, name, end, link)
                with self._whole(handle, end):
                    _make_room(handle, end, end + len(frame))
                    os.lseek(handle, end, os.SEEK_SET)
                    write_all(handle, frame)
            on_disk = self._helper().submit(_bring_to_disk, handle)
            try:
                yield
            finally:
                with told_when_full(self._folder), self._whole(handle, end):
                    on_disk.result()
                self._tail[name] = (end + len(frame), hashlib.sha256(frame).digest())

    def files(self) -> list[str]:
        """Return the names of the journal's files, oldest day first."""
        return sorted(path.name for path in self._folder.glob("outbox-*.log"))

    def read(self, name: str) -> Reading:
        """Read one file as far as it can be read."""
        data = (self._folder / name).read_bytes()
        entries: list[Entry] = []
        end, link, damaged, lost = 0, first_link(name), 0, False
        at = data.find(MARK)
        while at >= 0:
            frame = _frame_at(data, at)
            opened = self._opened(name, at, frame) if frame else None
            if frame is None or opened is None:
                lost = lost or frame is not None
                at = data.find(MARK, at + 1)  # a wrong length must not hide what comes after
                continue
            previous, entry = opened
            damaged += previous != link
            entries.append(entry)
            end, link, lost = at + len(frame), hashlib.sha256(frame).digest(), False
            at = data.find(MARK, end)
        return Reading(tuple(entries), end, link, damaged + lost)

    def shred(self, name: str) -> None:
        """Overwrite and remove a file; its secrets are then gone from it."""
        with self._lock:
            self._close_if(name)
            self._tail.pop(name, None)
            path = self._folder / name
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync_folder(self._folder)

    def close(self) -> None:
        """Close the file in use."""
        with self._lock:
            self._close_if(None)
            if self._disk is not None:
                self._disk.shutdown()
                self._disk = None

    def _ready(self, name: str) -> tuple[int, int, bytes]:
        """Return an open file, where its last good entry ends, and its link."""
        if self._open is not None and self._open[0] != name:
            self._close_if(None)
        if self._open is None:
            path = self._folder / name
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            handle = os.open(path, flags, 0o600)
            try:
                if name not in self._tail:
                    sync_folder(self._folder)  # whoever made the file may not have come so far
                    reading = self.read(name)
                    self._tail[name] = (reading.end, reading.link)
            except BaseException:
                os.close(handle)
                raise
            self._open = (name, handle)
        return (self._open[1], *self._tail[name])

    def _helper(self) -> ThreadPoolExecutor:
        if self._disk is None:
            self._disk = ThreadPoolExecutor(1, thread_name_prefix="journal")
        return self._disk

    @contextmanager
    def _whole(self, handle: int, end: int) -> Iterator[None]:
        """Leave no half entry; what fails then is mended when the file is opened again."""
        try:
            yield
        except OSError:
            try:
                os.ftruncate(handle, end)
            finally:
                self._close_if(None)
            raise

    def _close_if(self, name: str | None) -> None:
        if self._open is not None and name in {None, self._open[0]}:
            os.close(self._open[1])
            self._open = None

    def _frame(self, entry: Entry, name: str, start: int, link: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE)
        sealed = self._cipher.encrypt(nonce, link + _encoder.encode(entry), _place(name, start))
        return MARK + len(sealed).to_bytes(4, "big") + nonce + sealed

    def _opened(self, name: str, start: int, frame: bytes) -> tuple[bytes, Entry] | None:
        nonce, sealed = frame[HEAD - NONCE : HEAD], frame[HEAD:]
        try:
            plain = self._cipher.decrypt(nonce, sealed, _place(name, start))
        except InvalidTag:
            return None
        return plain[:LINK], _decoder.decode(plain[LINK:])


def first_link(name: str) -> bytes:
    """Return what the first entry of a file follows from."""
    return hashlib.sha256(FIRST_DOMAIN + name.encode()).digest()


def _place(name: str, start: int) -> bytes:
    return name.encode() + start.to_bytes(8, "big")


def _frame_at(data: bytes, start: int) -> bytes | None:
    """Return the frame that starts here, or None when the file ends before it does."""
    length = data[start + len(MARK) : start + len(MARK) + 4]
    end = start + HEAD + int.from_bytes(length, "big")
    return data[start:end] if end <= len(data) else None


def _make_room(handle: int, end: int, needed: int) -> None:
    """Write zeros ahead when a frame would not fit, over whatever a torn frame left behind."""
    if needed > os.fstat(handle).st_size:
        os.ftruncate(handle, end)
        os.lseek(handle, end, os.SEEK_SET)
        write_all(handle, bytes(needed - end + AHEAD))
        _bring_to_disk(handle)


def _bring_to_disk(handle: int) -> None:
    """Wait for the data and the length of a file; where there is no fdatasync, for all of it."""
    getattr(os, "fdatasync", os.fsync)(handle)
