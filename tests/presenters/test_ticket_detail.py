"""One ticket: what is shown, what is done with it, and its steps."""

from types import SimpleNamespace

import pytest

from gridworker.app.ports import Saved
from gridworker.domain.lines import FlowLine, PhotoLine, SyncWord, TicketDetail, TicketLine
from gridworker.domain.problem import Code, RuleBroken
from ui.presenters.ticket_detail import LARGE, PREVIEW, TicketDetailPresenter
from ui.presenters.ticket_steps import strip


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


def detail(**about) -> TicketDetail:
    ticket = {
        "line": line(),
        "note": "",
        "grid": "g",
        "grid_name": "g",
        "path": (),
        "created_by": "wg0101",
        "created_by_name": "王小明",
        "done_at": None,
        "no_photo_reason": None,
        "unit": None,
        "stage": 1,
        "photos": (),
        "timeline": (),
        "contacts": (),
        "deadlines": (),
        "can_retract": False,
    }
    return TicketDetail(**{**ticket, **about})


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


class Notes:
    """A view that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple] = []

    def __getattr__(self, name: str):
        return lambda *args: self.told.append((name, *args))

    def of(self, name: str) -> list[tuple]:
        return [args for told, *args in self.told if told == name]


@pytest.fixture
def lane() -> Lane:
    return Lane()


@pytest.fixture
def desk():
    photo = PhotoLine(sha256="here", role="before", state="local", has_bytes=True)
    absent = PhotoLine(sha256="away", role="after", state="local")
    calls: list[tuple] = []

    def command(name):
        def run(*args, **more):
            calls.append((name, *args, *more.values()))
            if made.refuse is not None:
                raise made.refuse
            return Saved(id="t1", local_no="t1", op_id="op")

        return run

    made = SimpleNamespace(
        calls=calls,
        refuse=None,
        found=detail(photos=(photo, absent)),
        commands=SimpleNamespace(
            retract=command("retract"),
            act=command("act"),
        ),
    )
    made.queries = SimpleNamespace(
        ticket=lambda number: made.found if number == "t1" else None,
        photo=lambda sha, *, longest: f"{sha} {longest}".encode(),
        drafts=lambda form: [],
    )
    return made


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def one(desk, lane, done):
    return TicketDetailPresenter(
        desk,
        read=lane,
        write=lane,
        photos=lane,
        later=lambda _milliseconds, _work: lambda: None,
        tell=lambda broken: (str(broken.code), "next"),
        done=done.append,
    )


@pytest.fixture
def view(one, lane) -> Notes:
    made = Notes()
    one.start(made)
    one.show("t1")
    lane.go()
    lane.go()
    return made


def test_a_ticket_is_shown_and_its_photos_follow(view, desk):
    assert view.of("show_ticket") == [[desk.found]]
    assert view.of("show_photo")[-1] == ["here", f"here {PREVIEW}".encode()]
    assert ["away", None] not in view.of("show_photo")


def test_a_ticket_that_is_not_there_says_so(one, view, lane):
    one.show("nobody")
    lane.go()
    assert view.told[-1] == ("show_nothing",)


def test_the_answer_about_an_earlier_ticket_is_dropped(one, view, lane):
    shown = len(view.of("show_ticket"))
    one.show("t1")
    one.show("nobody")
    lane.go()
    assert len(view.of("show_ticket")) == shown


def test_a_photo_is_brought_in_full(one, view, lane):
    one.look_at("here")
    lane.go()
    assert view.of("show_large") == [["here", f"here {LARGE}".encode()]]


def test_what_was_done_is_told_and_read_again(one, view, lane, desk, done):
    one.retract()
    assert view.told[-2:] == [("set_busy", True), ("show_problem", "", "")]
    lane.go()
    lane.go()
    assert desk.calls == [("retract", "t1")]
    assert done == ["retract"]
    assert len(view.of("show_ticket")) == 2
    assert view.of("set_busy")[-1] == [False]


def test_a_refusal_is_told_in_words(one, view, lane, desk, done):
    desk.refuse = RuleBroken(Code.STALE_STATE)
    one.act("void", {"reason": "no"})
    lane.go()
    assert view.of("show_problem")[-1] == ["E_STALE_STATE", "next"]
    assert view.of("set_busy")[-1] == [False]
    assert done == []


def test_anything_else_is_a_bug(one, view, lane, desk):
    desk.refuse = KeyError("bug")
    one.act("void", {})
    with pytest.raises(KeyError):
        lane.go()
    assert view.of("set_busy")[-1] == [False]


def test_without_a_ticket_nothing_is_recorded(one, lane, desk):
    one.start(Notes())
    one.retract()
    one.refresh()
    lane.go()
    assert desk.calls == []


def test_a_closed_ticket_answers_nothing(one, view, lane, desk):
    one.look_at("here")
    one.refresh()
    one.retract()
    one.close()
    told = len(view.told)
    lane.go()
    assert len(view.told) == told


def test_a_refusal_after_closing_is_dropped(one, view, lane, desk):
    desk.refuse = RuleBroken(Code.STALE_STATE)
    one.retract()
    one.close()
    told = len(view.told)
    lane.go()
    assert len(view.told) == told


def step(state: str, hour: int) -> FlowLine:
    at = f"2026-05-20T{hour:02d}:00:00.000Z"
    return FlowLine(seq=hour, action="x", to_state=state, actor_name="x", at=at)


def test_a_case_walks_through_its_steps():
    told = strip(detail(timeline=(step("reported", 1), step("registered", 2))))
    assert [name for name, _ in told.steps] == [
        "reported",
        "registered",
        "dispatched",
        "handled",
        "closed",
    ]
    assert told.steps[1][1] == "2026-05-20T02:00:00.000Z"
    assert told.steps[2][1] is None
    assert told.current == 1


@pytest.mark.parametrize(
    ("state", "current"),
    [("draft", 0), ("registered", 2), ("handling", 3), ("checking", 4), ("archived", 5)],
)
def test_every_state_is_at_some_step(state, current):
    assert strip(detail(line=line(state=state))).current == current


def test_what_was_resolved_on_the_spot_was_found_and_done():
    told = strip(detail(line=line(state="onspot_done"), done_at="2026-05-20T03:00:00.000Z"))
    assert told.steps == (
        ("found", "2026-05-20T01:00:00.000Z"),
        ("onspot_done", "2026-05-20T03:00:00.000Z"),
    )
    assert told.current == 2


@pytest.mark.parametrize("first", ["onspot_done", "reported"])
def test_what_was_voided_ends_there(first):
    told = strip(detail(line=line(state="voided"), timeline=(step(first, 1), step("voided", 2))))
    assert [name for name, _ in told.steps] == [first, "voided"]
    assert told.current == 2
