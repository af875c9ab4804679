"""The doors to the encrypted database: one writer and four readers (security.md 4.9).

The key is given to the driver alone, never to SQLAlchemy: no URL, no echo and no error text of the
library can contain it. Only migrations use that library on a laptop: loading it takes longer than
opening the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.binding import bind_plainly
from gridworker.storage.damage import Guard
from gridworker.storage.door import Door

READERS = 4
KEY_BYTES = 32
OLDEST_SQLITE = (3, 51, 3)  # older ones have the WAL-reset corruption bug
OLDEST_SQLCIPHER = (4, 19)

PRAGMAS: Final[Mapping[str, tuple[str, object]]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "secure_delete": ("ON", 1),
    "temp_store": ("MEMORY", 2),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
    "mmap_size": ("0", 0),
    "journal_size_limit": ("4194304", 4194304),
}
WRITER_CACHE_KIB = 16384  # a page of a pull fits in: none of it is encrypted twice or read again
JOURNAL_PAGES = 6000  # 48 MB: `take_in` has come before, so neither save nor pull pays for it
PAGE_BYTES = 8192  # of records of a kilobyte a quarter less to encrypt than in pages of 4096
FORMER_PAGE_BYTES = 4096  # SQLCipher's own choice
NOT_A_DATABASE = 26

bind_plainly()


class UnsafeDriver(RuntimeError):
    """The database driver is too old, or did not take a setting that safety rests on."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The two doors: `write` takes the lock at BEGIN, `read` sees one state and cannot write."""

    write: Door
    read: Door

    def take_in(self) -> None:
        """Bring the journal into the main file as far as readers allow; saves go on meanwhile."""
        with self.read.outside() as connection:  # a checkpoint must not lie in a transaction
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").close()

    def close(self) -> None:
        """Close every connection; the last one takes the journal into the main file."""
        self.read.close()
        self.write.close()


def open_engines(path: Path, key: bytes) -> Engines:
    """Open the store in `path`, which `migrate.bring_up` has made.

    Connections are made when first used. What then goes wrong is told as `damage.Guard` says.
    """
    check_versions(sqlcipher.sqlite_version)
    guard = Guard(path, lambda: connect(path, key))
    engines = Engines(
        open_door(path, key, writer=True, guard=guard),
        open_door(path, key, writer=False, guard=guard),
    )
    guard.watch(engines.write, engines.read)
    return engines


def open_door(path: Path, key: bytes, *, writer: bool, guard: Guard) -> Door:
    """Open one door; driver errors leave it as what `guard` makes of them."""

    def connect_for() -> Any:
        connection = connect(path, key)
        connection.isolation_level = None  # the driver would commit before DDL
        connection.execute(f"PRAGMA wal_autocheckpoint = {JOURNAL_PAGES}")
        if writer:
            connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB}")
        connection.execute(f"PRAGMA query_only = {not writer:d}")
        _expect(connection, "query_only", int(not writer))
        return connection

    return Door(connect_for, writer=writer, most=1 if writer else READERS, guard=guard)


def connect(path: Path, key: bytes) -> Any:
    """Open one driver connection with every setting made and read back.

    A store keeps the pages it was made with. Raises the driver's error when `key` does not open the
    file, UnsafeDriver when a setting does not hold.
    """
    try:
        return _connect(path, key, PAGE_BYTES)
    except sqlcipher.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) != NOT_A_DATABASE:
            raise
    return _connect(path, key, FORMER_PAGE_BYTES)


def connect_alike(path: Path, key: bytes, store: Any) -> Any:
    """Open a connection to a new file that takes pages of a store as they are."""
    (page_bytes,) = store.execute("PRAGMA page_size").fetchone()
    return _connect(path, key, page_bytes)


def _connect(path: Path, key: bytes, page_bytes: int) -> Any:
    if len(key) != KEY_BYTES:
        raise ValueError("a database key has 32 bytes")
    connection = sqlcipher.connect(str(path), timeout=5, check_same_thread=False)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute(f"PRAGMA cipher_page_size = {page_bytes}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for name, (value, _) in PRAGMAS.items():
            connection.execute(f"PRAGMA {name} = {value}")
        for name, (_, wanted) in PRAGMAS.items():
            _expect(connection, name, wanted)
        (cipher,) = connection.execute("PRAGMA cipher_version").fetchone()
        check_versions(sqlcipher.sqlite_version, cipher)
    except BaseException:
        connection.close()
        raise
    return connection


def check_versions(sqlite: str, cipher: str | None = None) -> None:
    """Raise UnsafeDriver when SQLite or SQLCipher is older than the program may use."""
    if _numbers(sqlite) < OLDEST_SQLITE:
        raise UnsafeDriver(f"SQLite {sqlite} is too old")
    if cipher is not None and _numbers(cipher) < OLDEST_SQLCIPHER:
        raise UnsafeDriver(f"SQLCipher {cipher} is too old")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(maxsplit=1)[0].split("."))


def _expect(connection: Any, name: str, wanted: object) -> None:
    row = connection.execute(f"PRAGMA {name}").fetchone()
    if row is None or row[0] != wanted:
        raise UnsafeDriver(f"{name} is {row and row[0]!r}, not {wanted!r}")
