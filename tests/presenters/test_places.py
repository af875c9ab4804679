"""Today, the palette and the lock: what they ask, where they lead, what they drop."""

from types import SimpleNamespace

import pytest

from gridworker.app.ports import ProfileInfo
from gridworker.app.startup import WaitBeforeRetry, WrongSecret
from gridworker.domain.lines import InboxLine, MyDay, SyncStatus, SyncWord, TicketLine
from ui.presenters.palette import Offered, PalettePresenter
from ui.presenters.today import TodayPresenter
from ui.presenters.unlock import Enrolment, UnlockPresenter


class Lane:
    """Runs work at once."""

    def run(self, work, done, failed) -> None:
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  (the lane is the boundary)
            failed(error)
        else:
            done(result)


class SlowLane:
    """Keeps work until a test lets a piece of it go."""

    def __init__(self) -> None:
        self.waiting: list[tuple] = []

    def run(self, work, done, _failed) -> None:
        self.waiting.append((work, done))

    def let_go(self, which: int) -> None:
        work, done = self.waiting.pop(which)
        done(work())


def at_once(_milliseconds, work):
    work()
    return lambda: None


class Bell:
    """Rings when told."""

    def __init__(self) -> None:
        self.set: list = []

    def __call__(self, _milliseconds, work):
        self.set.append(work)
        return lambda: self.set.remove(work)

    def ring(self) -> None:
        self.set.pop(0)()


