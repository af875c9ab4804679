"""What a serving centre says to its operator: a line of JSON each, without anybody's words.

Our own sentences name devices, operations and files by their ids. Of what libraries say only the
sentence is kept and never its arguments, of an exception its type and where it came from and never
its text: there a database repeats the row that it refuses.
"""

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple

OURS: Final = ("central", "gridworker")
PLACES: Final = 8
ROOT: Final = Path(__file__).parents[1]
NUMBERS: Final = re.compile(r"(?<![0-9a-fA-F-])\+?\d[\d -]{9,}\d[Xx]?(?![0-9a-fA-F-])")
REQUEST_ID: Final = re.compile(rb"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\Z")
Caught = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None
)


class Asking(NamedTuple):
    """The request in hand: its id, if it is one and not words, and its route."""

    id: str
    route: str


ASKING: ContextVar[Asking | None] = ContextVar("asking", default=None)


def asking(request_id: bytes, route: str) -> None:
    """Say which request this task works on; what it logs from now on names it."""
    known = request_id.decode("ascii") if REQUEST_ID.match(request_id) else ""
    ASKING.set(Asking(known, route))


class JsonLines(logging.Formatter):
    """Makes a line of a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON."""
        own = record.name.partition(".")[0] in OURS
        said = record.getMessage() if own else f"{record.msg}".partition("\n")[0]
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "say": NUMBERS.sub("*", said),
        }
        if (request := ASKING.get()) is not None:
            line |= {"request": request.id, "route": request.route}
        if record.exc_info:
            line |= _failure(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _failure(caught: Caught) -> dict[str, Any]:
    """Return types and places of an exception and of those that caused it."""
    error = caught[1] if caught else None
    found: dict[str, Any] = {"error": [], "where": []}
    while error is not None:
        found["error"].append(type(error).__qualname__)
        if state := getattr(error, "sqlstate", None):
            found["sqlstate"] = state
        found["where"] = found["where"] or _places(error)
        error = error.__cause__ or error.__context__
    return found


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-PLACES:]]


def _short(file: str) -> str:
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


@contextmanager
def in_json() -> Iterator[None]:
    """Log as JSON to stderr, also what ends the process or a thread of it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before, hooks = root.handlers[:], (sys.excepthook, threading.excepthook)
    root.handlers[:] = [handler]
    sys.excepthook = _ended
    threading.excepthook = lambda over: _ended(
        over.exc_type, over.exc_value or over.exc_type(), over.exc_traceback
    )
    try:
        yield
    finally:
        root.handlers[:] = before
        sys.excepthook, threading.excepthook = hooks


def _ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("a bug", exc_info=(kind, error, trace))
