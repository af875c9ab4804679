"""Each command is one transaction: all of it is there, or nothing of it and a code."""

from datetime import timedelta

import pytest

from gridworker.app.ports import NewPatrol, NewReport, NewResolve, PhotoRef, TicketFilter
from gridworker.app.room import Room
from gridworker.domain.operations import Moment
from gridworker.domain.problem import RuleBroken
from gridworker.domain.times import utc_text
from gridworker.storage import state
from tests.storage.records.small_district import GRID, ITEM, page, put, reference

REASON = "天黑"


def found(place="东门", **more):
    return NewResolve(item=ITEM, place=place, no_photo_reason=REASON, **more)


def everything(store):
    """Return what a refused command must leave as it was."""
    tables = ("outbox", "chain", "blob", "view_ticket", "view_part", "search_row", "uses", "draft",
              "draft_photo", "thumb", "counter", "sync_state")  # fmt: skip
    return {table: store.rows(f"SELECT * FROM {table}") for table in tables}


@pytest.mark.parametrize(("run", "skew"), [("this", -3_600_000), ("another", 250)])
def test_a_clock_that_was_set_after_the_centre_was_heard_is_seen_by_the_uptime(
    store, commands, clock, run, skew
):
    at = Moment("2026-05-12T13:00:05.000+08:00", boot="this", mono_ms=65_000)
    heard = at.wall_ms - 3_600_000 - 65_000  # the centre's clock, when this run of 65 s began
    with store.write.begin() as session:
        state.put(session, skew_ms=250, boot=run, boot_ms=heard)
    clock.stamp = lambda: at
    commands.resolve(found())
    ((said,),) = store.rows("SELECT json ->> '$.at.skew_ms' FROM operation")
    assert said == skew


def test_req_062_resolving_writes_all_its_parts_at_once(store, commands, queries, take):
    """One transaction: the record, both steps, photos, news, number, and it can be found."""
    before, after = take("red"), take("green")
    saved = commands.resolve(
        NewResolve(
            item=ITEM, place="东门", note="已清理",
            photos=(PhotoRef(before.id, "before"), PhotoRef(after.id, "after")),
        )
    )  # fmt: skip
    detail = queries.ticket(saved.id)
    assert detail.line.state == "onspot_done"
    assert detail.line.local_no == saved.local_no
    assert [step.action for step in detail.timeline] == ["found", "resolve"]
    assert all(step.waiting for step in detail.timeline)
    assert [(p.role, p.state, p.has_bytes) for p in detail.photos] == [
        ("before", "local", True), ("after", "local", True),
    ]  # fmt: skip
    assert detail.can_retract
    assert store.one("SELECT count(*) FROM draft_photo") == 0
    assert queries.ticket_ids(TicketFilter(search="堆物 东门")) == [saved.id]
    assert queries.status().queued_ops == 1


def test_defaults_are_ones_own_grid_and_now(commands, queries, clock):
    began = clock.at
    saved = commands.resolve(found())
    detail = queries.ticket(saved.id)
    assert (detail.grid, detail.grid_name) == (GRID, "第十二网格")
    assert utc_text(began) < detail.line.found_at == detail.done_at < utc_text(clock.at)


def test_req_068_a_record_stands_in_ones_own_grid_only(store, commands):
    before = everything(store)
    for grid in ("G999", "不存在"):
        with pytest.raises(RuleBroken):
            commands.resolve(found(grid=grid))
    assert everything(store) == before


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewResolve(item="NOPE", place="东门"), "E_UNKNOWN_ITEM"),
        (found(place=" "), "E_INVALID"),
        (found(note="长" * 3000), "E_INVALID"),
        (found(photos=(PhotoRef("nobody", "before"),)), "E_INVALID"),
    ],
)
def test_what_a_rule_refuses_leaves_everything_as_it_was(store, commands, wanted, code):
    before = everything(store)
    with pytest.raises(RuleBroken) as broken:
        commands.resolve(wanted)
    assert broken.value.code == code
    assert everything(store) == before


def test_the_same_picture_twice_is_no_proof(store, commands, take):
    one, two = take("red"), take("red")
    assert one.sha256 == two.sha256
    with pytest.raises(RuleBroken, match="E_PHOTO_SAME"):
        commands.resolve(found(photos=(PhotoRef(one.id, "before"), PhotoRef(two.id, "after"))))
    assert store.one("SELECT count(*) FROM draft_photo") == 2


def test_an_item_that_is_off_is_refused_with_what_to_take_instead(store, commands):
    off = {**reference()["catalogue_item", "i1"], "active": False, "replaced_by": "OTS02"}
    store.apply(page(put("catalogue_item", "i1", off, seq=50, rev=2, scope="ref")))
    with pytest.raises(RuleBroken, match="E_ITEM_OFF") as broken:
        commands.resolve(found())
    assert broken.value.facts["instead"] == "OTS02"


def test_similar_ones_of_a_day_are_named_and_never_block(commands, clock):
    first = commands.resolve(found(place="阳光花园3栋"))
    second = commands.resolve(found(place="阳光花园 ３ 栋"))
    elsewhere = commands.resolve(found(place="西门"))
    clock.at += timedelta(hours=25)
    later = commands.resolve(found(place="阳光花园3栋"))
    answers = [saved.similar for saved in (first, second, elsewhere, later)]
    assert answers == [(), (first.id,), (), ()]


