"""Why a profile does not open; each has its own sentence and next step, none is a guess."""

from enum import IntEnum


class CannotStart(Exception):
    """The profile cannot be used now; `code` names its words, nothing was changed."""

    code = "cannot_start"

    def __init__(self, **facts: object) -> None:
        super().__init__(self.code)
        self.facts = facts


class NotEnrolled(CannotStart):
    """There is no profile in this folder yet."""

    code = "not_enrolled"


class WrongSecret(CannotStart):
    """The password does not open the vault."""

    code = "wrong_password"


class WaitBeforeRetry(CannotStart):
    """Too many wrong passwords; `seconds` says how long to wait."""

    code = "wait_before_retry"


class PasswordTooWeak(CannotStart):
    """The policy asks for more; `least` characters, `classes` kinds of characters."""

    code = "password_too_weak"


class KeyringMissing(CannotStart):
    """The vault needs a device secret that the keyring does not have."""

    code = "keyring_missing"


class KeyringLocked(CannotStart):
    """The keyring is there but closed."""

    code = "keyring_locked"


class HeaderDamaged(CannotStart):
    """The vault's header is not what this program wrote."""

    code = "header_damaged"


class DatabaseDamaged(CannotStart):
    """The store does not read; nothing was deleted."""

    code = "database_damaged"


class FileTooNew(CannotStart):
    """A newer program wrote this store."""

    code = "file_too_new"


class ProfileInUse(CannotStart):
    """Another window or command has this profile open."""

    code = "profile_in_use"


class DiskFull(CannotStart):
    """There is no room to work."""

    code = "disk_full"


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
