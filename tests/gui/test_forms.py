"""Report and patrol through the real windows and the real store, by keyboard only."""

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from gridworker.app.ports import NewReport, TicketFilter
from gridworker.build import OpenDesk
from ui.models.patrol_table import LINE_ROLE
from ui.widgets.key_sheet import KeySheet
from ui.widgets.theme import Theme
from ui.widgets.toast import Toast

PLACE = "阳光花园 3 栋东门"


@pytest.fixture
def desk(offline_desk: OpenDesk) -> OpenDesk:
    return offline_desk


@pytest.fixture
def page(workspace, desk, settle):
    made = workspace()
    settle(made)
    return made


def words_on(page) -> str:
    return " ".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def test_req_055_an_item_is_found_by_initials_and_handed_up(page, desk, drive, settle, qtbot):
    handed_up = next(line for line in desk.queries.items() if not line.on_the_spot)
    user = drive(page.window())
    user.press("Ctrl+N")
    settle(page)
    user.type(handed_up.code)
    settle(page)
    user.press("Return")
    settle(page)
    assert f"上报到{handed_up.owner_level}" in words_on(page)
    user.press("Ctrl+Return")
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))

    (ticket_id,) = desk.queries.ticket_ids(TicketFilter(mine=True))
    ticket = desk.queries.ticket(ticket_id)
    assert (ticket.line.item, ticket.line.state) == (handed_up.code, "reported")
    assert ticket.line.place == PLACE


def test_req_063_the_form_proposes_to_resolve_what_can_be(page, desk, drive, settle, named, qtbot):
    on_spot = desk.queries.items(on_the_spot=True)[0]
    user = drive(page.window())
    user.press("Ctrl+N")
    settle(page)
    user.type(on_spot.code)
    settle(page)
    user.press("Return")
    settle(page)
    assert "属于即采即办，可以当场办结" in words_on(page)
    qtbot.waitUntil(lambda: bool(desk.queries.drafts("report")))
    (draft,) = desk.queries.drafts("report")
    assert draft.fields["item"] == on_spot.code

    (sheet,) = page.findChildren(KeySheet)
    user.click(named(sheet, "当场办结"))
    settle(page)
    qtbot.waitUntil(lambda: bool(desk.queries.drafts("resolve")))
    assert desk.queries.drafts("report") == []
    assert named(page, f"1 {on_spot.short_name or on_spot.name}").chosen


def test_what_is_missing_stands_at_its_field(page, drive, settle, named):
    user = drive(page.window())
    user.press("Ctrl+N")
    settle(page)
    user.press("Ctrl+Return")
    settle(page)
    field = named(page, "什么事项")
    assert isinstance(field, QLineEdit)
    assert field.hasFocus()
    assert field.property("wrong") == "true"
    assert named(page, "还差 事项")


def test_a_patrol_takes_a_place_a_number_and_ctrl_enter(page, desk, drive, settle, qtbot):
    user = drive(page.window())
    user.press("Ctrl+2")
    settle(page)
    user.press("F4")
    settle(page)
    user.press("Return")
    settle(page)
    assert "上次来过" in words_on(page)
    user.press("4")
    user.press("Ctrl+Return")
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))
    settle(page)
    newest = desk.queries.patrol_ids()[0]
    line = desk.queries.patrol_lines([newest])[newest]
    assert (line.place, line.result) == (PLACE, "nobody")


@pytest.mark.parametrize("key", ["F8", "Ctrl+N"])
def test_a_file_that_is_no_photo_is_refused_in_words_that_fit(
    page, drive, settle, named, tmp_path, qtbot, key
):
    rubbish = tmp_path / "rubbish.jpg"
    rubbish.write_bytes(bytes(range(256)) * 12)
    user = drive(page.window())
    user.press(key)
    settle(page)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(rubbish))])
    QGuiApplication.clipboard().setMimeData(data)
    user.press("Ctrl+V")
    qtbot.waitUntil(lambda: "这个文件不是能打开的照片" in words_on(page))
    settle(page)
    (sheet,) = page.findChildren(KeySheet)
    seen = [part for part in sheet.findChildren(QWidget) if part.isVisible()]
    cut = [
        part.accessibleName() or part
        for part in seen
        if 0 < part.visibleRegion().boundingRect().width() < part.width()
    ]
    assert cut == []


def test_a_pasted_photo_alone_is_added_to_a_ticket(page, desk, drive, settle, named, qtbot):
    item = next(line for line in desk.queries.items() if not line.on_the_spot)
    saved = desk.commands.report(NewReport(item=item.code, place="东门"))
    page.go("tickets", {"ticket": saved.id})
    settle(page)
    user = drive(page.window())
    user.click(named(page, "补充…"))
    settle(page)
    (sheet,) = page.findChildren(KeySheet)
    user.click(named(sheet, "补充"))
    assert named(sheet, "还差 文字或照片").isVisible()

    photo = QImage(64, 48, QImage.Format.Format_RGB32)
    photo.fill(0x336699)
    QGuiApplication.clipboard().setImage(photo)
    user.press("Ctrl+V")
    settle(page)
    user.press("Ctrl+Return")
    qtbot.waitUntil(lambda: bool(page.findChildren(Toast)))
    QGuiApplication.clipboard().clear()
    (added,) = desk.queries.ticket(saved.id).photos
    assert added.role == "other"
    assert desk.queries.drafts() == []


def test_what_was_begun_for_a_ticket_is_there_again(page, desk, drive, settle, named):
    item = desk.queries.items()[0]
    saved = desk.commands.report(NewReport(item=item.code, place="东门"))
    page.go("tickets", {"ticket": saved.id})
    settle(page)
    user = drive(page.window())
    user.click(named(page, "补充…"))
    settle(page)
    user.type("又堆了")
    page.parts.on_look(Theme("dark", 1.25))  # everything is built anew
    anew = user.window.workspace
    settle(anew)
    user.click(named(anew, "补充…"))
    settle(anew)
    assert named(anew, "补充的情况").toPlainText() == "又堆了"


def test_the_list_shows_every_record_newest_first(page, desk, drive, settle):
    user = drive(page.window())
    user.press("Ctrl+2")
    settle(page)
    page.committed(frozenset({"patrol_record"}))
    settle(page)
    screen = page._screens["patrol"]
    model = screen.pane.list.model()
    screen.pane.list.grab()  # rows are asked for when they are painted
    settle(page)
    assert model.rowCount() == 1
    assert model.index(0, 0).data(LINE_ROLE).place == PLACE
