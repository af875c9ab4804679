"""A store that was damaged and made anew is told on 今日, calmly, until it is read."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget

from gridworker.app.ports import NewPatrol
from gridworker.build import OpenDesk, open_desk
from gridworker.storage import state
from ui.widgets.theme import Theme


@pytest.fixture
def desk(laptop, caplog) -> Iterator[OpenDesk]:
    """A profile whose store was spoilt after a patrol that the centre does not have yet."""
    caplog.announced = True  # the log says so, loudly
    with open_desk(laptop.home, laptop.password) as before:
        before.commands.patrol(NewPatrol(place="东门", result="normal"))
    with (laptop.home / "main.db").open("r+b") as file:
        file.seek(100)
        file.write(bytes(64))
    with open_desk(laptop.home, laptop.password):
        pass  # whoever opens it first makes it anew; the person has not seen that yet
    with open_desk(laptop.home, laptop.password) as made:
        yield made


TOLD = "本机的数据文件坏了，已另存并换成新的；记录过的都没有丢，从日志取回 1 项"
NEXT = "联网同步一次，已送达的会从中心取回；没写完的草稿可能没有了，要重写。"


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_it_says_what_happened_and_goes_when_it_is_read(
    workspace, desk, drive, settle, named, factor
):
    page = workspace(Theme("light", factor))
    settle(page)
    assert named(page, f"{TOLD} {NEXT}").isVisible()
    page.go("tickets")
    page.go("today")
    settle(page)
    drive(page.window()).click(named(page, "知道了"))
    settle(page)
    assert desk.notice() is None
    page.go("today")
    settle(page)
    assert page._screens["today"]._page._notice.isHidden()
    assert desk.queries.status().saved == 1


def test_a_move_is_told_by_names_until_it_is_read(laptop):
    with open_desk(laptop.home, laptop.password) as desk:
        assert desk.notice() is None
        with desk._profile.write.begin() as session:
            state.put(session, moved=True)
        told = desk.notice()
        assert told.code == "places_changed"
        assert told.facts["places"] == desk.who.grid_name
        desk.close_notice()
        assert desk.notice() is None


def test_a_journal_that_does_not_read_either_is_told_as_it_is(workspace, laptop, desk, settle):
    (laptop.home / "rebuilt.json").write_text('{"operations": 0, "damaged": 2}')
    page = workspace()
    settle(page)
    names = [w.accessibleName() for w in page.findChildren(QWidget) if w.isVisible()]
    (told,) = [name for name in names if "数据文件坏了" in name]
    assert "日志也有几处读不出" in told
    assert "没有丢" not in told
