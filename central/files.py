"""Files that are on the disk when a call returns, also after a power cut."""

import os
from contextlib import ExitStack
from pathlib import Path


def sync(*paths: Path) -> None:
    """Bring files, or the names in folders, to the disk; raises OSError.

    Of several files all are on their way before the first is waited for.
    """
    with ExitStack() as opened:
        handles = [_opened(path, opened) for path in paths]
        if len(handles) > 1 and hasattr(os, "posix_fadvise"):
            for handle in handles:
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        for handle in handles:
            os.fsync(handle)


def _opened(path: Path, until: ExitStack) -> int:
    handle = os.open(path, os.O_RDONLY)
    until.callback(os.close, handle)
    return handle


def write(path: Path, content: bytes) -> None:
    """Make this a file's whole content, or leave it as it was; raises OSError."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    sync(part)
    part.replace(path)
    sync(path.parent)
