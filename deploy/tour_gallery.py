"""Every place in light, in dark, and with text twice as large; reached by keys."""

from tour_morning import STREET
from tour_visit import Visit

from ui.widgets.theme import Theme, theme

LOOKS = (
    ("light", "浅色", Theme("light", 1.0), "Light"),
    ("dark", "深色", Theme("dark", 1.0), "Dark"),
    ("large", "浅色", Theme("light", 2.0), "Text at 200 %"),
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


def show_everything(day: Visit) -> None:
    """Go to every place in every look and keep what is to be seen there."""
    for name, colours, look, english in LOOKS:
        day.album.chapter(f"Every place: {english}", f"每一处：{colours}，字号 {look.factor:.0%}")
        _dress(day, colours, look)
        _walk(day, name)
    _dress(day, "浅色", LOOKS[0][2])


def _dress(day: Visit, colours: str, wanted: Theme) -> None:
    """Choose colours in the palette and the size by its keys."""
    hand = day.hand
    hand.press("Ctrl+K")
    hand.type(f"配色：{colours}")
    hand.until(lambda: day.offered().startswith("配色"), "the colours in the palette")
    hand.press("Return")
    hand.until(lambda: theme().mode == wanted.mode, colours)
    hand.look()
    hand.press("Ctrl+0")
    hand.look()
    while theme().factor < wanted.factor:
        before = theme()
        hand.press("Ctrl++")
        hand.until(lambda before=before: theme() != before, "larger text")
        hand.look()


def _walk(day: Visit, look: str) -> None:
    hand, album = day.hand, day.album
    for place, keys, english, chinese in PLACES:
        hand.press(keys)
        if place == "tickets":
            hand.until(lambda: STREET in day.rows(), "the rows of the list")
            hand.look()
            day.see_photos(least=0)
        album.shot(f"{look}-{place}", english, chinese)
    hand.press("Ctrl+3")
    hand.look()
    hand.press("Return")
    day.see_photos()
    album.shot(f"{look}-ticket", "One ticket, with its reasons", "一件工单")
    hand.press("Ctrl+1")
    for sheet, keys, english, chinese in SHEETS:
        hand.press(keys)
        album.shot(f"{look}-{sheet}", english, chinese)
        hand.press("Escape")
        hand.until(lambda: not day.page.sheet_is_open(), f"{sheet} to close")
    hand.press("Ctrl+L")
    hand.named("填入")
    album.shot(f"{look}-unlock", "The lock", "解锁")
    day.unlock()
