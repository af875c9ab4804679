"""`python -m bench [--quick] [--only PART ...] [--out FILE]` measures and prints a table."""

import argparse
import gc
import os
import platform
import sys
import tempfile
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite

from bench import filled_profile, saving, searching, two_laptops, windows
from bench.district import District
from bench.figure import Figure, table

FULL = {"operations": 10_000, "tickets": 100_000, "saves": 1000, "rounds": 3}
QUICK = {"operations": 2_000, "tickets": 10_000, "saves": 200, "rounds": 3}
SYNC, SAVE, SEARCH, WINDOWS = PARTS = ("sync", "save", "search", "windows")


def main() -> int:
    options = _options()
    size = QUICK if options.quick else FULL
    with (
        tempfile.TemporaryDirectory(prefix="gridworker-bench-") as folder,
        District(Path(folder) / "district") as district,
    ):
        figures = _measured(district, size, frozenset(options.only))
    text = f"# Figures\n\n{_machine()}\n\n{table(figures)}"
    print(text)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text, "utf-8")
    return 0


def _measured(district: District, size: dict[str, int], parts: frozenset[str]) -> list[Figure]:
    rounds = size["rounds"]
    figures: list[Figure] = []
    if SYNC in parts:
        figures += two_laptops.measure(district, count=size["operations"], rounds=rounds)
        _say(figures)
    if SAVE in parts:
        figures += saving.measure(district, count=size["saves"], rounds=rounds)
        _say(figures)
    if parts & {SEARCH, WINDOWS}:
        home, password = filled_profile.make(district, count=size["tickets"])
        if SEARCH in parts:
            figures += searching.measure(home, password)
            _say(figures)
        if WINDOWS in parts:
            gc.collect()
            figures += windows.measure(home, password, count=size["tickets"], rounds=rounds)
    return figures


def _say(figures: list[Figure]) -> None:
    """Show how far it has come; the table is at the end."""
    print(f"{figures[-1].name} done", file=sys.stderr, flush=True)


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
    parser.add_argument("--out", type=Path, help="where the table is written, too")
    return parser.parse_args()


sys.exit(main())
