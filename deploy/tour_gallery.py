"""Every place in light, in dark, and with text twice as large; reached by keys."""

from tour_visit import Visit

LOOKS = (
    ("light", "浅色", 0, "Light"),
    ("dark", "深色", 0, "Dark"),
    ("large", "浅色", 4, "Text at 200 %"),
)
PLACES = (
    ("today", "Ctrl+1", "Today", "今日"),
    ("patrol", "Ctrl+2", "Patrol records and form", "巡查"),
    ("tickets", "Ctrl+3", "Tickets", "工单"),
    ("sync", "F9", "Sync centre", "同步中心"),
)
SHEETS = (
    ("resolve", "F8", "Resolve on the spot", "当场办结"),
    ("report", "Ctrl+N", "Hand a matter up", "上报"),
    ("palette", "Ctrl+K", "Search and commands", "搜索和命令"),
    ("help", "F1", "Help and keys", "帮助和快捷键"),
)
READ_MS = 600


def show_everything(day: Visit) -> None:
    """Go to every place in every look and keep what is to be seen there."""
    for name, colours, steps, english in LOOKS:
        day.album.chapter(f"Every place: {english}", f"每一处：{colours}，字号 {100 + steps * 25}%")
        _dress(day, colours, steps)
        _walk(day, name)
    _dress(day, "浅色", 0)


def _dress(day: Visit, colours: str, steps: int) -> None:
    hand = day.hand
    hand.press("Ctrl+K")
    hand.type(f"配色：{colours}")
    hand.look()
    hand.press("Return")
    hand.stand()
    hand.press("Ctrl+0")
    for _ in range(steps):
        hand.press("Ctrl++")
    hand.stand()
    hand.look(READ_MS)


def _walk(day: Visit, look: str) -> None:
    hand, album = day.hand, day.album
    for place, keys, english, chinese in PLACES:
        hand.press(keys)
        hand.look(READ_MS)
        album.shot(f"{look}-{place}", english, chinese)
    hand.press("Ctrl+3")
    hand.press("Return")
    hand.look(READ_MS)
    album.shot(f"{look}-ticket", "One ticket, with its reasons", "一件工单")
    hand.press("Ctrl+1")
    for sheet, keys, english, chinese in SHEETS:
        hand.press(keys)
        hand.look(READ_MS)
        album.shot(f"{look}-{sheet}", english, chinese)
        hand.press("Escape")
        hand.until(lambda: not day.page.sheet_is_open(), f"{sheet} to close")
    hand.press("Ctrl+L")
    hand.named("填入")
    album.shot(f"{look}-unlock", "The lock", "解锁")
    day.unlock()
