"""P1 and P2: operations of one laptop to the centre and on to another, everything durable."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Self

from bench import words
from bench.district import District, Laptop
from bench.figure import Figure, timed
from bench.floor import LoopbackSink, insert_once
from bench.peer import NoPeer
from gridworker.app.ports import NewPatrol
from gridworker.cli import PASSWORD
from gridworker.storage.statements import Statements

AGAINST_PEER = 1.0
WHERE_IT_GOES = (
    "most of it is the centre, which decides each operation by the rules, keeps it in log and"
    " record and tells each of six scopes"
)
Rows = list[bytes]
Insert = Callable[[Rows], object]
Peer = Callable[[int, int], float]


@dataclass(frozen=True, kw_only=True)
class Way:
    """A figure: its goal, what the centre's database would need for the rows alone, its peers.

    A peer takes a count and a size and returns milliseconds, or raises NoPeer.
    """

    name: str
    goal: float
    against: str
    insert: Insert
    peers: Sequence[tuple[str, str, Peer]]


@dataclass
class Samples:
    """Milliseconds: with both laptops on line, or one after the other (and of that the push)."""

    together: list[float] = field(default_factory=list)
    apart: list[float] = field(default_factory=list)
    push: list[float] = field(default_factory=list)
    index: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    peers: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    bytes: float = 0.0


class Second:
    """The second laptop in a process of its own (`bench.second_child`)."""

    def __init__(self, home: Path, password: str) -> None:
        self._command = [sys.executable, "-P", "-m", "bench.second_child", str(home)]
        self._environment = {**os.environ, PASSWORD: password}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=self._environment,
        )
        self._records = self._told()["records"]
        return self

    def __exit__(self, problem: object, *_: object) -> None:
        if problem is not None:  # it may wait for a record that never comes
            self._process.kill()
        self._process.communicate()

    def begin(self, last: str) -> None:
        """Let it pull until it holds this record, the last of those that come."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{last}\n")
        self._process.stdin.flush()

    def arrived(self, count: int) -> tuple[float, float]:
        """Wait for that; return when it was (monotonic seconds), and milliseconds of its index."""
        told = self._told()
        self._records += count
        assert told["records"] == self._records, "not everything arrived"
        return told["at"], told["index_ms"]

    def _told(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the second laptop ended"
        told: dict[str, Any] = json.loads(line)
        return told


def into_sqlite(district: District) -> Insert:
    """Return what inserts rows beside the centre's database, where that is SQLite."""

    def insert(rows: Rows) -> None:
        insert_once(district.folder / "floor-centre.db", rows)

    return insert


def measure(district: District, way: Way, *, count: int, rounds: int) -> list[Figure]:
    """Return ours against the floor and against the peers, one after the other in each round."""
    first = district.laptop(f"{way.name}-first")
    found = Samples()
    try:
        with (
            Second(*district.enrolled(f"{way.name}-second")) as second,
            LoopbackSink(district.folder) as sink,
        ):
            for turn in range(2 * rounds):
                rows = record(first, count, Random(turn))
                found.bytes = statistics.mean(map(len, rows))
                found.floor.append(_floor(district.folder, sink, way.insert, rows))
                _across(found, first, second, rows, together=turn % 2 == 0)
                found.floor.append(_floor(district.folder, sink, way.insert, rows))
                first.pull()
                if turn % 2:
                    _ask_peers(found, way, count)
    finally:
        first.close()
    return _figures(found, way, count)


def _across(found: Samples, first: Laptop, second: Second, rows: Rows, *, together: bool) -> None:
    """Take rows across: the second laptop pulls while the first one pushes, or afterwards."""
    last = json.loads(rows[-1])["entity"]["id"]
    began = time.monotonic()
    if together:
        second.begin(last)
    pushed = timed(first.push)
    if not together:
        second.begin(last)
    at, index = second.arrived(len(rows))
    spent = (at - began) * 1000
    found.index.append(index)
    if together:
        found.together.append(spent)
    else:
        found.apart.append(spent)
        found.push.append(pushed)


def record(laptop: Laptop, count: int, random: Random) -> Rows:
    """Record patrols as a person does; return the operations that now wait."""
    for number in range(count):
        seen = NewPatrol(
            place=words.place(random, number), result="normal", note=words.long_remark(random)
        )
        laptop.profile.commands.patrol(seen)
    with laptop.profile.read() as session:
        rows = Statements(session).execute("SELECT json FROM outbox WHERE state = 'queued'")
        return [text.encode() for (text,) in rows]


def _floor(folder: Path, sink: LoopbackSink, centre: Insert, rows: Rows) -> float:
    def both_ways() -> None:
        centre(rows)
        sink.post(rows)
        insert_once(folder / "floor-laptop.db", rows)
        sink.post(rows)

    spent = timed(both_ways)
    for left in folder.glob("floor-*"):
        left.unlink()
    return spent


def _ask_peers(found: Samples, way: Way, count: int) -> None:
    for letter, who, ask in way.peers:
        if who in found.missing:
            continue
        try:
            found.peers.setdefault(letter, []).append(ask(count, int(found.bytes)))
        except NoPeer as error:
            found.missing[who] = str(error)


def _figures(found: Samples, way: Way, count: int) -> list[Figure]:
    ours, apart = statistics.median(found.together), statistics.median(found.apart)
    index, push = statistics.median(found.index), statistics.median(found.push)
    what = f"{count:,} operations of {found.bytes:.0f} B, laptop → centre → laptop"
    floor = statistics.median(found.floor)
    told = (
        "both laptops are on line, the second pulls with each poke; its search index is filled"
        f" afterwards in portions and is not in it: {index:.0f} ms more"
    )
    if ours > way.goal * floor:
        told += f"; {WHERE_IT_GOES}"
    for who, why in found.missing.items():
        told += f"; not compared with {who}: {why}"
    figures = [
        Figure(
            name=way.name,
            what=what,
            ours=ours,
            theirs=floor,
            against=way.against,
            goal=way.goal,
            note=told,
        ),
        Figure(
            name=f"{way.name}s",
            what="the same, one laptop after the other",
            ours=apart,
            theirs=floor,
            against="the same floor",
            goal=None,
            note=f"push {push:.0f} ms, pull {apart - push:.0f} ms",
        ),
        Figure(
            name=f"{way.name}i",
            what="the same with the index filled",
            ours=ours + index,
            theirs=floor,
            against="the same floor",
            goal=None,
        ),
    ]
    for letter, who, _ in way.peers:
        if found.peers.get(letter):
            figures.append(
                Figure(
                    name=f"{way.name}{letter}",
                    what="the same against a peer",
                    ours=ours,
                    theirs=statistics.median(found.peers[letter]),
                    against=who,
                    goal=AGAINST_PEER,
                )
            )
    return figures
