"""Why a profile does not open, and how the command line ends."""

from enum import IntEnum

from gridworker.storage.failures import (
    CannotStart,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseReadOnly,
    DeviceSuspended,
    DeviceWiped,
    DiskFull,
    FileTooNew,
    HeaderDamaged,
    KeyringLocked,
    KeyringMissing,
    NotEnrolled,
    PasswordTooWeak,
    ProfileInUse,
    StoreInterrupted,
    WaitBeforeRetry,
    WrongSecret,
    told_by,
)

__all__ = [
    "CannotStart",
    "DatabaseBusy",
    "DatabaseDamaged",
    "DatabaseReadOnly",
    "DeviceSuspended",
    "DeviceWiped",
    "DiskFull",
    "Exit",
    "FileTooNew",
    "HeaderDamaged",
    "KeyringLocked",
    "KeyringMissing",
    "NotEnrolled",
    "PasswordTooWeak",
    "ProfileInUse",
    "StoreInterrupted",
    "WaitBeforeRetry",
    "WrongSecret",
    "told_by",
]


class Exit(IntEnum):
    """Exit codes of the command line (interfaces.md 2)."""

    DONE = 0
    BUG = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_ALLOWED = 4
    ATTENTION = 5
    REFUSED = 6
    IN_USE = 7
