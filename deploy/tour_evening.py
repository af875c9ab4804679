"""The second part of the day: after the kill, the network comes back, a refusal, every place."""

import os
import subprocess
import sys
from pathlib import Path

from demo_district import BIN
from tour_gallery import show_everything
from tour_morning import DRAFT_NOTE, DRAFT_PLACE, GATE, NOTE, STAIRS, STREET
from tour_plan import Plan
from tour_visit import Visit

from ui.widgets.record_row import RecordRow

ARRIVAL_MS = 120_000
SNAPS = 10


def main(plan_file: str) -> None:
    """Find everything again, send it, meet a refusal, look at every place, close."""
    day = Visit(Plan.read(Path(plan_file)))
    day.album.chapter("Started again after SIGKILL", "被强行结束后，重新打开")
    day.unlock()
    day.album.shot("again-today", "Everything is there", "都还在")
    _find_again(day)
    _send(day)
    _refusal(day)
    show_everything(day)
    _close_card(day)
    day.check()
    day.leave()


def _find_again(day: Visit) -> None:
    hand, album = day.hand, day.album
    hand.press("F8")
    note = day.field(NOTE)
    hand.until(lambda: note.text() == DRAFT_NOTE, "the half sentence, to the last character")
    hand.until(lambda: day.says(DRAFT_PLACE) and day.photos_shown(), "its place and its photo")
    album.shot("again-draft", "The half sentence is back in place", "半句话原样回到原处")
    album.fact(f"Restored after SIGKILL: “{note.text()}” at {DRAFT_PLACE}, with its photo")
    hand.press("Escape")
    hand.press("Ctrl+3")
    hand.until(lambda: all(place in day.rows() for place in (STAIRS, STREET)), "both tickets")
    day.see_photos()
    album.shot("again-tickets", "Both tickets, saved here", "两件工单都在，等着上传")
    hand.press("Ctrl+2")
    hand.until(lambda: all(place in day.rows() for place in (STAIRS, GATE)), "both patrols")
    album.shot("again-patrol", "Both patrol records", "两条巡查记录都在")


def _send(day: Visit) -> None:
    hand, album = day.hand, day.album
    album.chapter("The network comes back over a slow line", "网络恢复，线路很慢")
    hand.press("F9")
    hand.until(lambda: day.says("演示断网"), "the network still to be cut")
    hand.until(lambda: "待传" in _waiting(day), "what waits to be sent")
    album.shot("waiting", "Four records wait: 待传", "四条记录待传")
    day.cut_network(cut=False)
    hand.until(lambda: "等照片" in _waiting(day), "words that are ahead of their photos")
    hand.until(lambda: day.says("在线"), "the connection to be told")
    album.shot("waiting-photos", "Words have arrived, photos follow", "文字先到，照片随后")
    hand.press("Ctrl+3")
    seen = ""
    for number in range(1, SNAPS):
        hand.until(lambda seen=seen: day.rows() != seen, "the next photo", ARRIVAL_MS)
        seen = day.rows()
        album.shot(f"arriving-{number}", _said(day), _said(day))
        if not any(word in day.rows() for word in ("等照片", "待传", "已存本机")):
            break
    hand.press("F9")
    hand.until(lambda: day.says("都送到了"), "everything to arrive", ARRIVAL_MS)
    album.shot("delivered", "Every record and every photo is at the centre", "都送到了")
    hand.press("Ctrl+2")
    hand.until(lambda: "已存本机" not in day.rows(), "the patrols to be delivered")
    album.shot("delivered-patrol", "The patrols are delivered, too", "巡查也已送达")


def _refusal(day: Visit) -> None:
    """Take a report back that the dispatch desk files at the same time."""
    hand, album = day.hand, day.album
    album.chapter("Two people at the same time: a refusal", "两个人同时动手：未被接受")
    number = album.number_at(STREET)
    day.cut_network(cut=True)
    hand.until(lambda: day.says("演示断网"), "the network to be cut")
    hand.press("Ctrl+K")
    hand.type(number)
    hand.until(lambda: "雨水井盖" in day.offered(), "the report found by its number")
    hand.press("Return")
    hand.named("撤回")
    _desk(day, "sync")
    _desk(day, "act", number, "file", "standard=1")
    _desk(day, "sync")
    hand.click(hand.named("撤回"))
    day.toast()
    album.shot("taken-back", "Taken back here, while offline", "断网时在本机撤回")
    day.cut_network(cut=False)
    hand.until(lambda: day.says("需处理"), "the refusal", ARRIVAL_MS)
    album.shot(
        "refused", "The desk was first: a card that stays", "派遣员已先立案：卡片不会自己消失"
    )
    album.fact("Refused by the centre, because the dispatch desk had filed the report meanwhile")
    hand.press("Ctrl+1")
    album.shot("refused-today", "It stands in 今日 as well", "今日里也有")


def _close_card(day: Visit) -> None:
    """Take the card away: the person has seen it."""
    hand = day.hand
    day.album.chapter("The card is closed by the person", "看过了，收起卡片")
    hand.press("F9")
    hand.click(hand.named("知道了，收起"))
    hand.until(lambda: not day.says("需处理"), "the card to be gone")
    day.album.shot("card-closed", "Nothing waits and nothing needs care", "没有要处理的了")


def _desk(day: Visit, *command: str) -> None:
    """Let the dispatcher do something at another laptop, by the command line."""
    home = ("--home", str(day.plan.dispatcher))
    environment = {**os.environ, "GRIDWORKER_PASSWORD": day.plan.dispatcher_password}
    called = [BIN / "gridworker", *home, *command]
    with subprocess.Popen(called, env=environment, stdout=subprocess.DEVNULL) as running:
        day.hand.until(lambda: running.poll() is not None, " ".join(command), ARRIVAL_MS)
    if running.returncode:
        raise RuntimeError(f"{command[0]} of the dispatcher ended with {running.returncode}")


def _said(day: Visit) -> str:
    """Return the first two rows, which are the tickets of the day."""
    return " / ".join(day.rows().splitlines()[:2])


def _waiting(day: Visit) -> str:
    rows = [row for row in day.page.findChildren(RecordRow) if row.isVisible()]
    return "\n".join(row.accessibleName() for row in rows)


if __name__ == "__main__":
    main(sys.argv[1])
