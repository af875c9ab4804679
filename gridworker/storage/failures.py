"""Why a profile does not open or stops working; each has its own sentence, none is a guess."""

import errno


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


class VaultMissing(CannotStart):
    """Records lie here without the vault's header, which alone opens them; nothing was deleted."""

    code = "vault_missing"


class HeaderDamaged(CannotStart):
    """The vault's header is not what this program wrote."""

    code = "header_damaged"


class DatabaseDamaged(CannotStart):
    """The store does not read; nothing was deleted."""

    code = "database_damaged"


class FileTooNew(CannotStart):
    """A newer program wrote this store."""

    code = "file_too_new"


class DeviceWiped(CannotStart):
    """The profile was destroyed by order of the centre; `detail` says what became of the unsent."""

    code = "device_wiped"


class DeviceSuspended(CannotStart):
    """The centre has closed reading on this device for the time being; recording goes on."""

    code = "sync_device_suspended"


class ProfileInUse(CannotStart):
    """Another window or command has this profile open."""

    code = "profile_in_use"


class DiskFull(CannotStart):
    """There is no room to work."""

    code = "disk_full"


class DatabaseBusy(CannotStart):
    """Another program keeps the store locked for longer than a commit may wait."""

    code = "database_busy"


class DatabaseReadOnly(CannotStart):
    """The store may be read but not written: its folder or its disk is read-only."""

    code = "database_read_only"


class StoreInterrupted(CannotStart):
    """One access failed, nothing of it was kept, and the store reads again: try once more."""

    code = "store_interrupted"


def told_by(error: OSError) -> str:
    """Return the code that tells a failed access to a file: no room, no right, or once more."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull.code
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return DatabaseReadOnly.code
    return StoreInterrupted.code
