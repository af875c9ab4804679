"""What has to be true when everything is quiet (sync.md 8); each problem begins with its number."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
from sqlcipher3 import dbapi2 as sqlcipher

from gridworker.domain.identity import derived_id
from gridworker.wire import canonical, row_mark
from tests.syncing.simulator.history import History
from tests.syncing.simulator.places import COMMUNITY, DISTRICT, LATER_FIELD, LATER_KIND, STREET
from tests.syncing.simulator.work import Worker, sha256

PATHS = frozenset(
    {
        ("draft", "reported", "report"),
        ("draft", "draft", "found"),
        ("draft", "onspot_done", "resolve"),
        ("draft", "reported", "resolve"),
        ("reported", "registered", "file"),
        ("reported", "voided", "void"),
        ("registered", "dispatched", "dispatch"),
        ("onspot_done", "reported", "hand_up"),
        ("onspot_done", "closed", "close"),
        ("onspot_done", "voided", "retract"),
        ("reported", "voided", "retract"),
    }
)
QUARANTINED = "SELECT subject FROM outbox WHERE state = 'quarantined'"
SHOWN = {"ticket": "view_ticket", "patrol_record": "view_patrol_record"}


def connect(database: Path) -> Any:
    """Open the centre's database with the library that has it open already.

    Two copies of SQLite in one process take away each other's locks.
    """
    return sqlcipher.connect(str(database))


class Truth:
    """Everything the centre holds, read from its files."""

    def __init__(self, database: Path, blobs: Path) -> None:
        with closing(connect(database)) as base:
            self.entities = {
                id_: (kind, rev, msgspec.json.decode(body), parent)
                for id_, kind, rev, body, parent in base.execute(
                    "SELECT id, kind, rev, body, parent FROM entity"
                )
            }
            self.log = list(
                base.execute(
                    "SELECT op_id, seq, device_id, verdict, result, op FROM op_log"
                    " ORDER BY position"
                )
            )
            self.stored = {sha for (sha,) in base.execute("SELECT sha256 FROM blob")}
            self.heads = {
                scope: (count, int(xor, 16))
                for scope, count, xor in base.execute("SELECT scope, count, xor FROM scope_head")
            }
            self.seen: dict[str, set[str]] = {}
            for scope, id_ in base.execute(
                "SELECT h.scope, e.id FROM feed f JOIN scope_head h ON h.id = f.scope"
                " JOIN entity e ON e.n = f.entity WHERE f.op = 'put'"
            ):
                self.seen.setdefault(scope, set()).add(id_)
        self.verdicts = {row[0]: row for row in self.log}
        self.files = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in blobs.iterdir()
            if not path.name.startswith(".")
        }


def check(history: History) -> list[str]:
    """Return what is wrong; nothing when the history went well."""
    truth = Truth(history.host.database, history.host.blobs)
    found = judge(
        history.workers, truth, renumbered=history.renumbered, made_anew=history.made_anew
    )
    found += [*_kept(truth, history.operators.marked), *_epochs(history)]
    return [*history.problems, *found, *history.further_problems(truth)]


def judge(
    workers: Sequence[Worker],
    truth: Truth,
    *,
    renumbered: Collection[str] = (),
    made_anew: bool = False,
) -> list[str]:
    """Return what is wrong between quiet laptops and the centre."""
    found: list[str] = []
    anew = made_anew or any(worker.made_anew for worker in workers)
    for worker in workers:
        found += [f"{p} [{worker.login}]" for p in (*_laptop(worker, truth), *_own(worker, truth))]
    found += _once(truth)
    found += _order(truth, renumbered, anew=anew)
    found += _paths(truth)
    found += _refusals(truth)
    found += _photos(truth)
    found += _readers(truth)
    found += _digests(truth)
    return found


def _laptop(worker: Worker, truth: Truth) -> Iterator[str]:
    rows = worker.laptop.rows(
        "SELECT seq, op_id, state, json, verdict_json, rev FROM outbox"
        " UNION ALL SELECT seq, op_id, state, json, verdict_json, rev FROM sent_log ORDER BY seq"
    )
    yield from _no_loss(worker, truth, rows)
    for _, op_id, state, _, verdict, rev in rows:
        known = truth.verdicts.get(op_id)
        said = msgspec.json.decode(verdict) if verdict else {"verdict": state, "rev": rev}
        if known is None:
            continue
        theirs = msgspec.json.decode(known[4])
        keys = ("verdict", "rev", "code", "evidence_id")
        if state != known[3] or any(said.get(key) != theirs.get(key) for key in keys):
            yield f"4 {op_id[-6:]} shows {state}, the centre says {known[3]}"
    yield from _converged(worker, truth)
    gone = "SELECT op_id FROM sent_log WHERE state IN ('refused', 'quarantined')"
    for (op_id,) in worker.laptop.rows(gone):
        if op_id not in worker.closed:
            yield f"10 the card of {op_id[-6:]} is gone and nobody closed it"


def _without_gaps(numbers: list[int], *, made_anew: bool) -> list[int]:
    """What numbers should be: 1, 2, 3 and so on.

    A store that was made anew gives new ones, from the one after the centre's last, to all that has
    no verdict by then.
    """
    if not (made_anew and numbers):
        return list(range(1, 1 + len(numbers)))
    ends = [n for n, here in enumerate(numbers[:-1], 1) if numbers[n] > here + 1]
    kept = ends[0] if ends else len(numbers)
    anew = numbers[kept] if ends else 0
    return [
        *range(numbers[0], numbers[0] + kept),
        *range(anew, anew + len(numbers) - kept),
    ]


def _no_loss(worker: Worker, truth: Truth, rows: list[tuple]) -> Iterator[str]:
    numbers = [row[0] for row in rows]
    if numbers != _without_gaps(numbers, made_anew=worker.made_anew):
        yield f"1 numbers have gaps: {numbers}"
    here = {row[1] for row in rows}
    for saved in worker.saved:
        if saved.op_id not in here:
            yield f"1 {saved.op_id[-6:]} was saved and is gone from the laptop"
        if saved.op_id not in truth.verdicts:
            yield f"1 {saved.op_id[-6:]} was saved and never reached the centre"
    for seq, op_id, state, json, *_ in rows:
        if state == "queued":
            yield f"3 {op_id[-6:]} still waits"
        known = truth.verdicts.get(op_id)
        number = known[1] if known and (worker.made_anew or worker.shared) else seq
        if known and msgspec.json.decode(known[5]) != {**msgspec.json.decode(json), "seq": number}:
            yield f"1 {op_id[-6:]} reached the centre changed"


def _converged(worker: Worker, truth: Truth) -> Iterator[str]:
    scopes = [scope for (scope,) in worker.laptop.rows("SELECT scope FROM cursor")]
    wanted = set().union(*(truth.seen.get(scope, set()) for scope in scopes))
    base = {
        id_: (kind, rev, msgspec.json.decode(body))
        for kind, id_, rev, body in worker.laptop.rows("SELECT kind, id, rev, body FROM confirmed")
    }
    kept = {row[0] for row in worker.laptop.rows(QUARANTINED)}
    detached = {id_ for (id_,) in worker.laptop.rows("SELECT id FROM detached")}
    if set(base) - detached != wanted:
        yield f"3 base has {len(set(base) - wanted)} too many, lacks {len(wanted - set(base))}"
    if not detached <= kept:
        yield f"12 {len(detached - kept)} detached records have nothing to deliver"
    for id_ in wanted & set(base):
        if base[id_] != truth.entities[id_][:3]:
            yield f"3 {base[id_][0]} {id_[-6:]} differs: rev {base[id_][1]}"
    for kind, table in SHOWN.items():
        view = {
            id_: msgspec.json.decode(body)
            for id_, body in worker.laptop.rows(f"SELECT id, body FROM {table}")
        }
        for id_ in {i for i, known in base.items() if known[0] == kind} | set(view):
            if id_ in kept:
                continue  # what the centre could not decide is still shown to whoever wrote it
            if id_ not in base or view.get(id_) != base[id_][2]:
                yield f"3 the view of {kind} {id_[-6:]} is not its base"


def _once(truth: Truth) -> Iterator[str]:
    """Each applied operation has its one effect, a refused one has none."""
    if len(truth.verdicts) != len(truth.log):
        yield "2 an operation is in the log twice"
    named: dict[str, Counter[str]] = {}
    for op_id, _, _, verdict, _, raw in truth.log:
        op = msgspec.json.decode(raw)
        numbers = (1, 2) if op["type"] == "ticket.resolve@1" else (0,)
        if op["type"] in {"patrol_record.create@1", "evidence.add@1"}:
            done = op["entity"]["id"] in truth.entities
        else:
            done = any(derived_id(op_id, "flow", n) in truth.entities for n in numbers)
        if done != (verdict == "applied"):
            yield f"2 {op['type']} {op_id[-6:]} is {verdict}, its effect is {done}"
        if verdict == "applied" and op["type"] != "ticket.act@1":
            about = op["args"].get("to", op["entity"])["id"]
            photos = [photo["sha256"] for photo in op["args"].get("photos", ())]
            named.setdefault(about, Counter()).update(photos)
    for id_, (kind, _, body, _) in truth.entities.items():
        if kind in SHOWN and Counter(p["sha256"] for p in body["photos"]) != named.get(id_):
            yield f"2 {kind} {id_[-6:]} does not name each of its photos once"


def _order(truth: Truth, renumbered: Collection[str], *, anew: bool) -> Iterator[str]:
    last: dict[str, int] = {}
    done: set[str] = set()
    for op_id, seq, device, _, _, raw in truth.log:
        # A copy that went on as a device of its own begins where its verdicts ended.
        # A store that was made anew uses numbers for what the centre has under others, and so does
        # what a wiped laptop left.
        gap = seq - last.get(device, seq - 1)
        if gap != 1 and not ((anew or device in renumbered) and gap > 1):
            yield f"6 device {device[-6:]} was decided {seq} after {last[device]}"
        last[device] = seq
        if not set(msgspec.json.decode(raw).get("after", ())) <= done:
            yield f"6 {op_id[-6:]} was decided before what it builds on"
        done.add(op_id)


def _paths(truth: Truth) -> Iterator[str]:
    steps: dict[str, list[dict[str, Any]]] = {}
    for kind, _, body, parent in truth.entities.values():
        if kind == "flow_record" and parent:
            steps.setdefault(parent, []).append(body)
    for id_, (kind, _, body, _) in truth.entities.items():
        if kind != "ticket":
            continue
        state, flow = "draft", sorted(steps.get(id_, []), key=lambda step: int(step["seq"]))
        if [step["seq"] for step in flow] != list(range(1, body["flow"] + 1)):
            yield f"9 ticket {id_[-6:]} has steps {[step['seq'] for step in flow]}"
        for step in flow:
            edge = (step["from_state"], step["to_state"], step["action"])
            if step["from_state"] != state or (edge not in PATHS and step["action"] != "edit"):
                yield f"9 ticket {id_[-6:]} went {edge} from {state}"
            state = step["to_state"]
        if state != body["state"]:
            yield f"9 ticket {id_[-6:]} is {body['state']}, its steps end in {state}"


def _refusals(truth: Truth) -> Iterator[str]:
    """What a refused operation said is kept at the centre."""
    for op_id, _, _, verdict, result, raw in truth.log:
        op = msgspec.json.decode(raw)
        if verdict == "refused" and op["type"] != "ticket.retract@1":
            kept = msgspec.json.decode(result).get("evidence_id")
            if kept not in truth.entities or truth.entities[kept][0] != "late_evidence":
                yield f"10 nothing is kept of {op_id[-6:]}"


def _photos(truth: Truth) -> Iterator[str]:
    for name, real in truth.files.items():
        if name != real:
            yield f"15 the file {name[:8]} holds other bytes"
    for sha in truth.stored:
        if sha not in truth.files:
            yield f"15 photo {sha[:8]} is said to be stored and is not there"
    for kind, _, body, _ in truth.entities.values():
        for photo in body.get("photos") or ():
            if photo["state"] == "stored" and photo["sha256"] not in truth.files:
                yield f"15 {kind} calls photo {photo['sha256'][:8]} stored"


def _own(worker: Worker, truth: Truth) -> Iterator[str]:
    """Every photo whose operation the centre decided is there, and the laptop knows."""
    rows = worker.laptop.rows("SELECT sha256, state, op_id FROM blob")
    states = {sha: (state, last) for sha, state, last in rows}
    for saved in worker.saved:
        taken = not _is_kept_back(truth, saved.op_id)
        for sha, data in saved.photos.items():
            assert sha == sha256(data)
            state, last = states.get(sha, ("", ""))
            known = state == "stored" or (worker.made_anew and not state)
            if state == "sent":  # what is said of a photo is said for the last operation with it
                known = _is_kept_back(truth, last) or not _reads(worker, truth, last)
            if taken and not (sha in truth.files and known):
                there = sha in truth.files
                yield f"15 photo {sha[:8]} of {worker.login}: {state}, there {there}"


def _is_kept_back(truth: Truth, op_id: str) -> bool:
    return truth.verdicts.get(op_id, ("",) * 4)[3] == "quarantined"


def _reads(worker: Worker, truth: Truth, op_id: str) -> bool:
    """Say whether the record that an operation put its photos into comes to this laptop.

    An operation that the centre never got is no excuse: its photos count as not told of.
    """
    if op_id not in truth.verdicts:
        return True
    op = msgspec.json.decode(truth.verdicts[op_id][5])
    result = msgspec.json.decode(truth.verdicts[op_id][4])
    about = result.get("evidence_id") or op["args"].get("to", op["entity"])["id"]
    scopes = [scope for (scope,) in worker.laptop.rows("SELECT scope FROM cursor")]
    return any(about in truth.seen.get(scope, ()) for scope in scopes)


def _readers(truth: Truth) -> Iterator[str]:
    """Each record is told to the scopes that lie around it, and to no other."""
    told: dict[str, set[str]] = {}
    for scope, ids in truth.seen.items():
        for id_ in ids:
            told.setdefault(id_, set()).add(scope)
    above = {f"org:{code}" for code in (COMMUNITY, STREET, DISTRICT)}
    for id_, (kind, _, body, parent) in truth.entities.items():
        if kind in {*SHOWN, LATER_KIND}:
            wanted = {f"grid:{body['grid']}", *above}
            wanted |= {f"unit:{body['unit']}"} if body.get("unit") else set()
        elif kind in {"flow_record", "evidence"}:
            wanted = told.get(str(parent), set())
        else:
            continue
        if told.get(id_, set()) != wanted:
            yield f"12 {kind} {id_[-6:]} is told to {sorted(told.get(id_, set()) ^ wanted)}"


def _digests(truth: Truth) -> Iterator[str]:
    """What the centre adds up as it goes is what its records add up to."""
    for scope, ids in truth.seen.items():
        xor = 0
        for id_ in ids:
            kind, rev, body, _ = truth.entities[id_]
            xor ^= row_mark(kind, id_, rev, hashlib.sha256(canonical(body)).hexdigest())
        if truth.heads[scope] != (len(ids), xor):
            yield f"8 the centre's digest of {scope} is not that of its records"


def _kept(truth: Truth, marked: dict[str, Any]) -> Iterator[str]:
    """What a newer program wrote outlives everything that this one does."""
    for id_, news in marked.items():
        if truth.entities[id_][2].get(LATER_FIELD) != news:
            yield f"14 {truth.entities[id_][0]} {id_[-6:]} lost what this program does not know"


def _epochs(history: History) -> Iterator[str]:
    """Nobody is made to send and read everything again but by a centre that was set back."""
    heard = set().union(*(worker.watch.epochs for worker in history.workers))
    if len(heard) > 1 + history.restores:
        yield f"7 {history.restores} restores and {len(heard)} epochs"
