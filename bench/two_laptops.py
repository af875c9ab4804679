"""P1 and P2: operations of one laptop to the centre and on to another, everything durable."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench import words
from bench.district import District, Laptop
from bench.figure import Figure, timed
from bench.floor import LoopbackSink, insert_once
from bench.peer import NoPeer
from gridworker.app.ports import NewPatrol
from gridworker.storage.statements import Statements

AGAINST_PEER = 1.0
WHERE_IT_GOES = (
    "two thirds of it are the centre, which decides each operation by the rules, keeps it in log"
    " and record and tells each of six scopes; the rest is the second laptop's encrypted pages"
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
    """Milliseconds of each round."""

    push: list[float] = field(default_factory=list)
    pull: list[float] = field(default_factory=list)
    index: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    peers: dict[str, list[float]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    bytes: float = 0.0


def into_sqlite(district: District) -> Insert:
    """Return what inserts rows beside the centre's database, where that is SQLite."""

    def insert(rows: Rows) -> None:
        insert_once(district.folder / "floor-centre.db", rows)

    return insert


def measure(district: District, way: Way, *, count: int, rounds: int) -> list[Figure]:
    """Return ours against the floor and against the peers, one after the other in each round."""
    first = district.laptop(f"{way.name}-first")
    second = district.laptop(f"{way.name}-second")
    found = Samples()
    try:
        with LoopbackSink(district.folder) as sink:
            for turn in range(rounds):
                rows = record(first, count, Random(turn))
                found.bytes = statistics.mean(map(len, rows))
                found.floor.append(_floor(district.folder, sink, way.insert, rows))
                found.push.append(timed(first.push))
                found.pull.append(timed(second.pull))
                found.index.append(timed(second.profile.indexer.catch_up))
                found.floor.append(_floor(district.folder, sink, way.insert, rows))
                first.pull()
                _ask_peers(found, way, count)
    finally:
        first.close()
        second.close()
    return _figures(found, way, count)


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
    push, pull = statistics.median(found.push), statistics.median(found.pull)
    index, ours = statistics.median(found.index), push + pull
    what = f"{count:,} operations of {found.bytes:.0f} B, laptop → centre → laptop"
    floor = statistics.median(found.floor)
    told = (
        f"push {push:.0f} ms, pull {pull:.0f} ms; the search index of the second laptop is filled"
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
