"""The keyring of the operating system, by a back end that keeps secrets.

`keyring` takes a plaintext file without a word when some package brings that back end
(security.md, finding 5). Only back ends named here are used; any other counts as none.
"""

import logging
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final, TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import InitError, KeyringError, PasswordDeleteError
from keyring.errors import KeyringLocked as BackEndLocked

from gridworker.storage.failures import KeyringLocked, KeyringMissing
from gridworker.storage.keystore import NoKeyring

log = logging.getLogger(__name__)

T = TypeVar("T")
SERVICE: Final = "gridworker"
ALLOWED: Final = frozenset(
    f"keyring.backends.{name}"
    for name in ("Windows", "macOS", "SecretService", "kwallet", "libsecret")
)


class OsKeyring:
    """The keyring of the operating system, by one allowed back end.

    A keyring whose service has died is asked once more: its bus starts it anew.
    """

    def __init__(self, backend: KeyringBackend) -> None:
        self._backend = backend
        self.name = _module(backend).rpartition(".")[2]

    def read(self, account: str) -> bytes | None:
        """Return the secret of an account, or None; also when it is not one of ours."""
        text = _asked(partial(self._backend.get_password, SERVICE, account))
        try:
            return None if text is None else b64decode(text, validate=True)
        except NotBase64:
            return None

    def write(self, account: str, secret: bytes) -> None:
        """Keep a secret, replacing another."""
        encoded = b64encode(secret).decode()
        _asked(partial(self._backend.set_password, SERVICE, account, encoded))

    def delete(self, account: str) -> None:
        """Forget a secret; unknown is fine."""
        try:
            _asked(partial(self._backend.delete_password, SERVICE, account))
        except PasswordDeleteError:
            log.debug("keyring: nothing to delete")


def choose_keystore(
    find: Callable[[], KeyringBackend] = keyring.get_keyring,
) -> OsKeyring | NoKeyring:
    """Return this computer's keyring when it is one that keeps secrets, else NoKeyring.

    Nothing is unlocked or asked here.
    """
    try:
        backend = find()
    except (ImportError, OSError, RuntimeError, KeyringError) as error:
        log.warning("keyring: no back end (%s)", type(error).__name__)
        return NoKeyring()
    if is_allowed(backend):
        return OsKeyring(backend)
    log.warning("keyring: back end %s is not used", _module(backend))
    return NoKeyring()


def is_allowed(backend: KeyringBackend) -> bool:
    """Say whether a back end is on the list; a chain only when every member is."""
    if isinstance(backend, ChainerBackend):
        members = list(backend.backends)
        return bool(members) and all(is_allowed(member) for member in members)
    return _module(backend) in ALLOWED


def _module(backend: KeyringBackend) -> str:
    name = type(backend).__module__
    return "keyring.backends.macOS" if name.startswith("keyring.backends.macOS.") else name


def _asked(question: Callable[[], T]) -> T:
    with suppress(KeyringMissing), _failures():
        return question()
    with _failures():
        return question()


@contextmanager
def _failures() -> Iterator[None]:
    """Tell a closed keyring from an absent one; none of them is ever a wrong password."""
    try:
        yield
    except PasswordDeleteError:
        raise
    except BackEndLocked as error:
        raise KeyringLocked from error
    except InitError as error:
        gone = "NotAvailable" in type(error.__cause__).__name__
        raise (KeyringMissing if gone else KeyringLocked) from error
    except (KeyringError, OSError) as error:  # OSError: the bus it is reached by is gone
        raise KeyringMissing from error
    except Exception as error:
        # The Secret Service back end lets its own libraries' errors through.
        if not type(error).__module__.startswith(("secretstorage", "jeepney")):
            raise
        closed = "Locked" in type(error).__name__ or "Prompt" in type(error).__name__
        raise (KeyringLocked if closed else KeyringMissing) from error
