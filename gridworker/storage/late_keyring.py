"""The keyring of a computer that may not need one."""

from functools import cached_property

from gridworker.storage.keystore import KeyStore


class LateKeyring:
    """The keyring that `os_keyring` chooses; looked for when it is first asked.

    Looking loads every back end there is; a vault that was made without one never asks.
    """

    @property
    def name(self) -> str:
        """Return what it is called in the header; empty when there is none."""
        return self._found.name

    def read(self, account: str) -> bytes | None:
        """Return the secret of an account, or None."""
        return self._found.read(account)

    def write(self, account: str, secret: bytes) -> None:
        """Keep a secret, replacing another."""
        self._found.write(account, secret)

    def delete(self, account: str) -> None:
        """Forget a secret; unknown is fine."""
        self._found.delete(account)

    @cached_property
    def _found(self) -> KeyStore:
        from gridworker.storage.os_keyring import choose_keystore  # noqa: PLC0415  (see the class)

        return choose_keystore()
