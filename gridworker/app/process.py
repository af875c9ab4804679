"""What a process does to keep its memory to itself; the one module here with POSIX-only parts.

No core file, no reading by other processes of the same user (security.md 4.7), and for a child that
opens files of unknown origin: a ceiling on memory and time, and no writing of files at all. Windows
has none of these; there the functions do nothing.
"""

import ctypes
import logging
import os
import sys
from typing import Final

if sys.platform != "win32":
    import resource

log = logging.getLogger(__name__)

PR_SET_DUMPABLE: Final = 4


def harden() -> None:
    """Forbid core files and foreign readers of this process's memory; call once at start."""
    if sys.platform == "win32":
        return
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
            log.warning("process: memory stays readable (errno %d)", ctypes.get_errno())


def confine(*, memory: int) -> None:
    """Limit this process to `memory` bytes of address space and let it write no file."""
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def allow_cpu(seconds: int) -> None:
    """Let this process compute for so many seconds more before the system ends it."""
    if sys.platform == "win32":
        return
    used = os.times()
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.user + used.system) + seconds + 1, hard))
