"""Parcels: files that carry a laptop's work to the centre, and the answer back, on a stick.

A stick may be lost, copied or changed by whoever finds it. So a parcel is sealed to its receiver
alone (HPKE, RFC 9180) and signed by its sender (Ed25519), and nothing of it is used before the
signature over all of it holds. Laid out: `GWP1`, suite (1 byte), length of the label (4 bytes,
big-endian), the label (JSON, not secret), the sealed key of the contents (80 bytes), a nonce prefix
(7 bytes), the contents, the signature (64 bytes). The contents are a tar archive
in chunks (`gridworker.chunks`) bound to all that comes before them: none can be cut off, moved or
taken from another parcel.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from gridworker.chunks import CHUNK, PREFIX, TAG, Opener, Sealer

MAGIC: Final = b"GWP1\x01"
PURPOSE: Final = b"gw/parcel/v1\0"
SEALING: Final = b"gw/sealing-key/v1\0"
SIGNATURE, SEALED_KEY = 64, 80
MOST_LABEL = 4096
MOST_SIZE = 64 * 1024**3
SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
TO_CENTRE, TO_DEVICE = "to-centre", "to-device"


class Label(msgspec.Struct, frozen=True):
    """What anybody may read on a parcel; `id` is the same on a parcel and on its answer.

    `way` is `to-centre` or `to-device`; `device` is the sender or the receiver.
    """

    way: str
    id: str
    device: str
    at: str


class NoParcel(Exception):
    """The file is not a parcel, was cut off or changed, or is not signed by who should have."""


class NotForUs(Exception):
    """A sound parcel that somebody else is to open."""


class InTheWay(FileExistsError):
    """Something that is no parcel of this kind lies where one should: it is not written over."""


def check_free(path: Path, way: str) -> None:
    """Raise InTheWay unless a parcel of this way may be written here.

    It may take the place of an earlier one, and of an empty file, which some dialogs make.
    """
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size and _read_start(file, size)[1].way != way:
                raise InTheWay(str(path))
    except (NoParcel, IsADirectoryError) as error:
        raise InTheWay(str(path)) from error
    except FileNotFoundError:
        return


class Wrapping:
    """Takes the contents of a parcel, one after the other, never holding more than a chunk."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive

    def add(self, name: str, data: bytes) -> None:
        """Put something in under a name."""
        self.add_chunks(name, len(data), iter((data,)))

    def add_chunks(self, name: str, size: int, chunks: Iterator[bytes]) -> None:
        """Put in something that comes piece by piece; raises ValueError if it has another size."""
        entry = tarfile.TarInfo(name)
        entry.size = size
        source = _Pieces(chunks)
        self._archive.addfile(entry, source)
        if source.read(1):
            raise ValueError("more than was announced")


@contextmanager
def wrapped(
    path: Path, label: Label, *, to: X25519PublicKey, sign: Callable[[bytes], bytes]
) -> Iterator[Wrapping]:
    """Make a parcel: whole and on the disk under its name, or not there at all.

    `sign` signs as the sender. Raises InTheWay, and OSError when the place takes no more.
    """
    check_free(path, label.way)
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            hashed = _Hashed(file)
            key = AESGCM.generate_key(bit_length=256)
            text = msgspec.json.encode(label)
            start = MAGIC + len(text).to_bytes(4, "big") + text
            start += SUITE.encrypt(key, to, PURPOSE + text) + os.urandom(PREFIX)
            hashed.write(start)
            sealer = Sealer(hashed.write, key, prefix=start[-PREFIX:], bound=start)
            with tarfile.open(fileobj=sealer, mode="w|", bufsize=CHUNK) as archive:
                yield Wrapping(archive)
            sealer.end()
            file.write(sign(PURPOSE + hashed.digest.digest()))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class Parcel:
    """A parcel whose signature holds."""

    def __init__(self, file: BinaryIO, label: Label, start: bytes, size: int) -> None:
        self._file, self.label, self._start, self._size = file, label, start, size

    def contents(self, key: X25519PrivateKey) -> Iterator[tuple[str, BinaryIO]]:
        """Yield what is in it by name, in order; each is to be read before the next.

        Raises NotForUs.
        """
        text = msgspec.json.encode(self.label)
        sealed = self._start[-PREFIX - SEALED_KEY : -PREFIX]
        try:
            content_key = SUITE.decrypt(sealed, key, PURPOSE + text)
        except InvalidTag as error:
            raise NotForUs from error
        self._file.seek(len(self._start))
        length = self._size - SIGNATURE - len(self._start)
        opener = Opener(
            self._file, content_key, length=length, prefix=self._start[-PREFIX:], bound=self._start
        )
        try:
            with tarfile.open(fileobj=opener, mode="r|", bufsize=CHUNK) as archive:
                for entry in archive:
                    inside = archive.extractfile(entry)
                    if inside is None:
                        raise NoParcel("something in it is not a file")
                    yield entry.name, inside  # type: ignore[misc]  # typeshed: IO[bytes]
        except (tarfile.TarError, InvalidTag) as error:
            raise NoParcel from error


@contextmanager
def opened(path: Path, sender: Callable[[Label], Ed25519PublicKey | None]) -> Iterator[Parcel]:
    """Open a parcel after checking all of it; `sender` says whose signature its label demands.

    None demands none: then a person knows where the file came from, and nothing else says it.

    Raises NoParcel, OSError, and whatever `sender` raises.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        start, label = _read_start(file, size)
        public = sender(label)
        file.seek(0)
        digest, left = hashlib.sha256(), size - SIGNATURE
        while left:
            piece = file.read(min(left, CHUNK))
            if not piece:
                raise NoParcel("cut off")
            digest.update(piece)
            left -= len(piece)
        try:
            if public is not None:
                public.verify(file.read(SIGNATURE), PURPOSE + digest.digest())
        except InvalidSignature as error:
            raise NoParcel("not signed by its sender") from error
        yield Parcel(file, label, start, size)


def _read_start(file: BinaryIO, size: int) -> tuple[bytes, Label]:
    head = file.read(len(MAGIC) + 4)
    length = int.from_bytes(head[len(MAGIC) :], "big")
    if not head.startswith(MAGIC) or length > MOST_LABEL or size > MOST_SIZE:
        raise NoParcel("another kind of file")
    text = file.read(length)
    rest = file.read(SEALED_KEY + PREFIX)
    if size < len(head) + length + SEALED_KEY + PREFIX + TAG + SIGNATURE:
        raise NoParcel("cut off")
    try:
        label = msgspec.json.decode(text, type=Label)
    except msgspec.DecodeError as error:
        raise NoParcel("no label") from error
    if msgspec.json.encode(label) != text:
        raise NoParcel("the label is not in its one form")
    return head + text + rest, label


class _Hashed:
    """Writes to a file and hashes what it writes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self.digest.update(data)
        self._file.write(data)


class _Pieces(io.RawIOBase):
    """Gives an iterator of pieces as a file to read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._ready = pieces, b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._ready) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._ready += piece
        if size < 0:
            size = len(self._ready)
        given, self._ready = self._ready[:size], self._ready[size:]
        return given
