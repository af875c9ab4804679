"""P1: operations of one laptop to the centre and on to another, everything durable."""

import statistics
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench import peer, words
from bench.district import District, Laptop
from bench.figure import Figure, timed
from bench.floor import LoopbackSink, insert_once
from gridworker.app.ports import NewPatrol
from gridworker.storage.statements import Statements

GOAL = 7.0
AGAINST_PEER = 1.0
ENDS = 2
WHERE_IT_GOES = (
    "most of it is the centre, which decides each operation by the rules, keeps it in log and"
    " record and tells each of six scopes; the rest is mostly SQLCipher writing its pages"
)


@dataclass
class Samples:
    """Milliseconds of each round."""

    push: list[float] = field(default_factory=list)
    pull: list[float] = field(default_factory=list)
    index: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    bytes: float = 0.0


def measure(district: District, *, count: int, rounds: int) -> list[Figure]:
    """Return ours against the floor and against the peer, one after the other in each round."""
    first, second = district.laptop("p1-first"), district.laptop("p1-second")
    found, why = Samples(), ""
    try:
        python = peer.installed()
    except peer.NoPeer as error:
        python, why = None, str(error)
    try:
        with LoopbackSink() as sink:
            for turn in range(rounds):
                rows = record(first, count, Random(turn))
                found.bytes = statistics.mean(map(len, rows))
                found.floor.append(_floor(district.folder, sink, rows))
                found.push.append(timed(first.push))
                found.pull.append(timed(second.pull))
                found.index.append(timed(second.profile.indexer.catch_up))
                found.floor.append(_floor(district.folder, sink, rows))
                first.pull()
                if python is not None:
                    found.peer.append(peer.anki_ms(python, count=count, size=int(found.bytes)))
    except peer.NoPeer as error:
        why = str(error)
    finally:
        first.close()
        second.close()
    return _figures(found, count, why)


def record(laptop: Laptop, count: int, random: Random) -> list[bytes]:
    """Record patrols as a person does; return the operations that now wait."""
    for number in range(count):
        seen = NewPatrol(
            place=words.place(random, number), result="normal", note=words.long_remark(random)
        )
        laptop.profile.commands.patrol(seen)
    with laptop.profile.read() as session:
        rows = Statements(session).execute("SELECT json FROM outbox WHERE state = 'queued'")
        return [text.encode() for (text,) in rows]


def _floor(folder: Path, sink: LoopbackSink, rows: list[bytes]) -> float:
    def both_ways() -> None:
        for end in range(ENDS):
            insert_once(folder / f"floor-{end}.db", rows)
            sink.post(rows)

    spent = timed(both_ways)
    for left in folder.glob("floor-*"):
        left.unlink()
    return spent


def _figures(found: Samples, count: int, why: str) -> list[Figure]:
    push, pull = statistics.median(found.push), statistics.median(found.pull)
    index, ours = statistics.median(found.index), push + pull
    what = f"{count:,} operations of {found.bytes:.0f} B, laptop → centre → laptop"
    floor = statistics.median(found.floor)
    told = (
        f"push {push:.0f} ms, pull {pull:.0f} ms; the search index of the second laptop is filled"
        f" afterwards in portions and is not in it: {index:.0f} ms more"
    )
    if ours > GOAL * floor:
        told += f"; {WHERE_IT_GOES}"
    if why:
        told += f"; not compared with Anki: {why}"
    figures = [
        Figure(
            name="P1",
            what=what,
            ours=ours,
            theirs=floor,
            against="2 durable inserts + 2 loopback posts",
            goal=GOAL,
            note=told,
        ),
        Figure(
            name="P1i",
            what="the same with the index filled",
            ours=ours + index,
            theirs=floor,
            against="the same floor",
            goal=None,
        ),
    ]
    if found.peer:
        figures.append(
            Figure(
                name="P1a",
                what="the same against a peer",
                ours=ours,
                theirs=statistics.median(found.peer),
                against="Anki, not encrypted",
                goal=AGAINST_PEER,
            )
        )
    return figures
