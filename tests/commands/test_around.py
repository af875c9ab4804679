"""What stands around commands and queries: settings, listeners, indexing and looking after."""

import json
import logging
import os
import threading
import time
from contextlib import closing
from functools import partial

import pytest

from gridworker.app.caretaker import Caretaker
from gridworker.app.changes import Changes
from gridworker.app.entry import demo_password
from gridworker.app.indexer import Indexer
from gridworker.app.settings import Settings, SettingsFile
from gridworker.app.store_check import check_store
from gridworker.app.who import who
from gridworker.storage import search
from gridworker.storage.engine import connect
from tests.commands.tickets import body, found
from tests.storage.records.small_district import DB_KEY, new_id, page, put


def test_settings_survive_and_keep_what_a_newer_version_wrote(tmp_path):
    path = tmp_path / "config" / "settings.json"
    file = SettingsFile(path)
    assert file.read() == Settings()
    file.change(text_factor=1.5, theme="dark", watched_folder="/photos")
    path.write_text(json.dumps({**json.loads(path.read_text()), "newer": [1]}))
    file.change(text_factor=2.0)
    assert (file.read().text_factor, file.read().theme) == (2.0, "dark")
    assert json.loads(path.read_text())["newer"] == [1]


@pytest.mark.parametrize("text", ["{", '{"text_factor": "big"}', "[]", "\x00\xff"])
def test_settings_that_cannot_be_read_are_the_defaults(tmp_path, text, caplog):
    path = tmp_path / "settings.json"
    path.write_text(text)
    with caplog.at_level(logging.WARNING):
        assert SettingsFile(path).read() == Settings()
    assert "defaults" in caplog.text


def test_every_listener_is_told_and_nothing_is_not_told():
    changes, first, second = Changes(), [], []
    changes.listen(first.append)
    changes.tell(frozenset({"ticket"}))
    changes.listen(second.append)
    changes.tell(frozenset())
    changes.tell(frozenset({"draft"}))
    assert (first, second) == ([{"ticket"}, {"draft"}], [{"draft"}])


def test_pulled_records_are_indexed_beside_the_work(store):
    """A pull only notes what is to be indexed; the indexer follows and says when it is done."""
    changes = Changes()
    pulled = [put("ticket", new_id(), body(n, title="楼道堆物", place="东门"), seq=n + 1)
              for n in range(1, 251)]  # fmt: skip
    kinds = store.apply(page(*pulled))
    assert found(store, "堆物") == set()
    told = []
    changes.listen(told.append)
    with closing(Indexer(store.write, changes)) as indexer:
        indexer.start()
        changes.tell(kinds)
    with closing(Indexer(store.write, changes)) as indexer:
        indexer.catch_up()
    assert found(store, "堆物") == {change.id for change in pulled}
    assert {"search"} in told
    assert store.one("SELECT count(*) FROM search_todo") == 0
    with store.write.begin() as session:
        assert search.drain(session, 10) == 0


def caretaker(store, clock, changes, take_in=None):
    return Caretaker(
        path=store.folder / "main.db", write=store.write,
        take_in=take_in or store.engines.take_in,
        journal=store.journal, files=store.photos, changes=changes, clock=clock,
    )  # fmt: skip


def test_tidying_takes_what_nothing_names(tmp_path, store, clock, changes, take, commands):
    kept, lost = take("red"), take("blue")
    commands.save_draft("d1", "resolve", {})
    in_draft = take("green", draft="d1")
    day_ago = time.time() - 2 * 86400
    for file in (tmp_path / "blobs").glob("*/*"):
        os.utime(file, (day_ago, day_ago))
    with closing(caretaker(store, clock, changes)) as care:
        care.tidy()
        assert len(list((tmp_path / "blobs").glob("*/*"))) == 3
        clock.at = clock.at.replace(year=2027)
        commands.save_draft("d1", "resolve", {"place": "东"})
        care.tidy()
    assert store.rows("SELECT id FROM draft_photo") == [(in_draft.id,)]
    assert len(list((tmp_path / "blobs").glob("*/*"))) == 1
    assert {kept.id, lost.id}.isdisjoint(store.rows("SELECT id FROM draft_photo"))


def test_what_saves_put_off_is_done_at_once_when_asked(store, clock, changes):
    tickets = {store.report(place="东门外的小广场").entity_id for _ in range(40)}
    parts = "SELECT count(DISTINCT segid) FROM search_index_idx"
    assert store.one(parts) == len(tickets)
    assert not_taken_in(store) > 0
    with closing(caretaker(store, clock, changes)) as care:
        care.settle()
    assert store.one(parts) < 4
    assert not_taken_in(store) == 0
    assert found(store, "小广场") == tickets


def not_taken_in(store):
    """Return how many pages are in the store's journal only."""
    with store.engines.read.outside() as connection:
        cursor = connection.execute("PRAGMA wal_checkpoint(NOOP)")
        busy, pages, taken_in = cursor.fetchone()
    assert not busy
    return pages - taken_in


def test_it_is_done_unasked_when_nobody_saves_any_more(store, clock, changes):
    quiet = threading.Event()
    with closing(caretaker(store, clock, changes, quiet.set)) as care:
        care.start(check=None)
        assert not quiet.is_set()
        changes.tell(frozenset({"ticket"}))
        assert quiet.wait(30)


def test_a_sound_store_is_found_sound_and_a_damaged_one_is_told(
    tmp_path, store, clock, changes, queries, caplog
):
    look = partial(connect, tmp_path / "main.db", DB_KEY)
    told = []
    changes.listen(told.append)
    with closing(caretaker(store, clock, changes)) as care:
        assert care.look_for_damage(look) == 0
        assert queries.sync_log() == []
        copy = tmp_path / "copy.db"
        with closing(look()) as source, closing(connect(copy, DB_KEY)) as target:
            source.backup(target)
        spoilt = bytearray(copy.read_bytes())
        spoilt[len(spoilt) // 2] ^= 1
        copy.write_bytes(spoilt)
        with caplog.at_level(logging.ERROR):
            assert care.look_for_damage(partial(connect, copy, DB_KEY)) > 0
    assert "after an unclean end" in caplog.text
    assert [line.code for line in queries.sync_log()] == ["database_damaged"]
    assert told == [{"sync"}]


def test_whose_profile_it_is(store):
    with store.read() as session:
        person = who(session, demo=False)
    assert (person.user, person.name, person.role) == ("wg0101", "王示例", "grid_worker")
    assert (person.place, person.grid_name) == ("示例社区", "第十二网格")


@pytest.mark.parametrize(
    ("text", "password"),
    [('{"user": "wg0101", "password": "示例"}', "示例"), ("[]", None), ("{", None), (None, None),
     ('{"password": 1}', None)],
)  # fmt: skip
def test_the_password_of_a_demo_is_read_from_its_file(tmp_path, text, password):
    if text is not None:
        (tmp_path / "demo.json").write_text(text)
    assert demo_password(tmp_path) == password


def test_the_store_of_the_self_test_is_sealed(tmp_path):
    assert check_store(tmp_path) == "0005"
