"""Asking the photo child: the only way a photo's bytes are ever decoded.

The child is started early, kept warm, and replaced after each failure and every 200 photos, so that
no picture can do anything to the next one (security.md T20).
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final, cast

import msgspec

from gridworker.app.photo_kinds import hides_archive, is_whole, mime_of
from gridworker.app.photo_messages import (
    BrokenFrame,
    Done,
    Facts,
    Inspect,
    Mark,
    PhotoFacts,
    Preview,
    Question,
    Refused,
    receive_answer,
    send,
)
from gridworker.domain.evidence import MAX_PHOTO_BYTES
from gridworker.domain.problem import Code, RuleBroken

log = logging.getLogger(__name__)

PHOTOS_PER_CHILD: Final = 200
SECONDS_PER_PHOTO: Final = 5.0
SECONDS_TO_START: Final = 30.0
KEPT_ENVIRONMENT: Final = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # no password travels with it

__all__ = ["Mark", "PhotoFacts", "PhotoReader", "child_command"]


def child_command() -> list[str]:
    """Return how to start the child: by the interpreter, or by the bundle's own program."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--photo-child"]
    return [sys.executable, "-P", "-B", "-m", "gridworker.app.photo_child"]


class PhotoReader:
    """One warm child; any thread may ask, one question at a time."""

    def __init__(
        self,
        command: Sequence[str] | None = None,
        *,
        seconds: float = SECONDS_PER_PHOTO,
        photos_per_child: int = PHOTOS_PER_CHILD,
    ) -> None:
        self._command = list(command or child_command())
        self._seconds = seconds
        self._share = photos_per_child
        self._lock = threading.Lock()
        self._closed = False
        self._child = _Child(self._command)

    def inspect(self, data: bytes) -> PhotoFacts:
        """Return what a photo says of itself, once every pixel of it has been decoded.

        Raises RuleBroken: E_BLOB_TOO_LARGE (facts: `size`, `most`) or E_PHOTO_UNREADABLE (facts:
        `reason`, one word).
        """
        answer, thumb = self._ask(Inspect(_kind(data)), data)
        if not isinstance(answer, Facts):
            raise _unreadable("answer")
        return msgspec.structs.replace(answer.facts, thumb=thumb)

    def preview(self, data: bytes, longest: int, *, mark: Mark | None = None) -> bytes:
        """Return an upright JPEG of at most `longest` pixels, no metadata, with a bar for `mark`.

        Raises as `inspect` does.
        """
        answer, copy = self._ask(Preview(_kind(data), longest, mark), data)
        if not isinstance(answer, Done):
            raise _unreadable("answer")
        return copy

    def close(self) -> None:
        """End the child; a later question is a bug."""
        with self._lock:
            self._closed = True
            self._child.end()

    def _ask(self, question: Question, data: bytes) -> tuple[Facts | Done, bytes]:
        with self._lock:
            if self._closed:
                raise RuntimeError("the photo reader is closed")
            try:
                answer, out = self._child.ask(question, data, self._seconds)
            except (BrokenFrame, OSError) as error:
                reason = "timeout" if self._child.overdue else "crash"
                self._replace()
                raise _unreadable(reason) from error
            if isinstance(answer, Refused):
                self._replace()
                raise _unreadable(answer.reason)
            if self._child.answered >= self._share:
                self._replace()
        return answer, out

    def _replace(self) -> None:
        self._child.end()
        self._child = _Child(self._command)


class _Child:
    """One process and its pipes."""

    def __init__(self, command: list[str]) -> None:
        root = str(Path(__file__).resolve().parents[2])
        kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(  # noqa: S603  (our own program, no shell)
            command,
            env={**kept, "PYTHONPATH": root, "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._in = cast("BinaryIO", self._process.stdin)
        self._out = cast("BinaryIO", self._process.stdout)
        self._ready = False
        self.answered = 0
        self.overdue = False

    def ask(
        self, question: Question, data: bytes, seconds: float
    ) -> tuple[Facts | Done | Refused, bytes]:
        """Ask and wait; raises BrokenFrame or OSError when the child ends or takes too long."""
        if not self._ready:
            with _Watch(self, SECONDS_TO_START):
                receive_answer(self._out)
            self._ready = True
        with _Watch(self, seconds):
            send(self._in, question, data)
            answer = receive_answer(self._out)
        self.answered += 1
        return answer

    def kill_overdue(self) -> None:
        """End a child that takes too long; who waits for it meets the end of its pipe."""
        self.overdue = True
        self._process.kill()

    def end(self) -> None:
        """Kill the child and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out):
            try:
                pipe.close()
            except OSError:  # what was still to be written has nobody to read it
                log.debug("photo child: pipe closed unread")


class _Watch:
    """Kills a child when a block takes longer than it may."""

    def __init__(self, child: _Child, seconds: float) -> None:
        self._timer = threading.Timer(seconds, child.kill_overdue)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()


def _kind(data: bytes) -> str:
    """Return the type of a photo that is worth asking the child about."""
    if len(data) > MAX_PHOTO_BYTES:
        raise RuleBroken(Code.BLOB_TOO_LARGE, size=len(data), most=MAX_PHOTO_BYTES)
    mime = mime_of(data)
    if mime is None:
        raise _unreadable("kind")
    if not is_whole(data, mime):
        raise _unreadable("cut")
    if hides_archive(data, mime):
        raise _unreadable("archive")
    return mime


def _unreadable(reason: str) -> RuleBroken:
    log.info("photo refused: %s", reason)
    return RuleBroken(Code.PHOTO_UNREADABLE, reason=reason)
