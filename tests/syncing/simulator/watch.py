"""What has to be true along the way, not only when everything is quiet (sync.md 8)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from central.store import accounts, feed
from central.store.transaction import Tx
from gridworker.domain.organisation import Role
from gridworker.storage import confirmed, state, status_queries
from gridworker.wire import content_digest
from sync.round import RoundResult
from sync.transport import Reply
from tests.syncing.simulator.centre_host import CentreHost
from tests.syncing.simulator.laptop import Laptop
from tests.syncing.simulator.network import Sent
from tests.syncing.simulator.places import LATER_FIELD, POISON

OK = 200
ALL = 1000
ENDLESS = 20_000  # requests of one laptop in one history
WORDLESS = {"ticket.retract", "ticket.act", "evidence.add"}  # of a record that is away: photos
OUTSIDE = (
    "SELECT count(*) FROM base b WHERE NOT EXISTS (SELECT 1 FROM member m JOIN cursor c"
    " ON c.scope = m.scope WHERE m.entity_id = b.id AND m.kind = b.kind)"
    " AND NOT EXISTS (SELECT 1 FROM detached d WHERE d.id = b.id AND d.kind = b.kind)"
)
UNSEEN = tuple(
    f"SELECT op_id FROM outbox o WHERE state <> 'refused' AND kind = '{kind}' AND type IN ({types})"
    f" AND NOT EXISTS (SELECT 1 FROM view_{kind} v WHERE v.id = o.entity_id AND v.place <> '')"
    for kind, types in (
        ("ticket", "'ticket.report@1', 'ticket.resolve@1'"),
        ("patrol_record", "'patrol_record.create@1'"),
    )
)
FORGETFUL = tuple(
    f"SELECT v.id FROM view_{kind} v JOIN confirmed b ON b.id = v.id AND b.kind = '{kind}'"
    f" WHERE instr(b.body, '{LATER_FIELD}') AND NOT instr(v.body, '{LATER_FIELD}')"
    for kind in ("ticket", "patrol_record")
)
AWAY = (
    "SELECT s.op_id, b.rev >= coalesce(s.rev, 0) FROM sent_log s LEFT JOIN base b"
    " ON b.id = s.entity_id AND b.kind = s.kind WHERE s.state IN ('applied', 'noop')"
)


CARDS = (
    "SELECT op_id, state || coalesce(verdict_json ->> 'code', ''), closed_by_user FROM outbox"
    " WHERE state <> 'queued' AND op_id IN (SELECT value FROM json_each(?))"
)


class Whole(NamedTuple):
    """What the centre held when it said that there is no more."""

    scopes: Mapping[str, tuple[int, str, int]]
    rights: frozenset[str]
    cursors: Mapping[str, int]


class Watch:
    """Looks over the shoulder of one laptop; what is wrong goes to `complain`."""

    def __init__(self, login: str, host: CentreHost, complain: Callable[[str], None]) -> None:
        self.requests = 0
        self._epoch: str | None = None  # in which laptop and centre may differ until digests tell
        self._told = False
        self.asking: Callable[[Sent], None] = lambda sent: None
        self._login, self._host, self._complain = login, host, complain
        self._awaited: Whole | None = None
        self._whole: Whole | None = None
        self._checkpoint = False
        self._away: set[str] | None = None
        self._stood: dict[tuple[str, str, int], int] = {}
        self._reached: dict[str, int] = {}
        self._closed: dict[str, str] = {}
        self.epochs: set[str] = set()

    def closes(self, laptop: Laptop, op_id: str) -> None:
        """See somebody close a card; it comes again only with another answer."""
        self._closed |= {id_: said for id_, said, _ in laptop.rows(CARDS, f'["{op_id}"]')}

    def another_store(self) -> None:
        """Expect no card to be closed: a copy, or a store made anew, may know nothing of it."""
        self._closed.clear()
        self.begin()

    def begin(self) -> None:
        """Forget what was seen: another process, or another store."""
        self._awaited = self._whole = self._away = None
        self._stood.clear()

    def doubt(self, laptop: Laptop) -> None:
        """Expect that laptop and centre differ, as only digests or a new epoch can tell."""
        self._whole, self._told = None, False
        ((self._epoch,),) = laptop.rows("SELECT epoch FROM sync_state")

    @property
    def in_doubt(self) -> bool:
        """Say whether laptop and centre may differ by what only digests or an epoch can tell."""
        return self._epoch is not None

    def asks(self, sent: Sent) -> None:
        """See a request go out."""
        self.requests += 1
        assert self.requests < ENDLESS, "11 a round never ends"
        self._awaited = None
        self.asking(sent)

    def hears(self, sent: Sent, reply: Reply) -> None:
        """See an answer arrive, before the laptop does."""
        if reply.status != OK or reply.headers.get("content-digest") != content_digest(reply.body):
            return
        self.epochs.add(reply.headers.get("sync-epoch", ""))
        if sent.path == "/v1/sync/pull":
            page = msgspec.json.decode(reply.body)
            self._stood = {k: seq for k, seq in self._stood.items() if k[1] in page["scopes"]}
            self._reached = page["cursors"]
            if not page["changes"] and self._whole and page["cursors"] == self._whole.cursors:
                self._awaited = self._whole
            elif not page["more"]:
                self._awaited = self._host.centre.parts.store.read(self._held(page))
        elif sent.path == "/v1/sync/verify":
            # A scope that has gone on since the pull cannot be compared before the next one.
            told = msgspec.json.decode(reply.body)["scopes"]
            self._told = all(self._reached.get(s) == digest["seq"] for s, digest in told.items())
        elif sent.path == "/v1/sync/push":
            results = msgspec.json.decode(reply.body)["results"]
            self._only_poison(sent, results)

    def committed(self, laptop: Laptop) -> None:
        """See a transaction end; the one that keeps the last page makes the laptop whole."""
        if laptop.wiped is not None:
            return
        if self._closed:
            self._stay_closed(laptop)
        whole = self._awaited
        if whole is None or dict(laptop.rows("SELECT scope, seq FROM cursor")) != whole.cursors:
            return  # the page before the last is kept after the last was asked for
        self._awaited = None
        self._checkpoint = True
        if whole != self._whole:
            self._compare(laptop, whole)
            self._whole = whole if self._epoch is None else None

    def after_round(self, laptop: Laptop, result: RoundResult | None = None) -> None:
        """Look at what people see once a round, or a record, is done."""
        if laptop.wiped is not None:
            return  # nobody sees anything there any more
        if result is not None:
            if self._told and result.failure is None:
                self._epoch = None
            missed, self._awaited = self._awaited, None
            if missed is not None and result.failure is None:
                self._complain(f"8 the last page is not kept: {dict(missed.cursors)}")
        self._what_waits_is_shown(laptop)
        with laptop.read() as session:
            if state.get(session).rebuilt:
                return  # it begins with the first pull
        for sql in FORGETFUL:
            for (id_,) in laptop.rows(sql):
                self._complain(f"14 the view of {id_[-6:]} lost what this program does not know")
        self._put_away(laptop.rows(AWAY))
        self._cursors_only_grow(laptop)

    def after_stick(self, laptop: Laptop) -> None:
        """Look at what an answer on a stick has changed."""
        self._checkpoint = True  # its last page makes a laptop whole as well
        self.after_round(laptop)

    def _what_waits_is_shown(self, laptop: Laptop) -> None:
        """Hold that a person finds all that is on its way, with the words it was recorded with."""
        for sql in UNSEEN:
            for (op_id,) in laptop.rows(sql):
                self._complain(f"3 {op_id[-6:]} waits and is not shown")
        with laptop.read() as session:
            for line in status_queries.waiting(session, ALL):
                if not (line.title or line.place or line.did in WORDLESS):
                    self._complain(f"3 {line.op_id[-6:]} waits and is listed without words")

    def _put_away(self, rows: Sequence[tuple[str, int | None]]) -> None:
        """Hold that nothing is done with before its effect, or a whole base, is here."""
        known, self._away = self._away, {op_id for op_id, _ in rows}
        whole, self._checkpoint = self._checkpoint, False
        if known is not None and not whole:
            for op_id, shown in rows:
                if op_id not in known and not shown:
                    self._complain(f"3 {op_id[-6:]} was put away before its effect was here")

    def _stay_closed(self, laptop: Laptop) -> None:
        """Hold that what somebody has read is not shown again for the same answer."""
        for op_id, said, closed in laptop.rows(
            CARDS, msgspec.json.encode([*self._closed]).decode()
        ):
            if said != self._closed[op_id]:
                del self._closed[op_id]
            elif not closed:
                self._complain(f"10 the card of {op_id[-6:]} was closed and is there again")

    def _cursors_only_grow(self, laptop: Laptop) -> None:
        """Hold that within an epoch no cursor goes back, unless its scope is read anew."""
        ((epoch,),) = laptop.rows("SELECT epoch FROM sync_state")
        rows = laptop.rows("SELECT scope, generation, seq FROM cursor")
        now = {(epoch, scope, generation): seq for scope, generation, seq in rows}
        back = [key[1] for key, seq in now.items() if seq < self._stood.get(key, 0)]
        if back:
            self._complain(f"5 cursor went back: {back}")
        if epoch != self._epoch:
            self._epoch = None  # all was loaded anew
        self._stood = now

    def _compare(self, laptop: Laptop, whole: Whole) -> None:
        with laptop.read() as session:
            own = {s: (d.count, d.xor, d.seq) for s, d in confirmed.digests(session).items()}
        if own != whole.scopes and self._epoch is None:
            differing = [s for s, d in whole.scopes.items() if own.get(s) != d]
            surplus = own.keys() - whole.scopes.keys()
            self._complain(f"8 whole, but not what the centre holds: {differing} {surplus}")
        if own.keys() != whole.rights:
            self._complain(f"12 reads {sorted(own.keys() ^ whole.rights)} against its rights")
        ((outside,),) = laptop.rows(OUTSIDE)
        if outside and self._epoch is None:
            self._complain(f"12 keeps {outside} records that no scope shows")

    def _held(self, page: Mapping[str, Any]) -> Callable[[Tx], Whole]:
        scopes = page["scopes"]

        def work(tx: Tx) -> Whole:
            heads = feed.heads(tx, scopes)
            there = {s: (h.count, h.xor, h.seq) for s, h in heads.items()}
            nothing = dict.fromkeys(scopes, (0, feed.NOTHING, 0))
            return Whole(nothing | there, self._rights(tx), page["cursors"])

        return work

    def _rights(self, tx: Tx) -> frozenset[str]:
        """Say in the simulator's own words what this person may read."""
        account = accounts.get(tx, self._login)
        assert account is not None
        scopes = {"ref", f"user:{self._login}"}
        if Role.GRID_WORKER in account.rights.roles:
            scopes |= {f"grid:{code}" for code in account.rights.grids}
        else:
            scopes |= {
                f"{kind}:{code}" for kind in ("org", "people") for code in account.rights.orgs
            }
        return frozenset(scopes)

    def _only_poison(self, sent: Sent, results: Sequence[Mapping[str, Any]]) -> None:
        """Hold that one poisoned operation keeps no other from its verdict."""
        ops = {op["op_id"]: op for op in msgspec.json.decode(sent.body)["ops"]}
        with_it = {r["op_id"] for r in results if r["verdict"] == "quarantined"}
        for op_id in with_it:
            op = ops[op_id]
            if op["args"].get("place") != POISON and not op.get("after"):
                self._complain(f"11 {op_id[-6:]} was kept back for another's fault")


def described(result: RoundResult) -> str:
    """A round in one short line."""
    counters = {name: n for name, n in result.counters.items() if n}
    notes = [note.code for note in result.notes]
    return f"round {counters} {result.failure!r} {notes}"
