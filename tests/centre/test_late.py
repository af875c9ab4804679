"""Refused work is kept and answered with what is true now (sync.md 4.6)."""

from gridworker.domain.redo import handed_id

PHOTO = {
    "sha256": "ab" * 32,
    "bytes": 10,
    "mime": "image/jpeg",
    "role": "other",
    "source": "camera",
}


def test_who_comes_second_is_told_who_came_first(worker, dispatcher, enrol):
    other = enrol("pq01")
    op = worker.report()
    worker.push(op)
    id_ = op["entity"]["id"]
    dispatcher.push(dispatcher.act(id_, "void", "reported", reason="重复"))
    (result,) = other.push(other.act(id_, "file", "reported", standard=1))
    assert (result["verdict"], result["code"]) == ("refused", "E_STALE_STATE")
    current = result["current"]
    assert (current["state"], current["by"], current["rev"]) == ("voided", "pq01", 2)
    assert isinstance(current["received_at"], int)


def test_words_and_photos_of_a_refused_act_are_kept_with_the_ticket(worker, enrol):
    op = worker.report()
    worker.push(op)
    id_ = op["entity"]["id"]
    reviewer = enrol("sh0101")
    act = reviewer.act(id_, "void", "dispatched", reason="重复了，见另一件")
    (result,) = reviewer.push(act)
    assert result["verdict"] == "refused"
    worker.pull()
    kept = worker.bodies("late_evidence")[result["evidence_id"]]
    assert kept["to"] == {"kind": "ticket", "id": id_}
    assert kept["args"]["reason"] == "重复了，见另一件"
    assert (kept["op"], kept["code"], kept["by"]) == (act["op_id"], result["code"], "sh0101")
    assert worker.bodies("ticket")[id_]["state"] == "reported"


def test_the_person_of_refused_work_is_a_record_of_its_own(worker):
    told = {"name": "示例居民", "phone": "13900000000"}
    refused = worker.report(args={"item": "GONE", "person": told, "photos": [PHOTO]})
    (result,) = worker.push(refused)
    assert result["code"] == "E_UNKNOWN_ITEM"
    worker.pull()
    kept = worker.bodies("late_evidence")[result["evidence_id"]]
    assert "13900000000" not in str(kept)
    person = worker.bodies("person")[kept["person"]]
    assert (person["name"], person["phone"]) == ("示例居民", "13900000000")
    assert kept["photos"][0] == {
        **PHOTO,
        "state": "local",
        "by": "wg0101",
        "at": kept["created_at"],
    }


def test_both_sides_of_a_field_conflict_are_told_and_kept(worker, dispatcher):
    op = worker.report()
    worker.push(op)
    id_ = op["entity"]["id"]
    first = {"changes": {"note": {"from": "井盖破损", "to": "井盖丢失"}}}
    second = {"changes": {"note": {"from": "井盖破损", "to": "井盖松动"}}}
    assert worker.push(worker.op("ticket.edit@1", first, id=id_))[0]["verdict"] == "applied"
    (result,) = dispatcher.push(dispatcher.op("ticket.edit@1", second, id=id_))
    assert result["code"] == "E_FIELD_CONFLICT"
    assert {"mine": "井盖松动", "theirs": "井盖丢失"}.items() <= result["current"].items()
    dispatcher.pull()
    kept = dispatcher.bodies("late_evidence")[result["evidence_id"]]
    assert kept["args"] == second


def test_different_fields_never_conflict(worker, dispatcher):
    op = worker.report()
    worker.push(op)
    id_ = op["entity"]["id"]
    note = {"changes": {"note": {"from": "井盖破损", "to": "井盖丢失"}}}
    place = {"changes": {"place": {"from": "示例路8号", "to": "示例路9号"}}}
    worker.push(worker.op("ticket.edit@1", note, id=id_))
    assert dispatcher.push(dispatcher.op("ticket.edit@1", place, id=id_))[0]["verdict"] == "applied"
    worker.pull()
    body = worker.bodies("ticket")[id_]
    assert (body["note"], body["place"]) == ("井盖丢失", "示例路9号")


def test_a_refused_retract_leaves_nothing_behind(worker, enrol):
    op = worker.report()
    worker.push(op)
    mate = enrol("wg0102")
    (result,) = mate.push(mate.op("ticket.retract@1", {}, id=op["entity"]["id"]))
    assert (result["code"], result.get("evidence_id")) == ("E_FORBIDDEN", None)


