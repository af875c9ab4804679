"""With which exit code and which words a command fails (interfaces.md 2)."""

from collections.abc import Mapping

from gridworker import build
from gridworker.app.misuse import Misused
from gridworker.app.startup import (
    CannotStart,
    DatabaseBusy,
    DeviceSuspended,
    DeviceWiped,
    Exit,
    KeyringLocked,
    KeyringMissing,
    NotEnrolled,
    PasswordTooWeak,
    ProfileInUse,
    WaitBeforeRetry,
    WrongSecret,
    told_by,
)
from gridworker.domain.problem import RuleBroken
from sync.parcels import ParcelRefused
from sync.problem import CentreSaid, Kind
from sync.transport import NoConnection, PlainHttpRefused

_STARTS: Mapping[Exit, tuple[type[CannotStart], ...]] = {
    Exit.USAGE: (NotEnrolled, build.AlreadyEnrolled, build.UnreadableCertificate),
    Exit.NOT_ALLOWED: (
        WrongSecret,
        WaitBeforeRetry,
        PasswordTooWeak,
        KeyringLocked,
        KeyringMissing,
        DeviceWiped,
        DeviceSuspended,
    ),
    Exit.IN_USE: (ProfileInUse, DatabaseBusy),
}


class Usage(Exception):
    """The command cannot be run as it was typed; `code` names its words."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def judge(error: Exception) -> tuple[Exit, str, Mapping[str, object]]:
    """Return exit code, words code and facts of a failure; one without words is a bug."""
    if isinstance(error, PlainHttpRefused):
        return Exit.USAGE, "plain_http_refused", {}
    if isinstance(error, RuleBroken | ParcelRefused | Usage | Misused):
        refused = isinstance(error, RuleBroken | ParcelRefused)
        return Exit.REFUSED if refused else Exit.USAGE, str(error.code), error.facts
    if isinstance(error, CentreSaid | NoConnection):
        auth = isinstance(error, CentreSaid) and error.kind is Kind.AUTH
        return Exit.NOT_ALLOWED if auth else Exit.UNREACHABLE, error.code, {}
    if isinstance(error, CannotStart):
        ends = (code for code, kinds in _STARTS.items() if isinstance(error, kinds))
        return next(ends, Exit.REFUSED), error.code, error.facts
    if isinstance(error, OSError):
        return Exit.REFUSED, told_by(error), {}
    return Exit.BUG, "unexpected", {}
