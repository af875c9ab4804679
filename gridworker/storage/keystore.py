"""The device secret's place: the keyring of the operating system, or none."""

from typing import Protocol

from gridworker.storage.failures import KeyringMissing


class KeyStore(Protocol):
    """Where a small secret survives that a copied folder does not contain.

    Every method may raise KeyringLocked or KeyringMissing.
    """

    @property
    def name(self) -> str:
        """Return what it is called in the header; empty when there is none."""
        ...

    def read(self, account: str) -> bytes | None:
        """Return the secret of an account, or None."""
        ...

    def write(self, account: str, secret: bytes) -> None:
        """Keep a secret, replacing another."""
        ...

    def delete(self, account: str) -> None:
        """Forget a secret; unknown is fine."""
        ...


class NoKeyring:
    """A computer without a keyring: the degraded mode of security.md 4.4."""

    name = ""

    def read(self, account: str) -> bytes | None:  # noqa: ARG002  (nothing to look up)
        """Return None."""
        return None

    def write(self, account: str, secret: bytes) -> None:  # noqa: ARG002  (nowhere to keep it)
        """Raise KeyringMissing: nothing is ever kept where it is not safe."""
        raise KeyringMissing

    def delete(self, account: str) -> None:
        """Do nothing."""
