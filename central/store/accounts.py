"""People who may use devices, and the codes that enrol them; a code is kept only as its hash."""

import hashlib
from collections.abc import Mapping

import msgspec

from central.store.transaction import Tx
from gridworker.domain.organisation import Actor, Role, Worker

ACTIVE, DISABLED = "active", "disabled"


class Rights(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person may do and where; `left` says when (unix ms) a scope was taken from them."""

    roles: tuple[Role, ...]
    grids: frozenset[str] = frozenset()
    orgs: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    left: Mapping[str, int] = {}


class Account(msgspec.Struct, frozen=True):
    """A person; `login` is the user id everywhere."""

    login: str
    name: str
    rights: Rights
    status: str = ACTIVE
    demo: bool = False

    def worker(self) -> Worker:
        """Return the person as the centre publishes them."""
        rights = self.rights
        return Worker(
            user=self.login,
            name=self.name,
            roles=rights.roles,
            grids=rights.grids,
            orgs=rights.orgs,
            units=rights.units,
            status=self.status,
        )

    def actor(self, device_code: str) -> Actor:
        """Return the person as the rules see them."""
        rights = self.rights
        return Actor(
            user=self.login,
            name=self.name,
            roles=rights.roles,
            grids=rights.grids,
            orgs=rights.orgs,
            units=rights.units,
            grants=rights.grants,
            device_code=device_code,
        )


COLUMNS = "login, name, rights, status, demo"


def account_of(row: tuple[str, str, str, str, bool]) -> Account:
    """Read a row of COLUMNS."""
    login, name, rights, status, demo = row
    return Account(login, name, msgspec.json.decode(rights, type=Rights), status, bool(demo))


def get(tx: Tx, login: str, *, lock: bool = False) -> Account | None:
    """Return an account, or None; `lock` keeps others from changing it."""
    tail = " FOR UPDATE" if lock else ""
    row = tx.row(f"SELECT {COLUMNS} FROM account WHERE login = ?{tail}", login)
    return None if row is None else account_of(tuple(row))


def put(tx: Tx, account: Account) -> None:
    """Write an account."""
    tx.run(
        f"INSERT INTO account ({COLUMNS}) VALUES (?, ?, ?, ?, ?) ON CONFLICT (login) DO UPDATE SET"
        " name = excluded.name, rights = excluded.rights, status = excluded.status,"
        " demo = excluded.demo",
        account.login,
        account.name,
        msgspec.json.encode(account.rights, order="sorted").decode(),
        account.status,
        account.demo,
    )


class Code(msgspec.Struct, frozen=True):
    """An enrolment code as it is kept; `used_by` is a device and `used_key` what it sent along."""

    login: str
    expires_at: int
    used_by: str | None
    used_key: str | None


def code_hash(code: str) -> str:
    """Return what is kept of a code; case, blanks and hyphens do not count."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(b"gw/enrol\0" + plain.encode()).hexdigest()


def put_code(tx: Tx, hashed: str, login: str, expires_at: int) -> None:
    """Keep a new code."""
    tx.run(
        "INSERT INTO enrol_code (hash, login, expires_at) VALUES (?, ?, ?)",
        hashed,
        login,
        expires_at,
    )


def code(tx: Tx, hashed: str) -> Code | None:
    """Return a code and lock it, so that it is used once."""
    row = tx.row(
        "SELECT login, expires_at, used_by, used_key FROM enrol_code WHERE hash = ? FOR UPDATE",
        hashed,
    )
    return None if row is None else Code(*row)


def use_code(tx: Tx, hashed: str, *, device_id: str, key: str) -> None:
    """Say which device a code has made."""
    tx.run("UPDATE enrol_code SET used_by = ?, used_key = ? WHERE hash = ?", device_id, key, hashed)
