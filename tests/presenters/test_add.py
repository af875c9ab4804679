"""Adding to a ticket: photos, words, or both; what was begun comes back at that ticket."""

import pytest

from gridworker.domain.evidence import PhotoSource
from gridworker.domain.lines import SyncWord, TicketLine
from ui.presenters.add import AddPresenter
from ui.presenters.recording import Done


def ticket(number: str) -> TicketLine:
    return TicketLine(
        id=f"t{number}",
        number=number,
        local_no=number,
        official_no=None,
        item="OTS01",
        title="楼道堆物",
        place="3 栋",
        state="reported",
        due=None,
        found_at="2026-05-19T03:00:00Z",
        sync=SyncWord.DELIVERED,
    )


@pytest.fixture
def opened(desk):
    """Opens the sheet on a ticket."""

    def build(number: str = "A-1") -> AddPresenter:
        made = AddPresenter(desk.ports, ticket(number), announce=desk.announce)
        made.attach(desk.view)
        made.open()
        return made

    return build


def test_photos_need_no_words(desk, opened):
    form = opened()
    form.work.take(None, b"one".strip, PhotoSource.PASTE)
    form.work.take(None, b"two".strip, PhotoSource.DRAG)
    form.finish()
    ((what, (kind, id_, photos, note)),) = desk.store.recorded
    assert (what, kind, id_, len(photos), note) == ("evidence", "ticket", "tA-1", 2, "")
    assert desk.told[0][:2] == (Done.ATTACHED, "A-1")
    assert desk.store.drafts_ == {}
    assert not form.is_open


def test_words_need_no_photo(desk, opened):
    form = opened()
    form.set_note(" 已通知物业 ")
    form.finish()
    assert desk.store.recorded[0][1][3] == "已通知物业"


def test_nothing_at_all_is_told_and_not_recorded(desk, opened):
    form = opened()
    form.set_note("  ")
    form.finish()
    assert desk.view.last("show_lack") is True
    assert desk.store.recorded == []
    form.work.take(None, b"one".strip, PhotoSource.FILE)
    assert desk.view.last("show_lack") is False


def test_adding_waits_for_a_photo_that_is_still_taken(desk, opened):
    form = opened()
    desk.photos.hold = True
    form.work.take(None, b"one".strip, PhotoSource.CAMERA)
    form.finish()
    assert desk.store.recorded == []
    desk.photos.go()
    assert len(desk.store.recorded) == 1


def test_what_was_begun_comes_back_at_its_ticket_only(desk, opened):
    form = opened("A-1")
    form.set_note("门又开了")
    form.work.take(None, b"one".strip, PhotoSource.CAMERA)
    form.close()
    opened("A-2").close()
    assert desk.view.count("show_note") == 0
    again = opened("A-1")
    assert desk.view.last("show_note") == "门又开了"
    again.finish()
    assert len(desk.store.recorded[0][1][2]) == 1
