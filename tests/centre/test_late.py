"""Refused work is kept and answered with what is true now (sync.md 4.6)."""

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
