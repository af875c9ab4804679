"""P3: a sync with nothing to do over forty scopes, and one change on its way."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from bench import peer
from bench.district import District, Laptop
from bench.figure import Figure, timed
from bench.floor import LoopbackSink, plain_store
from bench.peer import NoPeer, Timings
from bench.two_laptops import record
from gridworker.storage import confirmed
from sync.transport import Reply, Transport

SCOPES, NOTES = 40, 200
IDLE_GOAL, CHANGE_GOAL, AGAINST_PEER = 5.0, 3.0, 1.0
WHERE_IT_GOES = (
    "the way has three durable commits, two of them of encrypted stores, and the centre decides by"
    " the rules; the bare requests keep nothing"
)
COMMITS = 3


@dataclass(frozen=True)
class Peer:
    """What a peer took, or why it was not asked."""

    letter: str
    who: str
    timings: Timings | None
    why: str = ""


class Counting:
    """Stands before a transport and counts what goes through."""

    def __init__(self, transport: Transport) -> None:
        self._transport, self.near = transport, transport.near
        self.asked = 0

    def give_up(self) -> None:
        self._transport.give_up()

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        timeout: float,
    ) -> Reply:
        self.asked += 1
        return self._transport.send(method, path, headers, body, timeout=timeout)


def measure(district: District, *, rounds: int) -> list[Figure]:
    """Return both figures and those of the peers; ours and the floor take turns."""
    peers, laptops = _asked_peers(), _laptops(district)
    try:
        with LoopbackSink(district.folder) as sink:
            return [
                *_idle(laptops[1], sink, rounds, peers),
                *_change(district, laptops, sink, rounds, peers),
            ]
    finally:
        for laptop in laptops:
            laptop.close()


def _laptops(district: District) -> tuple[Laptop, Laptop]:
    grids = district.grids(SCOPES - 2)  # and the person's own scope, and what is for all
    district.add_person("p3", *grids)
    first, second = district.laptop("p3-first", "p3"), district.laptop("p3-second", "p3")
    for laptop in (first, second):
        laptop.pull()
    with second.profile.read() as session:
        assert len(confirmed.cursors(session)) == SCOPES
    return first, second


def _idle(laptop: Laptop, sink: LoopbackSink, rounds: int, peers: list[Peer]) -> list[Figure]:
    counted: list[Counting] = []

    def over(transport: Transport) -> Transport:
        counted.append(Counting(transport))
        return counted[-1]

    engine = laptop.engine(over)
    for _ in range(3):  # the first rounds learn keys and dates
        assert engine.round().failure is None
    counted[-1].asked = 0
    ours, theirs = _by_turns(engine.round, sink.get, rounds)
    assert counted[-1].asked == rounds, "an idle sync is one request"
    return [
        Figure(
            name="P3",
            what=f"sync with nothing to do, {SCOPES} scopes, one request",
            ours=ours,
            theirs=theirs,
            against="bare GET, token looked up",
            goal=IDLE_GOAL,
            note=_missing(peers),
        ),
        *_against(peers, "P3", "the same against a peer", "idle_ms", ours),
    ]


def _change(
    district: District,
    laptops: tuple[Laptop, Laptop],
    sink: LoopbackSink,
    rounds: int,
    peers: list[Peer],
) -> list[Figure]:
    (first, second), random, rows = laptops, Random(3), [b""]

    def across() -> None:
        first.push()
        second.pull()

    def before() -> None:
        rows[:] = record(first, 1, random)

    bare = plain_store(district.folder / "floor-change.db")
    bare.execute("CREATE TABLE op (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")

    def posts() -> None:
        sink.post(rows)
        sink.post(rows)

    def durable_posts() -> None:
        posts()
        for _ in range(COMMITS):
            bare.execute("INSERT INTO op (body) VALUES (?)", (rows[0],))

    ours, theirs = _by_turns(across, posts, rounds, before)
    kept = statistics.median(timed(durable_posts) for _ in range(rounds))
    bare.close()
    return [
        Figure(
            name="P3c",
            what="one change, laptop → centre → laptop",
            ours=ours,
            theirs=theirs,
            against="two bare POSTs",
            goal=CHANGE_GOAL,
            note=WHERE_IT_GOES if ours > CHANGE_GOAL * theirs else "",
        ),
        Figure(
            name="P3d",
            what="the same, for information",
            ours=ours,
            theirs=kept,
            against=f"two bare POSTs and {COMMITS} durable inserts",
            goal=None,
        ),
        *_against(peers, "P3c", "one change against a peer", "one_ms", ours),
    ]


def _nothing() -> None:
    """Need no preparation."""


def _by_turns(
    ours: Callable[[], object],
    floor: Callable[[], object],
    rounds: int,
    before: Callable[[], object] = _nothing,
) -> tuple[float, float]:
    own, bare = [], []
    for _ in range(rounds):
        before()
        own.append(timed(ours))
        bare.append(timed(floor))
    return statistics.median(own), statistics.median(bare)


def _asked_peers() -> list[Peer]:
    found = []
    for letter, who, ask in (("a", "Anki, not encrypted", peer.anki), ("p", "PouchDB", peer.pouch)):
        try:
            found.append(Peer(letter, who, ask(count=NOTES, size=1000)))
        except NoPeer as error:
            found.append(Peer(letter, who, None, f"not compared with {who}: {error}"))
    return found


def _missing(peers: list[Peer]) -> str:
    return "; ".join(one.why for one in peers if one.why)


def _against(peers: list[Peer], name: str, what: str, key: str, ours: float) -> list[Figure]:
    return [
        Figure(
            name=f"{name}{one.letter}",
            what=what,
            ours=ours,
            theirs=one.timings[key],
            against=one.who,
            goal=AGAINST_PEER,
        )
        for one in peers
        if one.timings is not None
    ]
