"""The doors to the database: one writer and readers apart on SQLite, two pools on PostgreSQL.

A reader sees one snapshot and cannot write. On PostgreSQL it sees only the records that it names
scopes for, where the program's role is not the owner of the tables (migrations/m0003). On SQLite
the settings are those of security.md 4.9, with the same driver but without a key: the centre's disk
is encrypted by its operator.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.binding import bind_plainly

OLDEST_SQLITE = (3, 51, 3)  # older ones have the WAL-reset corruption bug
SQLITE_READERS = 4
POSTGRES_CONNECTIONS = 8
BUSY_SECONDS = 15
STATEMENT_MS = 20_000
JOURNAL_PAGES = 24_000  # 96 MB: `checkpoints` comes before, so no request pays for it
SEES_ALL = "-c gridworker.whole=on"  # who decides has to know every record

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
    "cache_size": ("-32768", -32768),
}

bind_plainly()


class UnsafeDriver(RuntimeError):
    """The database driver is too old, or did not take a setting that safety rests on."""


class UnknownDatabase(ValueError):
    """The URL names neither an SQLite file nor a PostgreSQL database reached by psycopg."""


@dataclass(frozen=True, slots=True)
class Engines:
    """`write` and `read` on one database; `writers` and `readers` are how many threads fit.

    `file` is where an SQLite database lies.
    """

    write: Engine
    read: Engine
    writers: int
    readers: int
    file: Path | None = None

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is the small centre."""
        return self.write.dialect.name == "sqlite"

    def close(self) -> None:
        """Close every connection."""
        self.read.dispose()
        self.write.dispose()


def open_engines(database_url: str) -> Engines:
    """Open `sqlite:///FILE` or `postgresql+psycopg://...`; connections are made when first used.

    Raises UnknownDatabase, and UnsafeDriver for an SQLite older than 3.51.3.
    """
    try:
        url = make_url(database_url)
    except Exception as error:
        raise UnknownDatabase(database_url) from error
    if url.drivername == "sqlite" and url.database not in {None, "", ":memory:"}:
        return _sqlite(str(url.database))
    if url.drivername == "postgresql+psycopg":
        return _postgresql(url)
    raise UnknownDatabase(url.drivername)


def _sqlite(path: str) -> Engines:
    version = tuple(int(part) for part in sqlcipher.sqlite_version.split("."))
    if version < OLDEST_SQLITE:
        raise UnsafeDriver(f"SQLite {sqlcipher.sqlite_version} is too old")
    return Engines(
        _sqlite_engine(path, writer=True),
        _sqlite_engine(path, writer=False),
        1,
        SQLITE_READERS,
        Path(path),
    )


def _sqlite_engine(path: str, *, writer: bool) -> Engine:
    engine = create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=lambda: plain_connection(path),
        poolclass=QueuePool,
        pool_size=1 if writer else SQLITE_READERS,
        max_overflow=0,
        pool_reset_on_return=None if writer else "rollback",
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _take_control(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None  # the driver would commit before DDL
        dbapi.execute(f"PRAGMA wal_autocheckpoint = {JOURNAL_PAGES}")
        dbapi.execute(f"PRAGMA query_only = {not writer:d}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if writer:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # by the driver itself: it touches no file, so there is no error to be named
            connection.connection.cursor().execute("BEGIN")

    return engine


def plain_connection(path: str) -> Any:
    """Return a connection of the driver to an SQLite file, with every setting of this page."""
    connection = sqlcipher.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)
    for name, (value, _) in PRAGMAS.items():
        connection.execute(f"PRAGMA {name} = {value}")
    for name, (_, wanted) in PRAGMAS.items():
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != wanted:
            connection.close()
            raise UnsafeDriver(f"{name} is {found!r}, not {wanted!r}")
    return connection


def _postgresql(url: URL) -> Engines:
    options = f"-c statement_timeout={STATEMENT_MS} -c idle_in_transaction_session_timeout=30000"
    shared: dict[str, Any] = {
        "pool_size": POSTGRES_CONNECTIONS,
        "max_overflow": 0,
        "pool_timeout": BUSY_SECONDS,
        "pool_pre_ping": False,
        "hide_parameters": True,
    }
    write = create_engine(url, **shared, connect_args=_connect_args(f"{options} {SEES_ALL}"))
    read = create_engine(
        url,
        **shared,
        connect_args=_connect_args(options),
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
    )
    return Engines(write, read, POSTGRES_CONNECTIONS, POSTGRES_CONNECTIONS)


def _connect_args(options: str) -> dict[str, Any]:
    return {"options": options, "connect_timeout": 5}
