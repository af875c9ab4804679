"""Long secrets in chunks: 256 KiB each, sealed with AES-256-GCM under a key used for nothing else.

A chunk's nonce is a random prefix (7 bytes), its index (4 bytes, big-endian) and a byte that is 1
for the last one. So a cut, a swap, an added tail and a flipped bit are all found, and a reader
never has to hold more than one chunk.
"""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CHUNK: Final = 256 * 1024
TAG: Final = 16
PREFIX: Final = 7
SEALED_CHUNK: Final = CHUNK + TAG


def nonce(prefix: bytes, index: int, *, last: bool) -> bytes:
    """Return the nonce of a chunk."""
    return prefix + index.to_bytes(4, "big") + bytes([last])


def last_index(sealed: int) -> int:
    """Return the index of the last chunk of `sealed` bytes; -1 when these cannot be chunks."""
    return -(-sealed // SEALED_CHUNK) - 1 if sealed >= TAG else -1


class Sealer(io.RawIOBase):
    """A stream to write to: seals what it gets and writes whole chunks; the last one at `end`.

    `bound` is what every chunk belongs to: without exactly these bytes none opens.
    """

    def __init__(
        self, write: Callable[[bytes], object], key: bytes, *, prefix: bytes, bound: bytes
    ) -> None:
        super().__init__()
        self._write, self._cipher, self._prefix, self._bound = write, AESGCM(key), prefix, bound
        self._waiting, self._index = bytearray(), 0

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: "ReadableBuffer") -> int:
        """Take all of `data`."""
        self._waiting += memoryview(data)
        while len(self._waiting) > CHUNK:  # one chunk stays back: it may be the last
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(memoryview(data))

    def end(self) -> None:
        """Write what is left as the last chunk."""
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        number = nonce(self._prefix, self._index, last=last)
        self._write(self._cipher.encrypt(number, plain, self._bound))
        self._index += 1


class Opener(io.RawIOBase):
    """A stream to read from: `length` sealed bytes of a file, opened chunk by chunk.

    Reading raises cryptography's InvalidTag at the first chunk that is not genuine.
    """

    def __init__(
        self, file: BinaryIO, key: bytes, *, length: int, prefix: bytes, bound: bytes
    ) -> None:
        super().__init__()
        self._file, self._cipher, self._prefix, self._bound = file, AESGCM(key), prefix, bound
        self._left, self._index, self._ready = length, 0, b""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, all that are left when it is negative."""
        while self._left and (size < 0 or len(self._ready) < size):
            sealed = self._file.read(min(self._left, SEALED_CHUNK))
            self._left = self._left - len(sealed) if sealed else 0
            number = nonce(self._prefix, self._index, last=not self._left)
            self._ready += self._cipher.decrypt(number, sealed, self._bound)
            self._index += 1
        given = self._ready if size < 0 else self._ready[:size]
        self._ready = self._ready[len(given) :]
        return given
