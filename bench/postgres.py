"""A throwaway PostgreSQL as it is installed: every commit reaches the disk."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

import psycopg

PLACES = ("/usr/lib/postgresql", "/usr/local/lib/postgresql")
SCRIPTS = Path(__file__).parents[1] / "deploy" / "postgresql"
OPTIONS = "-c listen_addresses='' -c max_connections=100"


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine; the text says what to install."""


class Postgres:
    """One server on a private Unix socket, in a folder that goes away; use it in a `with` block."""

    def __enter__(self) -> Self:
        bin_ = self._bin = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="gwpg"))
        as_user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            as_user = ["runuser", "-u", "postgres", "--"]
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self._stop = [*as_user, bin_ / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop"]
        steps = (
            [bin_ / "initdb", "-D", data, "-U", "app", "--auth=trust", "-E", "UTF8"],
            [bin_ / "pg_ctl", "-D", data, "-w", "-l", log, "-o", self._options(), "start"],
        )
        for step in steps:
            subprocess.run([*as_user, *step], check=True, capture_output=True, cwd=self.folder)
        self.pid = int((self.folder / "data" / "postmaster.pid").read_text().split("\n")[0])
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(self._stop, check=False, capture_output=True, cwd=self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self, name: str) -> str:
        """Make a database; return its URL as the centre takes it."""
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://app@/{name}?host={self.folder}"

    def deployed(self, name: str) -> tuple[str, str]:
        """Make a database as operators are told to: its URLs for the centre and for its owner.

        Row security holds for the centre's role. Once for each server.
        """
        for script in ("roles.sql", "database.sql"):
            psql = [
                self._bin / "psql",
                "-X",
                "-q",
                "-h",
                self.folder,
                "-U",
                "app",
                "-d",
                "postgres",
            ]
            settings = ["--set", "ON_ERROR_STOP=1", "--set", f"database={name}"]
            command = [*psql, *settings, "--file", SCRIPTS / script]
            subprocess.run(command, check=True, capture_output=True)
        place = f"@/{name}?host={self.folder}"
        return (
            f"postgresql+psycopg://gridworker{place}",
            f"postgresql+psycopg://gridworker_owner{place}",
        )

    def connect(self, name: str) -> psycopg.Connection:
        """Connect to a database."""
        return psycopg.connect(f"host={self.folder} user=app dbname={name}", autocommit=True)

    def settle(self) -> None:
        """Do now what the server would do by itself later, so that no figure pays for it."""
        with self.connect("postgres") as connection:
            rows = connection.execute("SELECT datname FROM pg_database WHERE datallowconn")
            names = [str(name) for (name,) in rows if not str(name).startswith("template")]
        for name in names:
            with self.connect(name) as connection:
                connection.execute("VACUUM ANALYZE")
                connection.execute("CHECKPOINT")

    def _options(self) -> str:
        return f"{OPTIONS} -k {self.folder}"


def _programs() -> Path:
    found = sorted(path for place in PLACES for path in Path(place).glob("*/bin/initdb"))
    which = shutil.which("initdb")
    if not found and which is None:
        raise NoPostgres("PostgreSQL is not installed (Debian package postgresql)")
    return found[-1].parent if found else Path(str(which)).parent


def insert_once(connection: psycopg.Connection, rows: list[bytes]) -> None:
    """Insert all rows in one durable transaction, the quickest way that the server has."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS op")
        cursor.execute("CREATE TABLE op (id bigserial PRIMARY KEY, body bytea NOT NULL)")
        cursor.execute("INSERT INTO op (body) SELECT * FROM unnest(%s::bytea[])", (rows,))
