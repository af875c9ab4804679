"""Devices and their tokens; a token is kept only as its hash."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from central.store.accounts import COLUMNS, Account, account_of
from central.store.transaction import Tx

ACTIVE, SUSPENDED, DRAINING, WIPED = "active", "suspended", "draining", "wiped"
OFFERED = 2**62  # the end of a token that was given out and not shown yet: later than any time
MOST_OFFERED = 16


class Device(msgspec.Struct, frozen=True):
    """A device; `code` is the four signs in its local numbers, `acked_seq` its last verdict."""

    id: str
    code: str
    login: str
    pubkey: str
    platform: str
    app: str
    state: str
    generation: int
    acked_seq: int
    created_at: int
    last_seen: int


FIELDS = tuple(Device.__struct_fields__)
OWN = ", ".join(f"d.{field}" for field in FIELDS)
THEIRS = ", ".join(f"a.{column}" for column in COLUMNS.split(", "))


class Known(msgspec.Struct, frozen=True):
    """Whose token was shown; `fresh` when it is shown for the first time, as far as is known."""

    device: Device
    account: Account
    fresh: bool = False


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(b"gw/token\0" + token.encode()).hexdigest()


def by_token(tx: Tx, token: str, *, now: int, lock: bool = False) -> Known | None:
    """Return device and person of a valid token; `lock` lets one request a person write at once."""
    tail = " FOR UPDATE OF d, a" if lock else ""
    row = tx.row(
        f"SELECT {OWN}, {THEIRS}, t.expires_at FROM token t JOIN device d ON d.id = t.device_id"
        " JOIN account a ON a.login = d.login"
        f" WHERE t.hash = ? AND (t.expires_at IS NULL OR t.expires_at > ?){tail}",
        token_hash(token),
        now,
    )
    if row is None:
        return None
    *values, expires_at = row
    return _known(tuple(values), fresh=expires_at == OFFERED)


def by_id(tx: Tx, device_id: str, *, lock: bool = False) -> Known | None:
    """Return a device and its person; for whoever has proven by a signature to be that device."""
    tail = " FOR UPDATE OF d, a" if lock else ""
    row = tx.row(
        f"SELECT {OWN}, {THEIRS} FROM device d JOIN account a ON a.login = d.login"
        f" WHERE d.id = ?{tail}",
        device_id,
    )
    return None if row is None else _known(tuple(row))


def _known(values: tuple[Any, ...], *, fresh: bool = False) -> Known:
    own, theirs = values[: len(FIELDS)], values[len(FIELDS) :]
    return Known(Device(*own), account_of(theirs), fresh=fresh)


def get(tx: Tx, device_id: str) -> Device | None:
    """Return a device, or None."""
    row = tx.row(f"SELECT {OWN} FROM device d WHERE d.id = ?", device_id)
    return None if row is None else Device(*row)


def everyone(tx: Tx) -> list[Device]:
    """Return all devices, oldest first."""
    return [Device(*row) for row in tx.rows(f"SELECT {OWN} FROM device d ORDER BY created_at, id")]


def put(tx: Tx, device: Device) -> None:
    """Keep a new device."""
    marks = ", ".join("?" for _ in FIELDS)
    tx.run(
        f"INSERT INTO device ({', '.join(FIELDS)}) VALUES ({marks})",
        *msgspec.structs.astuple(device),
    )


def codes(tx: Tx) -> set[str]:
    """Return the four-sign codes in use."""
    return {str(row[0]) for row in tx.rows("SELECT code FROM device")}


def acknowledge(tx: Tx, device_id: str, seq: int, now: int) -> None:
    """Say up to where the device's operations have verdicts."""
    tx.run("UPDATE device SET acked_seq = ?, last_seen = ? WHERE id = ?", seq, now, device_id)


def set_generation(tx: Tx, device_id: str, generation: int) -> None:
    """Keep which start of a device pushed last."""
    tx.run("UPDATE device SET generation = ? WHERE id = ?", generation, device_id)


def set_state(tx: Tx, device_id: str, state: str) -> bool:
    """Suspend, wipe or readmit a device; False when there is none of that id."""
    return tx.run("UPDATE device SET state = ? WHERE id = ?", state, device_id) == 1


def put_token(tx: Tx, token: str, device_id: str) -> None:
    """Keep a new token; the same one again changes nothing."""
    tx.run(
        "INSERT INTO token (hash, device_id) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING",
        token_hash(token),
        device_id,
    )


def offer_token(tx: Tx, token: str, device_id: str, *, now: int) -> None:
    """Keep a new token beside those a device has; they stay good until it is shown.

    Drops tokens that are over, and earlier offers when very many were never taken up.
    """
    tx.run("DELETE FROM token WHERE device_id = ? AND expires_at <= ?", device_id, now)
    row = tx.row(
        "SELECT count(*) FROM token WHERE device_id = ? AND expires_at = ?", device_id, OFFERED
    )
    if row[0] >= MOST_OFFERED:
        tx.run("DELETE FROM token WHERE device_id = ? AND expires_at = ?", device_id, OFFERED)
    tx.run(
        "INSERT INTO token (hash, device_id, expires_at) VALUES (?, ?, ?)",
        token_hash(token),
        device_id,
        OFFERED,
    )


def take_up_token(tx: Tx, token: str, device_id: str, *, end: int) -> None:
    """Let an offered token hold from now on and all others of the device end at `end` at latest."""
    tx.run(
        "UPDATE token SET expires_at = ?"
        " WHERE device_id = ? AND (expires_at IS NULL OR expires_at > ?)",
        end,
        device_id,
        end,
    )
    tx.run("UPDATE token SET expires_at = NULL WHERE hash = ?", token_hash(token))


def by_login(tx: Tx, login: str) -> Sequence[str]:
    """Return the ids of a person's devices."""
    return [str(r[0]) for r in tx.rows("SELECT id FROM device WHERE login = ? ORDER BY id", login)]
