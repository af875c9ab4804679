"""Who may do and see what: from the token's user alone (security.md T9, T10; domain.md 8)."""

import hashlib
import itertools
from base64 import b64encode

import pytest

from central.service import people
from central.store.accounts import Account, Rights
from gridworker.domain.organisation import Role
from gridworker.wire import row_mark

REPORTERS = {"grid_worker", "community_reviewer", "front_desk", "assist_worker", "dispatcher"}
REPORTERS |= {"mediator"}
RESOLVERS = {"grid_worker", "community_reviewer"}
CASE = {"dispatcher"}  # B0101 is a part that the street owns: the community's reviewer may not


def account(role, *, inside=True):
    """A person of a role whose place is around, or not around, the first grid."""
    role = Role(role)
    if role is Role.GRID_WORKER:
        rights = Rights((role,), grids=frozenset({"G0101" if inside else "G0102"}))
    elif role is Role.HANDLER:
        rights = Rights((role,), units=frozenset({"U01"}))
    elif role in {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}:
        rights = Rights((role,))
    else:
        rights = Rights((role,), orgs=frozenset({"C01"}) if inside else frozenset())
    return Account(f"x_{role}", f"示例{role}", rights)


@pytest.fixture
def someone(centre, enrol):
    def someone_(role, *, inside=True):
        made = account(role, inside=inside)
        people.put(centre.parts, made)
        return enrol(made.login)

    return someone_


@pytest.mark.parametrize("role", [str(role) for role in Role])
def test_req_029_each_role_may_do_its_own_and_nothing_else(worker, someone, role):
    ticket = worker.report()
    worker.push(ticket)
    id_ = ticket["entity"]["id"]
    person = someone(role)
    results = person.push(
        person.report(),
        person.resolve(),
        person.patrol(),
        person.act(id_, "file", "reported", standard=1),
        person.act(id_, "void", "reported", reason="重复"),
        person.op("ticket.retract@1", {}, id=id_),
    )
    allowed = [r["verdict"] == "applied" for r in results[:4]]
    assert allowed == [role in REPORTERS, role in RESOLVERS, role in RESOLVERS, role in CASE]
    assert results[4]["verdict"] == "refused"  # filed meanwhile, or not theirs to void
    assert results[5]["code"] in {"E_FORBIDDEN", "E_NOT_IN_SCOPE"}


@pytest.mark.parametrize("role", ["grid_worker", "community_reviewer", "dispatcher", "handler"])
def test_nobody_works_outside_of_their_place(worker, someone, role):
    ticket = worker.report()
    worker.push(ticket)
    id_ = ticket["entity"]["id"]
    person = someone(role, inside=False)
    evidence = {"to": {"kind": "ticket", "id": id_}, "note": "看一眼"}
    results = person.push(
        person.report(),
        person.act(id_, "file", "reported", standard=1),
        person.op("ticket.edit@1", {"changes": {"note": {"from": "井盖破损", "to": "x"}}}, id=id_),
        person.op("ticket.retract@1", {}, id=id_),
        person.op("evidence.add@1", evidence),
    )
    assert {r["verdict"] for r in results} == {"refused"}
    assert [r["code"] for r in results[1:]] == ["E_NOT_IN_SCOPE"] * 4
    assert all("state" not in r.get("current", {}) for r in results)
    person.pull()
    assert id_ not in person.base
    assert not person.bodies("ticket")


def test_a_pull_holds_no_row_of_another_grid(worker, enrol):
    worker.push(worker.report(), worker.resolve(), worker.patrol())
    other = enrol("wg0103")
    other.push(other.patrol("G0102"))
    other.pull()
    assert set(other.scopes) == {"user:wg0103", "ref", "grid:G0102"}
    assert {scope for _, scope in other.member} <= set(other.scopes)
    assert not other.bodies("ticket")
    assert [b["grid"] for b in other.bodies("patrol_record").values()] == ["G0102"]