def test_content_without_a_canonical_form_is_kept_as_text(worker):
    odd = worker.report(args={"photos": [{**PHOTO, "lon": 1.5}]})
    (result,) = worker.push(odd)
    worker.pull()
    kept = worker.bodies("late_evidence")[result["evidence_id"]]
    assert "井盖破损" in kept["args"]["text"]
    assert kept["photos"][0]["sha256"] == PHOTO["sha256"]


def test_work_that_a_newer_catalogue_forbids_becomes_a_report(worker):
    (result,) = worker.push(worker.resolve(args={"item": "B0101"}))
    assert (result["verdict"], result["converted"]) == ("applied", True)
    worker.pull()
    (ticket,) = worker.bodies("ticket").values()
    assert (ticket["state"], ticket["converted"]) == ("reported", True)


def asked(laptop, refused, result, **frame):
    """Return the remark by which an author asks for help with a refused record."""
    to = {"kind": "late_evidence", "id": result["evidence_id"]}
    args = {"to": to, "note": "请主管看一看"}
    id_ = handed_id(refused["op_id"])
    return laptop.op("evidence.add@1", args, id=id_, after=[refused["op_id"]], **frame)


def test_help_is_asked_for_with_a_record_that_was_never_taken(worker, enrol):
    refused = worker.report(args={"item": "GONE", "note": "井盖响"})
    (result,) = worker.push(refused)
    assert result["code"] == "E_UNKNOWN_ITEM"
    worker.pull()

    ask = asked(worker, refused, result)

    assert worker.push(ask)[0]["verdict"] == "applied"
    reviewer = enrol("sh0101")
    for reader in (worker, reviewer):
        reader.pull()
        kept = reader.bodies("late_evidence")[result["evidence_id"]]
        remark = reader.bodies("evidence")[ask["entity"]["id"]]
        assert (kept["args"]["note"], remark["note"]) == ("井盖响", "请主管看一看")
        assert (remark["created_by"], remark["to"]["id"]) == ("wg0101", result["evidence_id"])
    assert worker.push(asked(worker, refused, result))[0]["verdict"] == "noop"


def test_what_no_grid_of_ones_own_places_is_read_by_those_in_charge_once_help_is_asked_for(
    worker, enrol
):
    told = {"name": "示例居民", "phone": "13900000000"}
    refused = worker.report(args={"grid": "G99999", "note": "井盖响", "person": told})
    (result,) = worker.push(refused)
    assert result["verdict"] == "refused"
    readers = tuple(map(enrol, ("sh0101", "pq01", "wg0102", "wg0103", "cz0101")))
    for reader in readers:
        reader.pull()
        assert result["evidence_id"] not in reader.bodies("late_evidence")

    assert worker.push(asked(worker, refused, result))[0]["verdict"] == "applied"

    for reader in readers:
        reader.pull()
    there = [result["evidence_id"] in reader.bodies("late_evidence") for reader in readers]
    remarks = [handed_id(refused["op_id"]) in reader.bodies("evidence") for reader in readers]
    assert there == remarks == [True, True, False, False, False]
    reviewer = readers[0]
    person = reviewer.bodies("late_evidence")[result["evidence_id"]]["person"]
    assert person not in reviewer.bodies("person")
    worker.pull()
    assert handed_id(refused["op_id"]) in worker.bodies("evidence")
    assert person in worker.bodies("person")


def test_nobody_else_asks_for_help_with_it_and_it_takes_no_photos(worker, enrol):
    refused = worker.report(args={"item": "GONE", "note": "井盖响"})
    (result,) = worker.push(refused)
    mate = enrol("sh0101")
    (by_another,) = mate.push(asked(mate, refused, result))
    ask = asked(worker, refused, result)
    (with_photo,) = worker.push({**ask, "args": {**ask["args"], "photos": [PHOTO]}})
    assert (by_another["code"], with_photo["code"]) == ("E_FORBIDDEN", "E_INVALID")


def test_what_belongs_to_a_record_is_handed_over_with_it(worker, enrol):
    op = worker.report()
    worker.push(op)
    reviewer = enrol("sh0101")
    act = reviewer.act(op["entity"]["id"], "void", "dispatched", reason="重复了")
    (result,) = reviewer.push(act)
    (asks,) = reviewer.push(asked(reviewer, act, result))
    assert (asks["verdict"], asks["code"]) == ("refused", "E_INVALID")
