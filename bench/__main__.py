"""`python -m bench [--quick] [--only PART ...] [--out FILE]` measures and prints a table."""

import argparse
import compileall
import gc
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, Self

from sqlcipher3 import dbapi2 as sqlite

from bench import (
    clients,
    filled_profile,
    gaps,
    load,
    outage,
    peer,
    photos,
    postgres,
    saving,
    searching,
    small_syncs,
    two_laptops,
    windows,
)
from bench.district import District
from bench.figure import Figure, table
from bench.two_laptops import Way

FULL = {
    "operations": 10_000,
    "tickets": 100_000,
    "saves": 1000,
    "rounds": 3,
    "small": 200,
    "photos": 200,
    "megabytes": 2000,
    "steps": (100, 300, 1000),
    "seconds": 90.0,
    "real": 1000,
}
QUICK = {
    "operations": 2_000,
    "tickets": 10_000,
    "saves": 200,
    "rounds": 3,
    "small": 50,
    "photos": 40,
    "megabytes": 200,
    "steps": (100, 300),
    "seconds": 30.0,
    "real": 300,
}
ROOT = Path(__file__).parents[1]
PACKAGES = ("gridworker", "sync", "ui", "central", "resources", "bench")
BOTH_WAYS = "2 durable inserts + 2 loopback posts"
Size = dict[str, Any]


class Run:
    """One run: the district on SQLite that most parts use, that on PostgreSQL, a filled laptop."""

    def __init__(self, folder: Path, size: Size, *, with_kinto: bool) -> None:
        self._folder, self._size, self._with_kinto = folder, size, with_kinto
        self._ends = ExitStack()
        self._district: District | None = None
        self._on_postgres: tuple[postgres.Postgres, District] | None = None
        self._filled: tuple[Path, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self._ends.close()

    def sync(self) -> list[Figure]:
        district = self._plain()
        anki = lambda count, size: peer.anki(count=count, size=size)["ms"]  # noqa: E731
        pouch = lambda count, size: peer.pouch(count=count, size=size)["ms"]  # noqa: E731
        way = Way(
            name="P1",
            goal=5.0,
            against=BOTH_WAYS,
            insert=two_laptops.into_sqlite(district),
            peers=[("a", "Anki, not encrypted", anki), ("p", "PouchDB", pouch)],
        )
        return self._two_laptops(district, way)

    def sync_postgresql(self) -> list[Figure]:
        server, district = self._postgres()
        peers = []
        if self._with_kinto:
            peers.append(("k", "Kinto on PostgreSQL", partial(_kinto, server)))
        server.database("floor")
        with server.connect("floor") as connection:
            way = Way(
                name="P2",
                goal=7.0,
                against=f"{BOTH_WAYS}, one insert into PostgreSQL",
                insert=partial(postgres.insert_once, connection),
                peers=peers,
            )
            return self._two_laptops(district, way)

    def small(self) -> list[Figure]:
        return small_syncs.measure(self._plain(), rounds=self._size["small"])

    def photos(self) -> list[Figure]:
        size = self._size
        return photos.measure(self._plain(), count=size["photos"], rounds=size["rounds"])

    def save(self) -> list[Figure]:
        size = self._size
        return saving.measure(self._plain(), count=size["saves"], rounds=size["rounds"])

    def search(self) -> list[Figure]:
        return searching.measure(*self._full_laptop())

    def windows(self) -> list[Figure]:
        home, password = self._full_laptop()
        gc.collect()
        size = self._size
        return windows.measure(home, password, count=size["tickets"], rounds=size["rounds"])

    def gaps(self) -> list[Figure]:
        size = self._size
        return gaps.measure(self._plain(), tickets=size["tickets"], megabytes=size["megabytes"])

    def clients(self) -> list[Figure]:
        server, district = self._postgres()
        size = self._size
        return clients.measure(district, server, steps=size["steps"], seconds=size["seconds"])

    def outage(self) -> list[Figure]:
        return outage.measure(self._postgres()[1], real=self._size["real"])

    def _two_laptops(self, district: District, way: Way) -> list[Figure]:
        size = self._size
        return two_laptops.measure(district, way, count=size["operations"], rounds=size["rounds"])

    def _plain(self) -> District:
        if self._district is None:
            self._district = self._ends.enter_context(District(self._folder / "district"))
        return self._district

    def _postgres(self) -> tuple[postgres.Postgres, District]:
        if self._on_postgres is None:
            server = self._ends.enter_context(postgres.Postgres())
            folder = self._folder / "on-postgres"
            district = District(folder, *server.deployed("gridworker"))
            self._on_postgres = server, self._ends.enter_context(district)
        return self._on_postgres

    def _full_laptop(self) -> tuple[Path, str]:
        if self._filled is None:
            self._filled = filled_profile.make(self._plain(), count=self._size["tickets"])
        return self._filled


PARTS: dict[str, Callable[[Run], list[Figure]]] = {
    "sync": Run.sync,
    "sync-postgresql": Run.sync_postgresql,
    "small": Run.small,
    "photos": Run.photos,
    "save": Run.save,
    "search": Run.search,
    "windows": Run.windows,
    "gaps": Run.gaps,
    "clients": Run.clients,
    "outage": Run.outage,
}


def main() -> int:
    options = _options()
    for package in PACKAGES:  # as an installation does: else every start measures the compiler
        compileall.compile_dir(ROOT / package, quiet=1)
    load.allow_many_files()
    figures: list[Figure] = []
    missing: list[str] = []
    size = QUICK if options.quick else FULL
    with (
        tempfile.TemporaryDirectory(prefix="gridworker-bench-") as folder,
        Run(Path(folder), size, with_kinto=options.with_kinto) as run,
    ):
        for name in options.only:
            try:
                figures += PARTS[name](run)
            except postgres.NoPostgres as error:
                missing.append(f"- {name} was not measured: {error}")
            print(f"{name} done", file=sys.stderr, flush=True)
    text = "\n".join([f"# Figures\n\n{_machine()}\n\n{table(figures)}", *missing])
    print(text)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text, "utf-8")
    return 0


def _kinto(server: postgres.Postgres, count: int, size: int) -> float:
    with server.connect("postgres") as connection:
        connection.execute("DROP DATABASE IF EXISTS kinto")
    return peer.kinto(count=count, size=size, database=server.database("kinto"))["ms"]


def _machine() -> str:
    one, five, fifteen = os.getloadavg()
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}, SQLite {sqlite.sqlite_version}; load at the end"
        f" {one:.1f} {five:.1f} {fifteen:.1f}. Every figure is a ratio to a floor or a peer"
        " measured in the same run; milliseconds stand beside it for information."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description="the figures of the goals")
    parser.add_argument("--quick", action="store_true", help="fewer operations and tickets")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the parts")
    parser.add_argument("--with-kinto", action="store_true", help="install Kinto and compare P2")
    parser.add_argument("--out", type=Path, help="where the table is written, too")
    return parser.parse_args()


sys.exit(main())
