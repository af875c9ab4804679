"""Buttons of a card on a real store: what is pressed is what is recorded."""

import pytest

from gridworker.app.changes import Changes
from gridworker.app.commands import StoreCommands
from gridworker.app.pen import Pen
from gridworker.app.photo_views import PhotoViews
from gridworker.app.ports import NewReport
from gridworker.app.queries import StoreQueries
from gridworker.app.room import Room
from gridworker.app.taken_photos import TakenPhotos
from tests.commands.conftest import SetClock
from tests.commands.refusals import NOTE, PLACE, answer, confirm, conflict
from tests.storage.records.small_district import ITEM, Store


def no_reader():
    pytest.fail("no photo is looked at here")


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path).enrol()
    yield opened
    opened.close()


@pytest.fixture
def desk(desk, store, tmp_path):
    """The desk of the other tests, over a store that holds a conflict."""
    clock, room = SetClock(), Room(tmp_path, photos=1, text=1)
    pen = Pen(store.recorder, clock, Changes(), room)
    photos = TakenPhotos(store.write, store.photos, no_reader, clock, room)
    desk.commands = StoreCommands(pen, photos, store.write)
    desk.queries = StoreQueries(store.read, clock, PhotoViews(store.photos, no_reader))
    return desk


@pytest.fixture
def ticket(desk, store):
    saved = desk.commands.report(NewReport(item=ITEM, place=PLACE, note=NOTE))
    answer(store, {"verdict": "applied"})
    confirm(store, saved.id, seq=100, rev=1)
    desk.commands.edit(saved.id, {"place": (PLACE, "南门"), "note": (NOTE, "两堆")})
    answer(store, conflict(place=(PLACE, "南门", "北门")))
    confirm(store, saved.id, seq=200, rev=2, by="李强", place="北门")
    return saved.id


def waiting(store):
    return [kind for (kind,) in store.rows("SELECT type FROM outbox WHERE state = 'queued'")]


@pytest.mark.parametrize(
    ("button", "left"),
    [
        ("就这样保存", (["ticket.edit@1"], "南门", "两堆")),
        ("都保留为备注", (["evidence.add@1"], "北门", NOTE)),
        ("交给主管", (["evidence.add@1"], "北门", NOTE)),
        ("知道了，收起", ([], "北门", NOTE)),
    ],
)
def test_each_button_records_what_it_says(
    workspace, store, ticket, settle, drive, named, button, left
):
    page = workspace(place="sync")
    settle(page)
    drive(page.window()).click(named(page, button))
    settle(page)
    told = store.ticket(ticket)
    assert (waiting(store), told["place"], told["note"]) == left
    assert page._screens["sync"]._view._boxes == []


def test_words_are_changed_against_what_was_seen(workspace, store, ticket, settle, drive):
    page = workspace(place="tickets")
    settle(page)
    user = drive(page.window())
    page.go("tickets", {"ticket": ticket, "choice": "all"})
    settle(page)
    user.press("F2")
    user.press("Ctrl+A")
    user.type("东门")
    user.press("Return")
    settle(page)
    (told,) = store.rows("SELECT json ->> '$.args.changes' FROM outbox WHERE state = 'queued'")
    assert told == ('{"place":{"from":"北门","to":"东门"}}',)
