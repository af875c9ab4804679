"""Presenters without Qt: work runs at once or when told, views note what they were told."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from gridworker.app.ports import Connection, FormAgain, Places, Saved, TakenPhoto
from gridworker.domain.lines import DraftLine, ItemLine, PatrolLine, SyncStatus, SyncWord
from gridworker.domain.problem import Code, RuleBroken
from ui.presenters.recording import FormPorts

NOW = datetime(2026, 5, 20, 6, 22, tzinfo=UTC)


class InlineLane:
    """Runs work at once; with `hold`, only when `go` is called, oldest first."""

    def __init__(self) -> None:
        self.hold = False
        self._waiting: list[Callable[[], None]] = []

    def run(self, work, done, failed) -> None:
        def job() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001  (the lane is the boundary)
                failed(error)
            else:
                done(result)

        if self.hold:
            self._waiting.append(job)
        else:
            job()

    def go(self) -> None:
        waiting, self._waiting = self._waiting, []
        for job in waiting:
            job()


class Clockwork:
    """Runs what is due when a test lets time pass."""

    def __init__(self) -> None:
        self.at = 0
        self._waiting: dict[int, tuple[int, Callable[[], None]]] = {}
        self._next = 0

    def __call__(self, milliseconds: int, work: Callable[[], None]) -> Callable[[], None]:
        self._next += 1
        number = self._next
        self._waiting[number] = (self.at + milliseconds, work)
        return lambda: self._waiting.pop(number, None)

    def pass_by(self, milliseconds: int) -> None:
        until = self.at + milliseconds
        while due := [(at, n) for n, (at, _) in self._waiting.items() if at <= until]:
            at, number = min(due)
            self.at = at
            self._waiting.pop(number)[1]()
        self.at = until


class View:
    """Notes everything a presenter says; `last` is what was said last of a kind."""

    def __init__(self) -> None:
        self.said: list[tuple[str, tuple, dict]] = []

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)

        def note(*args: Any, **more: Any) -> None:
            self.said.append((name, args, more))

        return note

    def last(self, name: str) -> Any:
        args, more = next((a, m) for n, a, m in reversed(self.said) if n == name)
        return args[0] if len(args) == 1 and not more else (args, more)

    def count(self, name: str) -> int:
        return sum(n == name for n, _, _ in self.said)


def item(code: str, name: str, **about: Any) -> ItemLine:
    known = {"on_the_spot": True, "before": 1, "after": 1, "note_template": f"{name}已清理。"}
    return ItemLine(code=code, kind="event", name=name, path=("市容", name), **{**known, **about})


class Store:
    """Commands and queries over dictionaries."""

    def __init__(self) -> None:
        self.drafts_: dict[str, tuple[str, dict]] = {}
        self.photos: dict[str, tuple[str | None, TakenPhoto]] = {}
        self.recorded: list[tuple[str, Any]] = []
        self.closed: list[str] = []
        self.items_ = [item(f"OTS{n:02}", f"事项{n:02}") for n in range(1, 13)]
        self.items_.append(item("B0101", "井盖丢失", on_the_spot=False, before=0, after=0))
        self.places_ = Places(used=("阳光花园 3 栋", "和平里 5 栋"))
        self.similar_: list = []
        self.patrols: dict[str, PatrolLine] = {}
        self.status_ = SyncStatus()
        self.refuse: Exception | None = None
        self.used: set[str] = set()

    def take_photo(self, data: bytes, *, source, draft=None) -> TakenPhoto:
        if not data:
            raise RuleBroken(Code.PHOTO_UNREADABLE)
        taken = data.decode().partition("@")[2] or None
        made = TakenPhoto(
            id=f"p{len(self.photos)}",
            sha256=sha256(data).hexdigest(),
            size=len(data),
            mime="image/jpeg",
            source=source,
            taken_at=taken,
        )
        self.photos[made.id] = (draft, made)
        return made

    def drop_photo(self, photo: str) -> None:
        del self.photos[photo]

    def save_draft(self, draft: str, form: str, fields) -> None:
        self.drafts_[draft] = (form, dict(fields))

    def discard_draft(self, draft: str) -> None:
        self.drafts_.pop(draft, None)
        self.photos = {i: (d, p) for i, (d, p) in self.photos.items() if d != draft}

    def close_attention(self, op_id: str) -> None:
        self.closed.append(op_id)

    def redo(self, op_id: str) -> Saved:
        return self._record("redo", op_id)

    def choose(self, op_id: str, values) -> Saved:
        return self._record("choose", (op_id, values))

    def keep_both(self, op_id: str) -> Saved:
        return self._record("both", op_id)

    def hand_over(self, op_id: str) -> Saved:
        return self._record("hand_over", op_id)

    def start_over(self, op_id: str) -> FormAgain:
        self._record("start_over", op_id)
        return FormAgain("report", f"redo {op_id}")

    def _record(self, what: str, about: Any) -> Saved:
        if self.refuse is not None:
            raise self.refuse
        self.recorded.append((what, about))
        if getattr(about, "draft", None):
            self.drafts_.pop(about.draft, None)
        op_id = getattr(about, "op_id", None) or "op"
        return Saved(id="t1", local_no="A-0313", op_id=op_id)

    def resolve(self, found) -> Saved:
        return self._record("resolve", found)

    def report(self, found) -> Saved:
        return self._record("report", found)

    def patrol(self, seen) -> Saved:
        return self._record("patrol", seen)

    def act(self, ticket: str, action: str, args, *, draft: str | None = None) -> Saved:
        made = self._record(action, (ticket, args))
        self.drafts_.pop(draft, None)
        return made

    def retract(self, ticket: str) -> Saved:
        return self._record("retract", ticket)

    def add_evidence(self, kind: str, id_: str, photos, note: str = "") -> Saved:
        return self._record("evidence", (kind, id_, tuple(photos), note))

    def items(self, search: str = "", *, on_the_spot: bool = False) -> list[ItemLine]:
        return [
            line
            for line in self.items_
            if (line.on_the_spot or not on_the_spot) and search in line.name + line.code
        ]

    def places(self) -> Places:
        return self.places_

    def drafts(self, form: str | None = None) -> list[DraftLine]:
        return [
            DraftLine(id=i, form=f, fields=x, photos=(), changed_at="2026-05-20T06:02:00Z")
            for i, (f, x) in self.drafts_.items()
            if form in (None, f)
        ]

    def draft_photos(self, draft: str) -> list[TakenPhoto]:
        return [photo for owner, photo in self.photos.values() if owner == draft]

    def photo_in_use(self, sha256: str) -> bool:
        in_drafts = (p.sha256 for owner, p in self.photos.values() if owner in self.drafts_)
        return sha256 in {*self.used, *in_drafts}

    def similar(self, _item: str, _place: str) -> list:
        return self.similar_

    def patrol_ids(self, search: str = "") -> list[str]:
        return [i for i, line in self.patrols.items() if search in line.place]

    def patrol_lines(self, ids) -> dict[str, PatrolLine]:
        return {i: self.patrols[i] for i in ids}

    def status(self) -> SyncStatus:
        return self.status_

    def attention(self) -> list:
        return []

    refused_work = left_words = attention

    def waiting(self, _limit: int = 50) -> list:
        return []

    def sync_log(self, _limit: int = 50) -> list:
        return []

    def see(self, place: str, result: str = "normal") -> None:
        """Put a patrol record into the store."""
        self.patrols[f"r{len(self.patrols)}"] = PatrolLine(
            id=f"r{len(self.patrols)}",
            place=place,
            result=result,
            note="",
            at="2026-05-19T06:00:00Z",
            by="王小明",
            grid="03",
            sync=SyncWord.DELIVERED,
        )


class Network:
    """A connection that stands as it was set, and notes what was asked."""

    def __init__(self) -> None:
        self.state = Connection(state="offline")
        self.asked: list[tuple] = []

    def connection(self) -> Connection:
        return self.state

    def hold(self, op_id: str, seconds: float) -> None:
        self.asked.append(("hold", op_id, seconds))

    def sync_now(self) -> None:
        self.asked.append(("sync_now",))

    def pause(self, paused: bool) -> None:
        self.asked.append(("pause", paused))

    def cut_network(self, cut: bool) -> None:
        self.asked.append(("cut", cut))


class Unlocked:
    """A desk as the sync centre has it."""

    def __init__(self, store: Store, network: Network) -> None:
        self.commands = self.queries = store
        self.sync = network
        self.paused: list[bool] = []

    def keep_paused(self, paused: bool) -> None:
        self.paused.append(paused)


class Desk:
    """Everything a form's presenter needs, and what it led to."""

    def __init__(self) -> None:
        self.store, self.network, self.time = Store(), Network(), Clockwork()
        self.unlocked = Unlocked(self.store, self.network)
        self.read, self.write, self.photos = InlineLane(), InlineLane(), InlineLane()
        self.told: list[tuple] = []
        self.view = View()
        self._ids = 0

    def new_id(self) -> str:
        self._ids += 1
        return f"id{self._ids}"

    def announce(self, what, number, undo) -> None:
        self.told.append((what, number, undo))

    @property
    def ports(self) -> FormPorts:
        return FormPorts(
            commands=self.store,
            queries=self.store,
            sync=self.network,
            read=self.read,
            write=self.write,
            photos=self.photos,
            later=self.time,
            now=lambda: NOW,
            new_id=self.new_id,
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()
