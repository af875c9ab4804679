"""A throwaway PostgreSQL with the roles and databases of `deploy/postgresql`, and a demo on it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from central.build import Centre
from central.demo import Person, fill
from central.store import migrate
from central.store.engine import open_engines
from central.store.tables import METADATA

PLACES = ("/usr/lib/postgresql", "/usr/local/lib/postgresql")
SCRIPTS = Path(__file__).parents[2] / "deploy" / "postgresql"


class NotInstalled(Exception):
    """There is no PostgreSQL on this machine; the text says what to install."""


@contextmanager
def throwaway() -> Iterator[str]:
    """Run a server on a private Unix socket; yield its administrator's URL with `{name}` in it."""
    found = sorted(path for place in PLACES for path in Path(place).glob("*/bin/initdb"))
    which = shutil.which("initdb")
    if not found and which is None:
        raise NotInstalled("PostgreSQL is not installed (Debian package postgresql)")
    bin_ = found[-1].parent if found else Path(str(which)).parent
    folder = Path(tempfile.mkdtemp(prefix="gwpg"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data, log = str(folder / "data"), str(folder / "log")
    quick = f"-c listen_addresses='' -k {folder} -c fsync=off -c synchronous_commit=off"
    quick += " -c full_page_writes=off -c max_connections=200 -c autovacuum=off"
    steps = (
        [bin_ / "initdb", "-D", data, "-U", "app", "--auth=trust", "-E", "UTF8", "--no-sync"],
        [bin_ / "pg_ctl", "-D", data, "-w", "-o", quick, "-l", log, "start"],
    )
    for step in steps:
        subprocess.run([*as_user, *step], check=True, capture_output=True, cwd=folder)
    url = f"postgresql+psycopg://app@/{{name}}?host={folder}"
    try:
        by_administrator(url, "roles.sql")
        yield url
    finally:
        stop = [bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
        subprocess.run([*as_user, *stop], check=True, capture_output=True, cwd=folder)
        shutil.rmtree(folder)


@dataclass(frozen=True)
class Pristine:
    """A PostgreSQL database with a small demo that can be had again and again.

    Its roles are those of `deploy/postgresql`: `url` is that of the one that serves, so
    that every test of the centre runs beneath row security; `admin` is above everything.
    """

    url: str
    owner: str
    admin: str
    people: list[Person]
    epoch: str
    tables: list[str]

    def restore(self) -> None:
        """Put every table back: a fifth of the time of a database made from a template."""
        fresh = "; ".join(f"INSERT INTO {t} SELECT * FROM pristine.{t}" for t in self.tables)
        run_sql(self.admin, f"TRUNCATE {', '.join(self.tables)}; {fresh}")


def pristine(postgres: str, blobs: Path) -> Pristine:
    """Make the database of tests that are content with a small demo."""
    admin = postgres.format(name="gridworker")
    by_administrator(postgres, "database.sql", "gridworker")
    owner, url = as_role(admin, "gridworker_owner"), as_role(admin, "gridworker")
    engines = open_engines(owner)
    migrate.bring_up(engines)
    engines.close()
    centre = Centre.open(url, blobs, demo=True)
    people = fill(centre, "small")
    centre.close()
    tables = [*METADATA.tables, "alembic_version"]
    copies = "; ".join(f"CREATE TABLE pristine.{t} AS TABLE {t}" for t in tables)
    run_sql(admin, f"CREATE SCHEMA pristine; {copies}")
    return Pristine(url, owner, admin, people, (blobs / ".epoch").read_text(), tables)


def by_administrator(postgres: str, script: str, database: str = "") -> None:
    """Run a script of `deploy/postgresql`."""
    host = postgres.partition("host=")[2]
    command = ["psql", "-X", "-q", "-h", host, "-U", "app", "-d", "postgres"]
    command += ["--set", "ON_ERROR_STOP=1", "--set", f"database={database}"]
    subprocess.run([*command, "--file", str(SCRIPTS / script)], check=True, capture_output=True)


def as_role(url: str, role: str) -> str:
    return url.replace("app@", f"{role}@")


def run_sql(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