def test_cursors_of_foreign_scopes_open_nothing(worker, enrol):
    worker.push(worker.report())
    other = enrol("wg0103")
    other.cursors = {"grid:G0101": 0, "org:C01": 0, "user:wg0101": 0}
    page = other.page()
    assert set(page["scopes"]) == {"user:wg0103", "ref", "grid:G0102"}
    assert "ticket" not in {change["kind"] for change in page["changes"]}
    digests = other.ask("POST", "/v1/sync/verify", {"cursors": {"grid:G0101": 0, "ref": 0}})
    assert set(digests.json["scopes"]) == {"ref"}


def test_a_person_is_read_by_fewer_than_the_ticket(worker, dispatcher, enrol, someone):
    told = {"name": "示例居民", "phone": "13900000000"}
    worker.push(worker.report(args={"person": told}))
    watch, reviewer, desk = someone("safety_group"), enrol("sh0101"), someone("front_desk")
    for laptop in (worker, dispatcher, watch, reviewer, desk):
        laptop.pull()
        assert len(laptop.bodies("ticket")) == 1
    knows = [len(x.bodies("person")) for x in (worker, dispatcher, reviewer, watch, desk)]
    assert knows == [1, 1, 1, 0, 0]


def test_a_dispatched_ticket_reaches_its_unit_with_all_that_belongs_to_it(
    worker, dispatcher, enrol
):
    handler = enrol("cz0101")
    told = {"name": "示例居民", "phone": "13900000000"}
    ticket = worker.report(args={"person": told})
    worker.push(ticket)
    id_ = ticket["entity"]["id"]
    handler.pull()
    assert not handler.bodies("ticket")
    dispatcher.push(
        dispatcher.act(id_, "file", "reported", standard=1),
        dispatcher.act(id_, "dispatch", "registered", unit="U01"),
    )
    handler.pull()
    assert list(handler.bodies("ticket")) == [id_]
    assert len(handler.bodies("flow_record")) == 3
    assert len(handler.bodies("person")) == 1


def test_a_photo_is_not_read_by_whoever_knows_only_its_hash(worker, enrol):
    data = b"a photo of somebody"
    sha = hashlib.sha256(data).hexdigest()
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(data)),
        "Upload-Metadata": "sha256 " + b64encode(sha.encode()).decode(),
        "Content-Type": "application/offset+octet-stream",
    }
    photo = {"sha256": sha, "bytes": 19, "mime": "image/jpeg", "role": "other", "source": "file"}
    worker.push(worker.patrol(args={"photos": [photo]}))
    assert worker.ask("POST", "/v1/blobs", data, **headers).status == 201
    thief, mate = enrol("wg0103"), enrol("wg0102")
    assert mate.ask("GET", f"/v1/blobs/{sha}").body == data
    assert thief.ask("GET", f"/v1/blobs/{sha}").status == 404
    thief.push(thief.patrol("G0102", args={"photos": [photo]}))
    assert thief.ask("GET", f"/v1/blobs/{sha}").status == 404
    assert thief.ask("HEAD", f"/v1/blobs/{sha}", **{"Tus-Resumable": "1.0.0"}).status == 404
    thief.pull()
    (patrol,) = thief.bodies("patrol_record").values()
    assert patrol["photos"][0]["state"] == "local"
    again = thief.ask("POST", "/v1/blobs", data, **headers)
    assert (again.status, again.headers["upload-offset"]) == (201, "19")
    thief.pull()
    (patrol,) = thief.bodies("patrol_record").values()
    assert patrol["photos"][0]["state"] == "stored"


