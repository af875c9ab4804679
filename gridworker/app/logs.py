"""Logs that may be shown to anybody: rotating, UTF-8, and without numbers that name a person.

Levels: DEBUG one job, INFO one round of sync and what the user must do, WARNING a facility is
missing, ERROR nothing works or a bug. Names, addresses, photos and keys are never logged at all;
the filter is for what slips through, such as text inside an exception.
"""

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

FILE: Final = "gridworker.log"
BYTES: Final = 2 * 1024 * 1024
KEPT: Final = 4
FORMAT: Final = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
PERSONAL: Final = re.compile(
    r"(?<!\d)(?:"
    r"(?P<id>\d{6}(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]?)"
    r"|(?:\+?86[ -]?)?(?P<mobile>1[3-9]\d[ -]?\d{4}[ -]?\d{4})"
    r")(?!\d)"
)


def mask(text: str) -> str:
    """Return `text` with mobile and identity numbers masked as security.md 3.3 shows them."""
    return PERSONAL.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    if number := found["id"]:
        return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    digits = re.sub(r"\D", "", found["mobile"])
    return f"{digits[:3]}****{digits[-4:]}"


class MaskFilter(logging.Filter):
    """Masks the message, its arguments and the traceback before anything is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; every record passes."""
        record.msg, record.args = mask(record.getMessage()), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask(record.exc_text)
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return True


class _LogFile(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        """Lose the line: on a full or read-only disk the work says so itself, not its log."""


def start(folder: Path, *, level: int = logging.INFO) -> logging.Handler:
    """Log everything to a file in `folder`; returns the handler for `stop`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handler = _LogFile(
        folder / FILE, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(MaskFilter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler


def stop(handler: logging.Handler) -> None:
    """End what `start` began."""
    logging.getLogger().removeHandler(handler)
    handler.close()
