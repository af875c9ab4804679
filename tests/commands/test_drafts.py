"""Unfinished work is stored as it is typed, comes back in place, and ends with its record."""

from gridworker.app.ports import NewResolve, PhotoRef
from tests.storage.records.small_district import ITEM


def files(folder):
    return list((folder / "blobs").glob("*/*"))


def test_a_draft_comes_back_with_its_photos_in_order(commands, queries, take):
    commands.save_draft("d1", "resolve", {"place": "东"})
    first, second = take("red", draft="d1"), take("blue", draft="d1")
    commands.save_draft("d1", "resolve", {"place": "东门", "item": ITEM})
    commands.save_draft("d2", "report", {"note": "第二件"})
    assert [draft.id for draft in queries.drafts()] == ["d2", "d1"]
    (draft,) = queries.drafts("resolve")
    assert draft.fields == {"place": "东门", "item": ITEM}
    assert draft.photos == (first.id, second.id)
    kept = queries.draft_photos("d1")
    assert [(photo.id, photo.thumb) for photo in kept] == [
        (first.id, first.thumb), (second.id, second.thumb),
    ]  # fmt: skip
    assert first.thumb.startswith(b"\xff\xd8")


def test_a_draft_may_move_to_another_form(commands, queries):
    commands.save_draft("d1", "resolve", {"place": "东"})
    commands.save_draft("d1", "report", {"place": "东"})
    assert [draft.form for draft in queries.drafts()] == ["report"]


def test_a_record_ends_its_draft(commands, queries, take):
    commands.save_draft("d1", "resolve", {"place": "东门"})
    photo, left = take("red", draft="d1"), take("blue", draft="d1")
    commands.resolve(
        NewResolve(item=ITEM, place="东门", photos=(PhotoRef(photo.id, "before"),), draft="d1")
    )
    assert queries.drafts() == []
    assert queries.draft_photos("d1") == []
    assert queries.photo(photo.sha256) is not None
    assert queries.photo(left.sha256) is None


def test_a_discarded_draft_takes_its_photos_along(tmp_path, commands, queries, take):
    commands.save_draft("d1", "resolve", {})
    take("red", draft="d1")
    kept = take("blue")
    commands.discard_draft("d1")
    assert queries.drafts() == []
    assert len(files(tmp_path)) == 1
    commands.drop_photo(kept.id)
    assert files(tmp_path) == []
    assert queries.thumb(kept.sha256) is None


def test_a_small_picture_stays_while_another_photo_needs_it(commands, queries, take):
    one, two = take("red"), take("red")
    commands.drop_photo(one.id)
    assert queries.thumb(two.sha256) == two.thumb
