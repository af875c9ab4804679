"""A second, sealed copy of what makes a laptop this device: without it a new store has no centre.

It lies beside the store and opens with a key of the vault. What changes with every operation is
left out; the centre and the journal know that. The number of starts is in it: a new store that
began to count anew would look like a copy of this device.
"""

from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag

from gridworker.storage.damage import told_when_full
from gridworker.storage.files import replace
from gridworker.storage.keys import Sealed, derive, seal, unseal
from gridworker.storage.state import DeviceState

FILE = "device.sealed"
LABEL = "device"
_PASSING = {
    "acked_seq": 0,
    "next_seq": 1,
    "reference_version": 0,
    "last_sync": None,
    "last_server_ms": None,
    "skew_ms": None,
    "boot": "",
    "boot_ms": None,
    "reference_stale": False,
    "rebuilt": False,
    "compared_at": None,
    "doubted": False,
}


def keep(home: Path, journal_key: bytes, known: DeviceState) -> None:
    """Write the copy, unless the one that lies there says the same; on return it is on the disk.

    Raises RuleBroken(E_DISK_FULL) and OSError; the earlier copy is then as it was.
    """
    lasting = msgspec.structs.replace(known, **_PASSING)
    if lasting == read(home, journal_key):
        return
    sealed = seal(derive(journal_key, LABEL), msgspec.json.encode(lasting), FILE.encode())
    with told_when_full(home):
        replace(home / FILE, msgspec.msgpack.encode(sealed))


def read(home: Path, journal_key: bytes) -> DeviceState | None:
    """Return the copy; None when there is none, or none that this profile wrote."""
    try:
        sealed = msgspec.msgpack.decode((home / FILE).read_bytes(), type=Sealed)
        plain = unseal(derive(journal_key, LABEL), sealed, FILE.encode())
        return msgspec.json.decode(plain, type=DeviceState)
    except (FileNotFoundError, msgspec.DecodeError, InvalidTag):
        return None
