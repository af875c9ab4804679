"""The ticket list: what is asked, what is dropped, what is told."""

from types import SimpleNamespace

import pytest

from gridworker.app.ports import TicketFilter
from gridworker.domain.ids import Ids
from gridworker.domain.lines import SyncWord, TicketLine
from ui.models.pages import PAGE
from ui.presenters.pictures import Pictures
from ui.presenters.ticket_list import SEARCH_AFTER_MS, TicketListPresenter


def line(id_: str = "t1", **about) -> TicketLine:
    return TicketLine(
        id=id_,
        number=id_,
        local_no=id_,
        official_no=None,
        item="S0101",
        title=id_,
        place="here",
        due=None,
        found_at="2026-05-20T01:00:00.000Z",
        sync=SyncWord.SAVED,
        **{"state": "reported", **about},
    )


class Lane:
    """Runs work when told, oldest first."""

    def __init__(self) -> None:
        self.waiting: list = []

    def run(self, work, done, failed) -> None:
        self.waiting.append((work, done, failed))

    def go(self) -> None:
        waiting, self.waiting = self.waiting, []
        for work, done, failed in waiting:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001  (the lane is the boundary)
                failed(error)
            else:
                done(result)


class Bell:
    """Rings when told."""

    def __init__(self) -> None:
        self.set: list = []

    def __call__(self, milliseconds, work):
        entry = (milliseconds, work)
        self.set.append(entry)
        return lambda: entry in self.set and self.set.remove(entry)

    def ring(self) -> None:
        waiting, self.set = self.set, []
        for _, work in waiting:
            work()


class Notes:
    """A view that notes what it is told, words included."""

    def __init__(self) -> None:
        self.told: list[tuple] = []

    def __getattr__(self, name: str):
        return lambda *args, **words: self.told.append((name, *args, *words.values()))

    def of(self, name: str) -> list[tuple]:
        return [args for told, *args in self.told if told == name]


@pytest.fixture
def lane() -> Lane:
    return Lane()


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def asked() -> list[TicketFilter]:
    return []


class Tickets:
    """A list of so many tickets, whatever is asked for."""

    def __init__(self, count: int, asked: list[TicketFilter]) -> None:
        self.count, self.asked = count, asked

    def ids(self, wanted: TicketFilter) -> Ids:
        self.asked.append(wanted)
        return Ids.of(f"t{n}" for n in range(1, self.count + 1))

    def head(self, wanted: TicketFilter, most: int) -> list[TicketLine]:
        return [line(id_) for id_ in self.ids(wanted)[:most]]


@pytest.fixture
def tickets(asked) -> Tickets:
    return Tickets(2, asked)


@pytest.fixture
def queries(tickets):
    return SimpleNamespace(
        ticket_ids=tickets.ids,
        ticket_head=tickets.head,
        ticket_count=lambda wanted: 7 if wanted.mine else 9,
        ticket_lines=lambda ids: {i: line(i) for i in ids},
        thumb=lambda sha: b"jpeg" if sha == "here" else None,
    )


@pytest.fixture
def chosen() -> list[str]:
    return []


@pytest.fixture
def listing(queries, lane, bell, chosen):
    return TicketListPresenter(queries, read=lane, photos=lane, later=bell, choose=chosen.append)


def test_a_short_list_is_shown_with_its_rows_at_once(listing, lane, asked):
    view = Notes()
    listing.start(view)
    lane.go()
    assert asked == [TicketFilter(mine=True)]
    assert view.of("show_head") == [[[line("t1"), line("t2")], "", False]]
    lane.go()
    assert view.of("show_counts") == [[7, 9]]
    assert view.of("show_ids") == []


def test_of_a_long_list_the_first_rows_come_first_and_then_all_ids(listing, lane, bell, tickets):
    tickets.count = PAGE * 3
    view = Notes()
    listing.start(view)
    lane.go()
    assert [(len(rows), more) for rows, _, more in view.of("show_head")] == [(PAGE, True)]
    listing.select("t1")
    assert lane.waiting == []
    bell.ring()
    lane.go()
    ((ids, selected, stay),) = view.of("show_ids")
    assert (len(ids), selected, stay) == (PAGE * 3, "t1", True)
    lane.go()
    assert view.of("show_counts") == [[7, 9]]


def test_a_ticket_further_down_that_stays_in_front_waits_for_all_ids(listing, lane, bell, tickets):
    tickets.count = PAGE * 3
    view = Notes()
    listing.selected = f"t{PAGE * 2}"
    listing.start(view)
    lane.go()
    assert view.of("show_head") == []
    bell.ring()
    lane.go()
    ((_, selected, stay),) = view.of("show_ids")
    assert (selected, stay) == (f"t{PAGE * 2}", False)


def test_the_rest_of_a_list_that_nobody_wants_any_more_is_not_asked_for(
    listing, lane, bell, tickets, asked
):
    tickets.count = PAGE * 3
    listing.start(Notes())
    lane.go()
    listing.pick("all")
    before = len(asked)
    bell.ring()
    assert len(lane.waiting) == 1
    lane.go()
    assert asked[before:] == [TicketFilter()]


