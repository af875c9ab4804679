"""The first part of the day: without a network, until the program is killed."""

import shutil
import sys
from pathlib import Path

from tour_plan import Plan
from tour_visit import Visit

STAIRS = "阳光花园3栋2单元"
STREET = "阳光花园东门外道路"
GATE = "阳光花园东门"
DRAFT_PLACE = "阳光花园5栋1单元"
DRAFT_NOTE = "住户答应今晚把纸箱搬走，明早"
READY = "READY TO BE KILLED"
NOTE, PLACE, FIND_ITEM = "说明", "位置", "什么事项"


def main(plan_file: str) -> None:
    """Work until the draft is half written, then say so and wait for the kill."""
    day = Visit(Plan.read(Path(plan_file)))
    _arrive(day)
    _cut(day)
    _patrol(day, STAIRS, note="", photo="")
    _resolve(day)
    _report(day)
    _patrol(day, GATE, note="门禁完好，消防通道畅通", photo="gate")
    _find(day)
    _begin(day)
    day.check()
    print(READY, flush=True)
    day.app.exec()


def _arrive(day: Visit) -> None:
    album = day.album
    album.chapter("Unlock; it needs no network", "解锁，不需要网络")
    day.hand.named("填入")
    album.shot("unlock", "The demo password stands under its banner", "示例数据横幅下写着演示密码")
    day.unlock()
    album.chapter("Today", "今日")
    album.shot("today", "What needs this person, by consequence", "需要我处理的事，按后果排序")


def _cut(day: Visit) -> None:
    day.album.chapter("The network goes", "断网")
    day.hand.press("F9")
    day.hand.until(lambda: day.says("在线"), "the first sync")
    day.cut_network(cut=True)
    day.hand.until(lambda: day.says("演示断网"), "the network to be cut")
    day.album.shot(
        "network-cut", "The switch 断网演示 in the sync centre", "同步中心里打开“断网演示”"
    )


def _patrol(day: Visit, place: str, *, note: str, photo: str) -> None:
    hand, album = day.hand, day.album
    album.chapter(f"A patrol record: {place}", f"巡查：{place}")
    hand.press("Ctrl+2")
    hand.until(day.field(PLACE).hasFocus, "the place to be typed")
    hand.type(place)
    hand.press("Return")
    hand.press("1")
    if note:
        for _ in range(4):
            hand.press("Tab")
        hand.type(note)
    if photo:
        day.paste(photo)
        album.shot(
            "patrol", "Place, one key for the result, a photo", "位置、按 1 正常、照片可有可无"
        )
    hand.press("Ctrl+Return")
    said = day.toast()
    album.fact(f"Told: {said}")
    photos = [["other", photo]] if photo else []
    album.recorded(kind="patrol_record", place=place, note=note, result="normal", photos=photos)


def _resolve(day: Visit) -> None:
    hand, album = day.hand, day.album
    album.chapter("Resolved on the spot, without a network", "断网，当场办结")
    for photo in ("before", "after"):
        shutil.copy2(day.plan.photos[photo], day.plan.folder / "phone")
    hand.press("Ctrl+1")
    hand.keys = hand.clicks = hand.typed = 0
    hand.press("F8")
    hand.named("用这些")
    album.shot("resolve-open", "F8; two photos came from the phone", "F8：手机传来的两张照片已在等")
    hand.press("Return")
    hand.until(lambda: day.photos_shown() == len(("before", "after")), "both photos")
    hand.press(day.tile("楼道堆物").key)
    note = day.field(NOTE)
    hand.until(note.text, "the note that is written for the item")
    album.shot(
        "resolve", "Before and after, item and note; Ctrl+Enter", "前后对比、事项、说明，办结"
    )
    words = note.text()
    hand.press("Ctrl+Return")
    said = day.toast()
    album.count("keys to resolve on the spot", hand.keys)
    album.count("clicks to resolve on the spot", hand.clicks)
    album.count("characters typed to resolve on the spot", hand.typed)
    album.fact(f"Resolved with {hand.keys} key presses, {hand.clicks} clicks, {hand.typed} typed")
    for photo in ("before", "after"):  # the phone is unplugged
        (day.plan.folder / "phone" / day.plan.photos[photo].name).unlink()
    album.shot("resolve-saved", "Saved here; ten seconds to take it back", "已存本机，十秒内可撤销")
    album.recorded(
        kind="ticket",
        number=said.split()[0],
        item="楼道堆物清理",
        place=STAIRS,
        note=words,
        photos=[["before", "before"], ["after", "after"]],
    )