def test_whoever_moves_keeps_nothing_but_their_late_content_is_taken_for_a_while(
    worker, enrol, centre, clock
):
    ticket = worker.report()
    worker.push(ticket)
    worker.pull()
    assert worker.bodies("ticket")
    moved = Account(
        "wg0101", "示例网格员0101", Rights((Role.GRID_WORKER,), grids=frozenset({"G0102"}))
    )
    people.put(centre.parts, moved)
    worker.pull()
    assert not worker.bodies("ticket")
    id_ = ticket["entity"]["id"]
    remark = {"to": {"kind": "ticket", "id": id_}, "note": "走之前看到的"}
    results = worker.push(
        worker.report(args={"note": "走之前的"}),
        worker.op("evidence.add@1", remark),
        worker.op("ticket.retract@1", {}, id=id_),
    )
    assert [r["verdict"] for r in results] == ["refused"] * 3
    assert results[2]["code"] == "E_NOT_IN_SCOPE"
    stays = enrol("wg0102")
    stays.pull()
    late = stays.bodies("late_evidence")
    assert set(late) == {results[0]["evidence_id"], results[1]["evidence_id"]}
    clock.forward(days=31)
    (result,) = worker.push(worker.report(args={"note": "太晚了"}))
    stays.pull()
    assert result["evidence_id"] not in stays.bodies("late_evidence")
    worker.pull()
    assert result["evidence_id"] in worker.bodies("late_evidence")


def test_a_disabled_person_is_let_in_no_more(worker, centre):
    people.disable(centre.parts, "wg0101")
    answer = worker.send(worker.report())
    assert (answer.status, answer.problem) == (401, "device-suspended")


def test_the_three_administrators_cannot_be_one(centre):
    office = centre.parts
    two = Account("x", "x", Rights((Role.SYSTEM_ADMIN, Role.AUDIT_ADMIN)))
    with pytest.raises(people.RolesDoNotMix):
        people.put(office, two)
    with pytest.raises(people.NoSuchPlace):
        people.put(office, Account("y", "y", Rights((Role.HANDLER,), units=frozenset({"U99"}))))


def test_digests_are_those_of_the_rows_that_were_pulled(worker, dispatcher, enrol):
    handler = enrol("cz0101")
    ticket = worker.report()
    worker.push(ticket, worker.resolve(), worker.patrol(), worker.patrol())
    id_ = ticket["entity"]["id"]
    dispatcher.push(
        dispatcher.act(id_, "file", "reported", standard=1),
        dispatcher.act(id_, "dispatch", "registered", unit="U01"),
    )
    for laptop in (worker, dispatcher, handler):
        laptop.pull()
        answer = laptop.ask("POST", "/v1/sync/verify", {"cursors": laptop.cursors})
        for scope, digest in answer.json["scopes"].items():
            rows = [laptop.base[id_] for id_, where in laptop.member if where == scope]
            xor = 0
            for row in rows:
                xor ^= row_mark(row["kind"], row["id"], row["rev"], row["digest"])
            assert digest["seq"] == laptop.cursors[scope]
            assert (digest["count"], digest["xor"]) == (len(rows), f"{xor:032x}")


def test_forged_operations_change_nothing(worker, enrol):
    """Every type, aimed by a foreign worker at records, grids and users that are not theirs."""
    ticket, patrol = worker.report(), worker.patrol()
    worker.push(ticket, patrol)
    worker.pull()
    before = dict(worker.base)
    thief = enrol("wg0103")
    ids = [ticket["entity"]["id"], patrol["entity"]["id"]]
    ops = []
    for id_, actor in itertools.product(ids, ["wg0101", "wg0103", "pq01"]):
        to = {"to": {"kind": "ticket", "id": id_}, "note": "x"}
        change = {"changes": {"note": {"from": "井盖破损", "to": "x"}}}
        forged = [
            thief.report(id=id_),
            thief.resolve(id=id_),
            thief.patrol(id=id_),
            thief.act(id_, "file", "reported", standard=1),
            thief.act(id_, "hand_up", "onspot_done", reason="x"),
            thief.op("ticket.edit@1", change, id=id_),
            thief.op("ticket.retract@1", {}, id=id_),
            thief.op("evidence.add@1", to),
        ]
        ops += [{**op, "actor": actor} for op in forged]
    assert {r["verdict"] for r in thief.push(*ops)} == {"refused"}
    worker.pull()
    assert worker.base == before
