"""Files that are on the disk when a call returns, also after a power cut."""

import os
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

BINARY: Final = getattr(os, "O_BINARY", 0)


def sync(*files: Path | int) -> None:
    """Bring files, or the names in folders, to the disk, or what is open; raises OSError.

    Of several files all are on their way before the first is waited for.
    """
    with ExitStack() as opened:
        handles = [file if isinstance(file, int) else _opened(file, opened) for file in files]
        if len(handles) > 1 and hasattr(os, "posix_fadvise"):
            for handle in handles:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        for handle in handles:
            os.fsync(handle)


def _opened(path: Path, until: ExitStack) -> int:
    handle = os.open(path, os.O_RDONLY)
    until.callback(os.close, handle)
    return handle


def fill(path: Path, chunks: Iterable[bytes], *, new: bool = False) -> int:
    """Write a file's whole content, not yet to the disk; return its handle, still open.

    Raises OSError, also where it was to be `new` and is there. What could not be filled goes.
    """
    how = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if new else os.O_TRUNC) | BINARY
    handle = os.open(path, how, 0o666)
    try:
        for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(handle, rest) :]
    except BaseException:
        os.close(handle)
        path.unlink(missing_ok=True)
        raise
    return handle


def write(path: Path, content: bytes) -> None:
    """Make this a file's whole content, or leave it as it was; raises OSError."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    sync(part)
    part.replace(path)
    sync(path.parent)
