"""Photos on disk: one sealed container per file, each under a random name and a random key.

A container (GWB1) is `GWB1`, the cipher suite (one byte), a nonce prefix (7 bytes), and chunks as
in `gridworker.chunks`, bound to the header and the record they belong to. So a container under
another record's name is found, like a cut, a swap, an added tail and a flipped bit.
"""

import os
import re
import secrets
import time
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from hashlib import sha256
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gridworker.chunks import CHUNK, PREFIX, SEALED_CHUNK, last_index, nonce
from gridworker.storage.damage import told_when_full
from gridworker.storage.files import sync_folder, write_all

MAGIC = b"GWB1\x01"  # the last byte is the suite: 1 = AES-256-GCM
HEADER_BYTES = len(MAGIC) + PREFIX
NAME = re.compile(r"[0-9a-f]{32}")


class PhotoFileDamaged(Exception):
    """A container is missing, or is not what was written for this record; nothing was deleted."""


class SealedFile(msgspec.Struct, frozen=True):
    """A photo that is safe on disk: its name there, its key, size and SHA-256 of what was given.

    The key never shows in a repr.
    """

    name: str
    dek: bytes
    size: int
    sha256: str

    def __repr__(self) -> str:
        return f"SealedFile({self.name}, {self.size} bytes)"


class PhotoFiles:
    """The folder of containers, `ab/<32 hex>.gwb`; holds no key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._named = False

    def write(self, data: bytes, *, record: str) -> SealedFile:
        """Seal a photo; when this returns it is on disk under its final name.

        Raises RuleBroken(E_DISK_FULL); then nothing is left behind.
        """
        dek = AESGCM.generate_key(bit_length=256)
        name = secrets.token_hex(16)
        final = self._path(name)
        part = final.with_suffix(".part")
        with told_when_full(self._folder):
            final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                self._fill(part, data, dek, record)
                part.rename(final)
                self._bring_names_to_disk(final)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
        return SealedFile(name, dek, len(data), sha256(data).hexdigest())

    def read(self, name: str, dek: bytes, *, record: str) -> bytes:
        """Return the photo exactly as it was given; raises PhotoFileDamaged."""
        return b"".join(self.chunks(name, dek, record=record))

    def chunks(self, name: str, dek: bytes, *, record: str, start: int = 0) -> Iterator[bytes]:
        """Yield the photo from byte `start` on, never holding more than one chunk.

        Raises PhotoFileDamaged at the first chunk that is not genuine.
        """
        cipher, first = AESGCM(dek), start // CHUNK
        try:
            with self._path(name).open("rb") as file:
                header = file.read(HEADER_BYTES)
                last = last_index(os.fstat(file.fileno()).st_size - HEADER_BYTES)
                if not header.startswith(MAGIC) or len(header) != HEADER_BYTES or last < 0:
                    raise PhotoFileDamaged(name)
                file.seek(HEADER_BYTES + first * SEALED_CHUNK)
                for index in range(first, last + 1):
                    number = nonce(header[-PREFIX:], index, last=index == last)
                    sealed = file.read(SEALED_CHUNK)
                    plain = cipher.decrypt(number, sealed, header + record.encode())
                    yield plain[start - index * CHUNK :] if index == first else plain
        except (FileNotFoundError, InvalidTag) as error:
            raise PhotoFileDamaged(name) from error

    def delete(self, name: str) -> None:
        """Remove a container; its key is what the caller must forget first. Missing is fine."""
        self._path(name).unlink(missing_ok=True)

    def collect_orphans(self, known: AbstractSet[str], *, older_than_s: float) -> int:
        """Remove what no record names and what was never finished, if old; return how many.

        For the owner of the profile, at start. `known` has the names of every row and every draft.
        """
        gone, limit = 0, time.time() - older_than_s
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            finished = path.suffix == ".gwb"
            if path.suffix not in (".gwb", ".part") or (finished and path.stem in known):
                continue
            if path.stat().st_mtime <= limit:
                path.unlink()
                gone += 1
        return gone

    def _bring_names_to_disk(self, final: Path) -> None:
        """Wait for the name of a container, and for those of the folders it lies in.

        Whoever made the folder of all photos may have been killed before its name was on the disk.
        """
        sync_folder(final.parent)
        sync_folder(self._folder)
        if not self._named:
            sync_folder(self._folder.parent)
            self._named = True

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("not the name of a container")
        return self._folder / name[:2] / f"{name}.gwb"

    def _fill(self, part: Path, data: bytes, dek: bytes, record: str) -> None:
        cipher, header = AESGCM(dek), MAGIC + secrets.token_bytes(PREFIX)
        view, last = memoryview(data), max(0, -(-len(data) // CHUNK) - 1)
        handle = os.open(
            part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600
        )
        try:
            write_all(handle, header)
            for index in range(last + 1):
                number = nonce(header[-PREFIX:], index, last=index == last)
                piece = view[index * CHUNK : (index + 1) * CHUNK]
                write_all(handle, cipher.encrypt(number, piece, header + record.encode()))
            os.fsync(handle)
        finally:
            os.close(handle)
