"""The sync centre and the status line as people see them."""

import pytest
from msgspec import structs
from PySide6.QtWidgets import QLabel

from gridworker.app.ports import Connection, LogLine
from gridworker.domain.lines import AttentionCard, SyncStatus, SyncWord, WaitingLine
from sync.transport import NoConnection
from ui.views.enrol_again import EnrolAgain
from ui.views.sync_words import size_words
from ui.widgets.record_row import RecordRow, RowWords


@pytest.fixture
def busy_desk(desk):
    """A morning offline: things wait, one was refused, one is looked at by the centre."""
    queries = desk.queries
    queries.counters = SyncStatus(
        saved=3,
        queued_ops=5,
        queued_photos=5,
        queued_bytes=12_000_000,
        needs_attention=2,
        last_sync="2026-05-20T06:05:00Z",
    )
    cards = [
        AttentionCard(
            op_id=f"o{number}",
            seq=number,
            kind="ticket",
            entity_id="t1",
            local_no=f"A-030{number}",
            title="地砖松动",
            place="中心广场",
            did="ticket.resolve",
            when="2026-05-20T03:00:00Z",
            code="E_STALE_STATE",
            verdict=verdict,
            now={"state": "handling", "by": "李四"},
            evidence_id="e1",
            can=("open", "close"),
        )
        for number, verdict in ((1, "refused"), (2, "quarantined"))
    ]
    queries.attention = lambda: cards
    queries.waiting = lambda _limit=50: [
        WaitingLine(
            op_id="w",
            kind="ticket",
            id="t2",
            number="A-0313",
            title="楼道堆物",
            place="3 栋",
            did="ticket.resolve",
            at="2026-05-20T06:00:00Z",
            sync=SyncWord.WAITING_PHOTO,
            photos=3,
            photos_stored=2,
            size=4_200_000,
            sent=2_100_000,
        )
    ]
    queries.sync_log = lambda _limit=50: [
        LogLine("2026-05-20T05:59:00Z", ok=False, code="no_connection"),
        LogLine("2026-05-20T05:00:00Z", ok=True, code="sync_done", facts={"pushed": 12}),
    ]
    desk.sync.state = Connection(
        state="offline", since="2026-05-20T05:30:00Z", next_try="2026-05-20T06:20:00Z"
    )
    return desk


def words_on(widget) -> str:
    labels = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    return " ".join(labels + [row.accessibleName() for row in widget.findChildren(RecordRow)])


def test_the_state_says_since_when_and_when_next(workspace, busy_desk, settle):
    page = workspace(place="sync")
    settle(page)
    told = words_on(page)
    assert "离线" in told
    assert "已 35 分" in told
    assert "下次自动尝试 今天 14:20" in told
    assert "已存本机 3 · 待传 2 项 + 5 张照片 (12 MB)" in told


def test_a_refusal_tells_what_was_done_why_and_where_the_work_is(workspace, busy_desk, settle):
    page = workspace(place="sync")
    settle(page)
    told = words_on(page)
    assert "今天 11:00，你当场办结了这件事。" in told
    assert "办理中、李四" in told
    assert "你的文字和照片已作为迟到佐证留在这张单子里" in told
    assert "中心未能处理，已留存，编号 A-0302" in told


def test_waiting_records_show_how_far_their_photos_are(workspace, busy_desk, settle):
    page = workspace(place="sync")
    settle(page)
    told = words_on(page)
    assert "等照片 2/3" in told
    assert "3 张照片，已传 2 MB，共 4 MB" in told


def test_what_waits_about_a_record_that_is_away_has_a_name_too(workspace, busy_desk, settle):
    (line,) = busy_desk.queries.waiting()
    away = structs.replace(line, number="", title="", place="", photos=0, sync=SyncWord.QUEUED)
    busy_desk.queries.waiting = lambda _limit=50: [away]
    page = workspace(place="sync")
    settle(page)
    assert "记录现在不在本机" in words_on(page)
    assert "中心已收下" not in words_on(page)


def test_what_the_centre_has_accepted_is_told_before_it_came_back(workspace, busy_desk, settle):
    (line,) = busy_desk.queries.waiting()
    taken = structs.replace(line, photos=0, sync=SyncWord.QUEUED, taken=True)
    busy_desk.queries.waiting = lambda _limit=50: [taken]
    page = workspace(place="sync")
    settle(page)
    assert "中心已收下" in words_on(page)


def test_the_log_speaks_in_sentences(workspace, busy_desk, settle):
    page = workspace(place="sync")
    settle(page)
    told = words_on(page)
    assert "13:59，连不上中心，本机的记录都在" in told
    assert "同步完成：送 12" in told


def test_a_long_sentence_of_the_log_is_all_there(qtbot):
    said = "这台电脑被暂停，看不到旧记录，但可以继续登记"
    short = RecordRow(RowWords(said[:6], "联系管理员恢复", "13:59"), time_width=44)
    long = RecordRow(RowWords(said, "联系管理员恢复", "13:59"), time_width=44)
    beside = RecordRow(RowWords(said, "", "13:59", status="saved", badge="已存本机"))
    for row in (short, long, beside):
        qtbot.addWidget(row)
        row.resize(250, row.height())
        row.show()
    assert long.height() > short.height()
    assert beside.height() < short.height()