def _report(day: Visit) -> None:
    hand, album = day.hand, day.album
    album.chapter("A missing manhole cover is handed up", "上报井盖缺失")
    hand.press("Ctrl+N")
    item = day.field(FIND_ITEM)
    hand.until(item.hasFocus, "the report form")
    hand.type("ysjg")
    hand.until(lambda: "雨水井盖" in day.offered(), "the item by its initials")
    album.shot("report-initials", "Initials find the item: ysjg", "输入首字母 ysjg 找到雨水井盖")
    hand.press("Return")
    place = day.field("在哪里")
    hand.until(place.hasFocus, "the place")
    hand.press("Ctrl+A")
    hand.type(STREET)
    hand.press("Tab")
    note = "雨水井盖缺失，已摆锥桶，车辆绕行"
    hand.type(note)
    day.paste("manhole")
    album.shot("report", "Item, place, words, a pasted photo", "事项、位置、情况、粘贴的照片")
    hand.press("Ctrl+Return")
    said = day.toast()
    album.fact(f"Told: {said}")
    album.recorded(
        kind="ticket",
        number=said.split()[0],
        item="雨水井盖",
        place=STREET,
        note=note,
        photos=[["near", "manhole"]],
    )


def _find(day: Visit) -> None:
    hand, album = day.hand, day.album
    album.chapter("Found again, in Chinese and by initials", "按中文和首字母找回")
    for words, name in (("堆物", "palette-words"), ("dw", "palette-initials")):
        hand.press("Ctrl+K")
        hand.type(words)
        hand.until(lambda: "楼道堆物" in day.offered(), f"the ticket found by {words}")
        album.shot(name, f"Ctrl+K and {words}", f"Ctrl+K，输入 {words}")
        if words == "dw":
            hand.press("Return")
        else:
            hand.press("Escape")
    hand.until(lambda: day.says(STAIRS), "the ticket")
    day.see_photos()
    album.shot("tickets", "The ticket: steps, both photos, timeline", "步骤、前后照片、时间线")
    for words, name in (("堆物", "list-words"), ("dw", "list-initials")):
        hand.press("Ctrl+F")
        hand.press("Ctrl+A")
        hand.type(words)
        hand.until(lambda: STAIRS in day.rows() and STREET not in day.rows(), "the rows that fit")
        album.shot(name, f"The list, searched for {words}", f"工单列表里找 {words}")
    hand.press("Ctrl+F")
    hand.press("Ctrl+A")
    hand.press("Backspace")


def _begin(day: Visit) -> None:
    hand, album = day.hand, day.album
    album.chapter("Killed in the middle of a word", "写到一半被强行结束")
    hand.press("F8")
    hand.named("改位置")
    hand.press("F4")
    hand.until(day.field(PLACE).hasFocus, "the place to be typed")
    hand.press("Ctrl+A")
    hand.type(DRAFT_PLACE)
    hand.press("Return")
    day.paste("before")
    hand.press(day.tile("楼道堆物").key)
    note = day.field(NOTE)
    hand.until(note.text, "the note that is written for the item")
    hand.click(note)
    hand.press("Ctrl+A")
    hand.type(DRAFT_NOTE)
    album.shot("draft", "Half a sentence; then SIGKILL", "半句话，随后 SIGKILL")


if __name__ == "__main__":
    main(sys.argv[1])