class Notes:
    """A view that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple] = []

    def __getattr__(self, name: str):
        return lambda *args: self.told.append((name, *args))

    def last(self, name: str):
        return next(args for told, *args in reversed(self.told) if told == name)


def line(id_: str, found_at: str) -> TicketLine:
    return TicketLine(
        id=id_,
        number=id_,
        local_no=id_,
        official_no=None,
        item="S0101",
        title=f"title {id_}",
        place="here",
        state="onspot_done",
        due=None,
        found_at=found_at,
        sync=SyncWord.SAVED,
    )


LINES = {
    "a": line("a", "2026-05-19T16:30:00.000Z"),  # half past midnight of today, in China
    "b": line("b", "2026-05-19T15:30:00.000Z"),  # yesterday, in China
}
ROW = InboxLine(group=1, kind="ticket", id="a", title="x", place="y")
CARD = InboxLine(group=3, kind="attention", id="op", title="x", place="y")


@pytest.fixture
def queries():
    return SimpleNamespace(
        inbox=lambda: [ROW, CARD],
        ticket_ids=lambda wanted: ["a", "b"],
        ticket_lines=lambda ids: {i: LINES[i] for i in ids},
        ticket_head=lambda wanted, most: list(LINES.values())[:most],
        my_day=lambda: MyDay(open=2, soon=2, done=1),
        status=lambda: SyncStatus(saved=1, queued_ops=2),
        thumb=lambda sha: b"jpeg",
    )


@pytest.fixture
def gone() -> list[tuple]:
    return []


@pytest.fixture
def today(queries, gone):
    return TodayPresenter(
        queries,
        read=Lane(),
        photos=Lane(),
        later=at_once,
        go=lambda place, about: gone.append((place, about)),
    )


def test_the_day_is_shown_as_it_stands(today):
    view = Notes()
    today.start(view)
    assert view.last("show_inbox") == [[ROW, CARD]]
    assert view.last("show_day") == [MyDay(open=2, soon=2, done=1), 2]
    assert view.last("show_latest") == [[LINES["a"], LINES["b"]]]


def test_an_older_look_at_the_day_never_follows_a_newer_one(queries, gone):
    lane = SlowLane()
    today = TodayPresenter(
        queries,
        read=lane,
        photos=Lane(),
        later=at_once,
        go=lambda *about: gone.append(about),
    )
    view = Notes()
    today.start(view)
    today.refresh()
    lane.let_go(-1)
    assert view.last("show_inbox") == [[ROW, CARD]]
    queries.inbox = lambda: [CARD]
    lane.let_go(0)
    assert [name for name, *_ in view.told] == ["show_inbox"]
    lane.let_go(0)
    assert [name for name, *_ in view.told] == ["show_inbox", "show_day", "show_latest"]
    assert lane.waiting == []


def test_a_row_leads_to_its_ticket_or_its_card(today, gone):
    today.open(ROW)
    today.open(CARD)
    assert gone[0] == ("tickets", {"ticket": "a", "choice": "all", "pane": "detail"})
    assert gone[1] == ("sync", {"card": "op"})


def test_a_picture_is_shown_when_it_comes(today):
    view = Notes()
    today.start(view)
    today.thumb("sha")
    assert view.last("show_thumb") == ["sha", b"jpeg"]


def test_a_closed_day_says_nothing(today):
    view = Notes()
    today.start(view)
    today.close()
    told = len(view.told)
    today.refresh()
    today.thumb("sha")
    assert len(view.told) == told


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def palette(queries, ran, bell):
    actions = [
        Offered("当场办结", "F8", "zap", "", lambda: ran.append("resolve")),
        Offered("锁定", "Ctrl L", "lock", "", lambda: ran.append("lock")),
    ]
    return PalettePresenter(actions, queries, read=Lane(), later=bell, open_ticket=ran.append)


def offered(view: Notes) -> list[str]:
    return [offer.words for offer in view.last("show_offers")[0]]


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", ["当场办结", "锁定"]), ("dcb", ["当场办结"]), ("锁", ["锁定"]), ("f8", ["当场办结"])],
)
def test_actions_are_found_by_word_initials_and_key(palette, typed, words):
    view = Notes()
    palette.start(view)
    palette.typed(typed)
    assert offered(view) == words


def test_tickets_are_found_after_a_moment(palette, bell, ran):
    view = Notes()
    palette.start(view)
    palette.typed("ti")
    palette.typed("title")
    assert len(bell.set) == 1
    bell.ring()
    assert offered(view) == ["title a", "title b"]
    view.last("show_offers")[0][1].run()
    assert ran == ["b"]


def test_a_closed_palette_says_nothing(palette, bell):
    view = Notes()
    palette.start(view)
    palette.typed("x")
    palette.close()
    told = len(view.told)
    assert bell.set == []
    palette.typed("")
    assert len(view.told) == told


@pytest.fixture
def opened() -> list[object]:
    return []


@pytest.fixture
def door():
    made = SimpleNamespace(refuse=None, asked=[])

    def come(asked):
        made.asked.append(asked)
        if made.refuse is not None:
            raise made.refuse
        return "desk"

    made.come = come
    return made


@pytest.fixture
def unlock(door, bell, opened):
    return UnlockPresenter(
        info=lambda: ProfileInfo(enrolled=True, home="h"),
        unlock=door.come,
        enrol=door.come,
        lane=Lane(),
        later=bell,
        tell=lambda error: None if isinstance(error, KeyError) else (error.code, "next"),
        opened=opened.append,
    )


def test_the_door_opens_and_the_lock_falls_silent(unlock, opened):
    view = Notes()
    unlock.start(view)
    assert view.last("show_profile")[0].home == "h"
    unlock.unlock("pw")
    assert opened == ["desk"]
    told = len(view.told)
    unlock.unlock("pw")
    assert len(view.told) == told


def test_enrolling_opens_too(unlock, door, opened):
    asked = Enrolment(centre="c", code="x", password="p")
    unlock.start(Notes())
    unlock.enrol(asked)
    assert door.asked == [asked]
    assert opened == ["desk"]


def test_a_failure_has_words_and_another_try(unlock, door):
    view = Notes()
    unlock.start(view)
    door.refuse = WrongSecret()
    unlock.unlock("pw")
    assert view.last("show_problem") == ["wrong_password", "next"]
    assert view.last("set_busy") == [False]


def test_waiting_counts_down(unlock, door, bell):
    view = Notes()
    unlock.start(view)
    door.refuse = WaitBeforeRetry(seconds=2)
    unlock.unlock("pw")
    assert view.last("show_wait") == [2]
    bell.ring()
    bell.ring()
    assert view.last("show_wait") == [0]
    assert bell.set == []


def test_closing_stops_the_count(unlock, door, bell):
    unlock.start(Notes())
    door.refuse = WaitBeforeRetry(seconds=2)
    unlock.unlock("pw")
    unlock.close()
    assert bell.set == []


def test_what_has_no_words_is_a_bug(unlock, door):
    unlock.start(Notes())
    door.refuse = KeyError("bug")
    with pytest.raises(KeyError):
        unlock.unlock("pw")