@pytest.mark.parametrize(
    ("state", "saved", "words"),
    [
        ("online", 1, "正在传，先文字，后照片"),
        ("online", 0, "正在和中心核对…"),
        ("unreachable", 1, "正在联系中心…"),
    ],
)
def test_nothing_is_said_to_be_sent_that_is_not(workspace, desk, settle, state, saved, words):
    desk.queries.counters = SyncStatus(saved=saved, queued_ops=saved)
    desk.sync.state = Connection(state=state, busy=True)
    page = workspace(place="sync")
    settle(page)
    assert words in words_on(page)


def test_a_card_is_opened_and_closed_by_its_buttons(workspace, busy_desk, settle, drive, named):
    page = workspace(place="sync")
    settle(page)
    user = drive(page.window())
    user.click(named(page, "知道了，收起"))
    settle(page)
    assert ("close_attention", "o1") in busy_desk.commands.asked
    user.click(named(page, "看现在的单子"))
    assert page.place == "tickets"


def test_only_a_demo_can_cut_the_network(workspace, busy_desk, settle):
    page = workspace(place="sync")
    settle(page)
    assert page._screens["sync"]._view.state.cut is None


def test_the_status_line_says_it_in_one_line_and_leads_to_the_centre(
    workspace, busy_desk, settle, drive
):
    page = workspace()
    settle(page)
    line = page.status.widget
    told = words_on(line)
    for part in ("离线", "已存本机 3", "待传 2 项 + 5 张照片 (12 MB)", "已送达 14:05", "需处理 2"):
        assert part in told
    assert "可用" in told
    user = drive(page.window())
    user.press("F9")
    assert page.place == "sync"


def test_nothing_waits_is_said_too(workspace, desk, settle):
    desk.queries.attention = list
    desk.queries.counters = SyncStatus()
    page = workspace(place="sync")
    settle(page)
    assert "都送到了" in words_on(page)


def test_nothing_is_called_settled_below_what_needs_care(workspace, busy_desk, settle):
    busy_desk.queries.waiting = lambda _limit=50: []
    page = workspace(place="sync")
    settle(page)
    told = words_on(page)
    assert "都送到了" not in told
    assert "没有要发送的了" in told
    assert "上面列出的还需要处理。" in told
    busy_desk.queries.attention = list
    busy_desk.queries.counters = SyncStatus()
    page._screens["sync"].changed(frozenset({"op"}))
    settle(page)
    assert "都送到了" in words_on(page)


def test_what_needs_care_and_cannot_be_shown_is_told(workspace, busy_desk, settle):
    busy_desk.queries.attention = list  # as long as the device is suspended
    busy_desk.queries.waiting = lambda _limit=50: []
    busy_desk.queries.counters = SyncStatus(needs_attention=2)
    busy_desk.sync.state = Connection(state="suspended")
    page = workspace(place="sync")
    settle(page)
    told = words_on(page)
    assert "都送到了" not in told
    assert "需处理 2 件，恢复使用后再看。" in told


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 KB"), (900, "1 KB"), (12_000_000, "12 MB"), (1_800_000_000, "1.8 GB")],
)
def test_sizes_are_told_as_people_say_them(count, words):
    assert size_words(count) == words


def test_a_parcel_goes_out_on_a_stick_and_its_answer_comes_in(
    workspace, busy_desk, settle, drive, named, tmp_path
):
    page = workspace(place="sync")
    settle(page)
    strip, stick, asked = page._screens["sync"]._strip, tmp_path / "stick.gwp", []

    def ask(_parent, name, chosen, *, to_save):
        asked.append((name, to_save))
        chosen(stick)

    strip._ask = ask
    user = drive(page.window())
    user.click(named(page, "导出U盘包"))
    settle(page)
    assert stick.read_bytes() == b"parcel"
    assert "已写好U盘包：2 项，照片 1 张" in words_on(page)
    user.click(named(page, "读入U盘回执"))
    settle(page)
    assert "已读入U盘回执：送达 6 项" in words_on(page)
    assert asked == [(f"网格通-{busy_desk.who.device_code}-0520-1405.gwp", True), ("", False)]


def test_a_login_that_is_over_has_a_door(workspace, busy_desk, settle, drive, named):
    page = workspace(place="sync")
    settle(page)
    door = page._screens["sync"]._view.state.enrol
    assert not door.isVisible()
    busy_desk.sync.state = Connection(state="login", code="sync_token_expired")
    page._screens["sync"].changed(frozenset())
    settle(page)
    user = drive(page.window())
    user.click(door)
    settle(page)
    sheet = page.window().findChild(EnrolAgain)
    assert not sheet.answer.isEnabled()
    user.type("AB12-CD34")
    busy_desk.sync.refuse = NoConnection()
    user.click(sheet.answer)
    settle(page)
    assert "再用同一个登记码试一次" in words_on(sheet)
    busy_desk.sync.refuse = None
    user.click(sheet.answer)
    settle(page)
    assert busy_desk.sync.codes == ["AB12-CD34", "AB12-CD34"]
    assert page.window().findChild(EnrolAgain) is None
    assert not door.isVisible()