def test_a_person_is_kept_beside_the_ticket(commands, queries):
    saved = commands.report(
        NewReport(item=ITEM, place="西门", person="李示例", phone="13912345678")
    )
    assert queries.ticket(saved.id).has_person
    assert queries.ticket_ids(TicketFilter(search="5678")) == [saved.id]


def test_a_patrol_is_recorded_and_numbered(commands, queries):
    saved = commands.patrol(NewPatrol(place="3栋", result="normal", note="楼道畅通"))
    (line,) = queries.patrol_lines(queries.patrol_ids("楼道")).values()
    assert (line.id, line.place, line.result, line.by) == (saved.id, "3栋", "normal", "王示例")
    assert saved.local_no
    assert queries.patrol_ids("电梯") == []


def test_retract_edit_and_evidence(commands, queries, take):
    saved = commands.report(NewReport(item=ITEM, place="西门"))
    commands.edit(saved.id, {"place": ("西门", "南门")})
    photo = take("blue")
    commands.add_evidence("ticket", saved.id, [PhotoRef(photo.id, "other")], note="补一张")
    detail = queries.ticket(saved.id)
    assert detail.line.place == "南门"
    assert [p.sha256 for p in detail.photos] == [photo.sha256]
    commands.retract(saved.id)
    assert queries.ticket(saved.id).line.state == "voided"
    with pytest.raises(RuleBroken, match="E_GONE"):
        commands.edit(saved.id, {"place": ("南门", "北门")})


def test_operations_name_what_they_build_on(store, commands):
    first = commands.report(NewReport(item=ITEM, place="西门"))
    second = commands.retract(first.id)
    after = store.one("SELECT json ->> '$.after[0]' FROM outbox WHERE op_id = ?", second.op_id)
    assert after == first.op_id


def test_a_given_id_of_the_operation_is_kept(commands):
    wanted = "01990000-0000-7000-8000-000000000001"
    assert commands.resolve(found(op_id=wanted)).op_id == wanted


def test_what_needs_the_centre_is_taken_only_right_after_a_sync(store, commands, queries, clock):
    """T3-T5 may wait in the outbox for minutes, not for days; what rules refuse is told first."""
    saved = commands.report(NewReport(item=ITEM, place="西门"))
    with pytest.raises(RuleBroken, match="E_FORBIDDEN"):
        commands.act(saved.id, "void", {"reason": "重复"})
    with store.write.begin() as session:
        state.put(session, roles=("dispatcher",), last_sync=utc_text(clock.at))
    clock.at += timedelta(minutes=16)
    with pytest.raises(RuleBroken, match="E_OFFLINE_NOT_ALLOWED"):
        commands.act(saved.id, "void", {"reason": "重复"})
    clock.at -= timedelta(minutes=10)
    commands.act(saved.id, "void", {"reason": "重复"})
    assert queries.ticket(saved.id).line.state == "voided"


def test_unknown_actions_and_tickets_are_refused(commands):
    saved = commands.report(NewReport(item=ITEM, place="西门"))
    with pytest.raises(RuleBroken, match="E_UNKNOWN_ACTION"):
        commands.act(saved.id, "fly", {})
    for call in (lambda: commands.act("nobody", "void", {}), lambda: commands.retract("nobody")):
        with pytest.raises(RuleBroken, match="E_INVALID"):
            call()


def test_photos_stop_early_and_words_late_on_a_full_disk(tmp_path, make_commands, store, jpeg):
    whole = 2**62
    no_photos = make_commands(Room(tmp_path, photos=whole, text=1))
    with pytest.raises(RuleBroken, match="E_DISK_FULL"):
        no_photos.take_photo(jpeg(), source="file")
    no_photos.resolve(found())
    nothing = make_commands(Room(tmp_path, photos=whole, text=whole))
    before = everything(store)
    for refused in (
        lambda: nothing.resolve(found()),
        lambda: nothing.save_draft("d1", "resolve", {}),
    ):
        with pytest.raises(RuleBroken, match="E_DISK_FULL") as broken:
            refused()
        assert broken.value.facts["least"] == whole
    assert everything(store) == before
    assert list((tmp_path / "blobs").glob("*/*")) == []


def test_what_is_no_photo_leaves_no_file(tmp_path, commands, store):
    with pytest.raises(RuleBroken, match="E_PHOTO_UNREADABLE"):
        commands.take_photo(b"<html>", source="file")
    assert store.one("SELECT count(*) FROM draft_photo") == 0
    assert list((tmp_path / "blobs").glob("*/*")) == []


def test_each_commit_is_told_with_its_kinds(commands, changes, take):
    told = []
    changes.listen(told.append)
    photo = take()
    commands.resolve(found(photos=(PhotoRef(photo.id, "before"),), draft="d1"))
    commands.patrol(NewPatrol(place="3栋", result="nobody"))
    commands.save_draft("d2", "report", {"place": "东"})
    with pytest.raises(RuleBroken):
        commands.resolve(found(place=""))
    assert told == [
        {"draft"},
        {"ticket", "draft", "recorded"},
        {"patrol_record", "recorded"},
        {"draft"},
    ]