def test_a_list_that_is_shown_gets_its_ids_only_and_stays(listing, lane, tickets):
    view = Notes()
    listing.start(view)
    lane.go()
    lane.go()
    tickets.count = 3
    listing.refresh()
    lane.go()
    lane.go()
    ((ids, _, stay),) = view.of("show_ids")
    assert (list(ids), stay) == (["t1", "t2", "t3"], True)
    assert len(view.of("show_counts")) == 2


def test_the_choices_are_not_counted_again_for_another_filter(listing, lane):
    view = Notes()
    listing.start(view)
    lane.go()
    lane.go()
    listing.pick("all")
    lane.go()
    lane.go()
    assert len(view.of("show_head")) == 2
    assert len(view.of("show_counts")) == 1


def test_due_soon_is_asked_by_deadline_and_open(listing, lane, asked):
    listing.start(Notes())
    listing.pick("soon")
    lane.go()
    wanted = TicketFilter(open_only=True, due_within_hours=24, order="due")
    assert wanted in asked


def test_a_state_narrows_and_clearing_widens(listing, lane, asked):
    listing.start(Notes())
    listing.pick_state("voided")
    assert listing.wanted == TicketFilter(mine=True, state="voided")
    listing.clear()
    assert listing.wanted == TicketFilter()
    assert listing.choice == "all"


def test_typing_waits_for_the_last_key(listing, lane, bell, asked):
    listing.start(Notes())
    lane.go()
    before = len(asked)
    listing.search("d")
    listing.search("du")
    assert [ms for ms, _ in bell.set] == [SEARCH_AFTER_MS]
    bell.ring()
    lane.go()
    assert asked[before].search == "du"


def test_an_older_question_is_neither_asked_nor_answered(listing, lane, asked):
    view = Notes()
    listing.start(view)
    listing.pick("all")
    lane.go()
    assert asked == [TicketFilter()]
    assert len(view.of("show_head")) == 1


def test_an_answer_that_comes_after_the_next_question_is_dropped(listing, lane, queries, tickets):
    def head(wanted: TicketFilter, most: int) -> list[TicketLine]:
        if wanted.mine:
            listing.pick("all")
        return tickets.head(wanted, most)

    queries.ticket_head = head
    view = Notes()
    listing.start(view)
    lane.go()
    assert view.of("show_head") == []
    lane.go()
    assert len(view.of("show_head")) == 1


def test_a_page_is_brought(listing, lane):
    view = Notes()
    listing.start(view)
    listing.ask(3, ["t7"])
    lane.go()
    assert view.of("show_rows") == [[3, {"t7": line("t7")}]]


def test_choosing_tells_once(listing, chosen):
    listing.select("t1")
    listing.select("t1")
    listing.select("")
    assert chosen == ["t1"]


def test_small_pictures_are_brought_once(listing, lane):
    view = Notes()
    listing.start(view)
    assert listing.thumb("here") is None
    assert listing.thumb("here") is None
    lane.go()
    assert listing.thumb("here") == b"jpeg"
    assert len(view.of("show_thumbs")) == 1


def test_a_closed_list_answers_nothing(listing, lane, bell):
    view = Notes()
    listing.start(view)
    listing.thumb("here")
    listing.search("x")
    listing.close()
    told = len(view.told)
    lane.go()
    listing.refresh()
    assert bell.set == []
    assert len(view.told) == told


def test_a_failed_read_is_a_bug(listing, lane, queries):
    queries.ticket_head = lambda wanted, most: {}["missing"]
    listing.start(Notes())
    with pytest.raises(KeyError):
        lane.go()


def test_pictures_keep_no_more_than_they_may(lane):
    came: list[str] = []
    brought: list[str] = []

    def bring(sha: str) -> bytes | None:
        brought.append(sha)
        return sha.encode() if sha != "gone" else None

    pictures = Pictures(bring, lane, lambda sha, _jpeg: came.append(sha), kept=2)
    for sha in ("a", "b", "c"):
        pictures.get(sha)
        lane.go()
    assert came == ["a", "b", "c"]
    pictures.get("a")
    lane.go()
    assert brought == ["a", "b", "c", "a"]


def test_a_picture_that_was_missing_is_asked_for_again(lane):
    found: dict[str, bytes] = {}
    pictures = Pictures(found.get, lane, lambda *_: None, kept=5)
    assert pictures.get("a") is None
    lane.go()
    found["a"] = b"jpeg"
    pictures.forget_missing()
    assert pictures.get("a") is None
    lane.go()
    assert pictures.get("a") == b"jpeg"


def test_a_broken_picture_reader_is_a_bug(lane):
    pictures = Pictures(lambda _: {}["x"], lane, lambda *_: None, kept=1)
    pictures.get("a")
    with pytest.raises(KeyError):
        lane.go()
