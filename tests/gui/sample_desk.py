"""A desk in memory: a morning's work, for views and for states a store is slow to reach."""

from datetime import datetime, timedelta

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QPainter

from gridworker.app.ports import (
    Connection,
    Notice,
    ParcelTaken,
    ParcelWritten,
    Places,
    Saved,
    TicketFilter,
    Who,
)
from gridworker.domain.ids import Ids
from gridworker.domain.lines import (
    AttentionCard,
    ClockLine,
    DraftLine,
    FieldChoice,
    FlowLine,
    InboxLine,
    LeftWords,
    MyDay,
    PhotoLine,
    RefusedWork,
    SyncStatus,
    SyncWord,
    TicketDetail,
    TicketLine,
)


class SampleQueries:
    """Answers like the store, from a few tickets in memory; for states a store is slow to reach."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.lines: dict[str, TicketLine] = {}
        self.details: dict[str, TicketDetail] = {}
        self.rows: list[InboxLine] = []
        self.pictures: dict[str, bytes] = {}
        self.counters = SyncStatus(online=True)
        self.cards: list[AttentionCard] = []
        self.others: list[RefusedWork] = []
        self.left: list[LeftWords] = []

    def add(self, number: int, **about) -> TicketLine:
        """Put a ticket into the list."""
        hours = about.pop("due_hours", None)
        due = None if hours is None else (self.now + timedelta(hours=hours)).isoformat()
        line = TicketLine(
            id=f"t{number}",
            number=f"A-{number:04d}",
            local_no=f"A-{number:04d}",
            official_no=None,
            item="S0101",
            due=due,
            found_at=(self.now - timedelta(hours=5, minutes=number)).isoformat(),
            **{
                "title": "落叶堵住雨水口，路面积水",
                "place": "阳光花园 3 栋东门",
                "state": "dispatched" if hours is not None else "onspot_done",
                "sync": SyncWord.DELIVERED,
                **about,
            },
        )
        self.lines[line.id] = line
        return line

    def ticket_ids(self, wanted: TicketFilter) -> Ids:
        until = self.now + timedelta(hours=wanted.due_within_hours or 0)
        return Ids.of(
            line.id
            for line in self.lines.values()
            if wanted.search in line.title + line.place + line.number
            and (wanted.state in (None, line.state))
            and (not wanted.mine or line.mine)
            and (not wanted.open_only or line.due)
            and (
                wanted.due_within_hours is None
                or (line.due and datetime.fromisoformat(line.due) < until)
            )
        )

    def ticket_head(self, wanted: TicketFilter, most: int) -> list[TicketLine]:
        return list(self.ticket_lines(self.ticket_ids(wanted)[:most]).values())

    def ticket_count(self, wanted: TicketFilter) -> int:
        return len(self.ticket_ids(wanted))

    def ticket_lines(self, ids) -> dict[str, TicketLine]:
        return {id_: self.lines[id_] for id_ in ids if id_ in self.lines}

    def ticket(self, number: str) -> TicketDetail | None:
        return self.details.get(number)

    def inbox(self) -> list[InboxLine]:
        return self.rows

    def my_day(self) -> MyDay:
        mine = TicketFilter(mine=True, open_only=True)
        soon = TicketFilter(mine=True, open_only=True, due_within_hours=24)
        states = [line.state for line in self.lines.values() if line.mine]
        return MyDay(
            open=self.ticket_count(mine),
            soon=self.ticket_count(soon),
            done=states.count("onspot_done"),
        )

    def attention(self) -> list[AttentionCard]:
        return self.cards

    def refused_work(self) -> list[RefusedWork]:
        return self.others

    def left_words(self) -> list[LeftWords]:
        return self.left

    def status(self) -> SyncStatus:
        return self.counters

    def thumb(self, sha256: str) -> bytes | None:
        return self.pictures.get(sha256)

    def photo(self, sha256: str, *, longest: int = 1600) -> bytes | None:
        return self.pictures.get(sha256)

    def nothing(self, *_about, **_more) -> list:
        return []

    patrol_ids = items = grids = waiting = sync_log = nothing
    similar = draft_photos = nothing

    def places(self) -> Places:
        return Places(near=("幸福里社区 03 网格",))

    def patrol_lines(self, ids) -> dict:
        return {}


class SampleCommands:
    """Notes what was asked and says it is saved; `refuse` makes the next command fail."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []
        self.refuse: Exception | None = None
        self.drafts: dict[str, DraftLine] = {}

    def save_draft(self, draft, form, fields):
        self.drafts[draft] = DraftLine(
            id=draft, form=form, fields=fields, photos=(), changed_at="2026-05-20T06:00:00Z"
        )

    def discard_draft(self, draft):
        self.drafts.pop(draft, None)

    def __getattr__(self, name: str):
        if name.startswith("_"):
            raise AttributeError(name)

        def command(*args, **more):
            return self._done(name, *args, *more.values())

        return command

    def act(self, *about, draft=None):
        return self._done("act", *about, draft=draft)

    def edit(self, *about, draft=None):
        return self._done("edit", *about, draft=draft)

    def _done(self, name, *about, draft=None):
        self.asked.append((name, *about))
        if self.refuse is not None:
            raise self.refuse
        self.drafts.pop(draft, None)
        return Saved(id="t1", local_no="A-0001", op_id="op1")


class SampleSync:
    """A connection that stands as it was set."""

    def __init__(self) -> None:
        self.state = Connection(state="online")
        self.codes: list[str] = []
        self.refuse: Exception | None = None

    def connection(self) -> Connection:
        return self.state

    def listen(self, changed) -> None:
        pass

    sync_now = listen

    def enrol_again(self, code):
        self.codes.append(code)
        if self.refuse is not None:
            raise self.refuse
        self.state = Connection(state="online")

    def write_parcel(self, path, *, progress, cancelled):
        path.write_bytes(b"parcel")
        return ParcelWritten(operations=2, photos=1, unreadable=0, at="t")

    def read_answer(self, path):
        return ParcelTaken(at="t", applied=len(path.read_bytes()))


class SampleDesk:
    """An unlocked profile in memory."""

    def __init__(self, now: datetime) -> None:
        self.queries, self.commands, self.sync = SampleQueries(now), SampleCommands(), SampleSync()
        self.queries.drafts = lambda form=None: [
            line for line in self.commands.drafts.values() if form in {None, line.form}
        ]
        self.closed = False
        self.told: Notice | None = None
        self.asked: list[str] = []
        self.who = Who(
            user="wg0101",
            name="王小明",
            role="grid_worker",
            roles=("grid_worker",),
            place="幸福里社区",
            grid="330106001001",
            grid_name="03 网格",
            device_code="7F3A",
        )

    def listen(self, changed) -> None:
        pass

    keep_paused = listen

    def identify(self) -> Who:
        return self.who

    def notice(self) -> Notice | None:
        return self.told

    def close_notice(self) -> None:
        self.told = None

    def work(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


def picture(hue: int) -> bytes:
    """A small JPEG made here: a wall, a floor and something on it."""
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(hue, 60, 200))
    painter = QPainter(image)
    painter.fillRect(0, 300, 640, 180, QColor.fromHsv(hue, 90, 120))
    painter.fillRect(200, 180, 160, 200, QColor.fromHsv((hue + 40) % 360, 140, 150))
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG")
    return bytes(buffer.data().data())


def fill_desk(desk: SampleDesk, now: datetime) -> None:
    """Put a morning's work on a desk: an overdue ticket, one due soon, photos, a waiting step."""
    queries = desk.queries
    for number, hue in ((1, 30), (2, 90), (3, 200)):
        queries.pictures[f"sha{number}"] = picture(hue)
    lines = [
        queries.add(312, due_hours=5.3, mine=True, thumb="sha1", photos=2, photos_stored=2),
        queries.add(
            309,
            title="车辆占用消防通道",
            place="阳光花园 东门",
            due_hours=-0.7,
            mine=True,
            sync=SyncWord.WAITING_PHOTO,
            photos=2,
            photos_stored=1,
            thumb="sha2",
        ),
        queries.add(
            307,
            title="广场地砖松动翘起",
            place="中心广场 北侧",
            due_hours=0.9,
            mine=True,
            sync=SyncWord.REFUSED,
            thumb="sha3",
        ),
        queries.add(
            304,
            title="楼道口张贴小广告",
            place="和平里 5 栋 2 单元",
            mine=True,
            sync=SyncWord.SAVED,
        ),
    ]
    for number in range(290, 270, -1):
        queries.add(number, title="商户占道摆放货架", due_hours=number / 4, sync=SyncWord.QUEUED)
    for line in lines:
        queries.details[line.id] = detail_of(line, now)
    queries.rows = [
        InboxLine(
            group=1,
            kind="ticket",
            id="t309",
            title=lines[1].title,
            place=lines[1].place,
            due=lines[1].due,
            thumb="sha2",
        ),
        InboxLine(
            group=3,
            kind="attention",
            id="op9",
            title=lines[2].title,
            place=lines[2].place,
            reason="E_ITEM_OFF",
        ),
        InboxLine(
            group=4,
            kind="ticket",
            id="t312",
            title=lines[0].title,
            place=lines[0].place,
            due=lines[0].due,
            thumb="sha1",
        ),
    ]
    queries.counters = SyncStatus(saved=2, queued_ops=5, queued_photos=4, needs_attention=4)
    queries.cards = refusals(now)
    queries.others = refusals_of_others(now)


def refusals(now: datetime) -> list[AttentionCard]:
    """A conflict and what it led to, an act that came late, and what the centre keeps."""

    def card(number: int, **about) -> AttentionCard:
        known = {
            "op_id": f"op{number}",
            "seq": number,
            "kind": "ticket",
            "entity_id": "t307",
            "local_no": "A-0307",
            "title": "广场地砖松动翘起",
            "place": "中心广场 北侧",
            "when": (now - timedelta(hours=number)).isoformat(),
            "verdict": "refused",
            "now": {"state": "dispatched", "by_name": "李强"},
            "evidence_id": f"e{number}",
        }
        return AttentionCard(**{**known, **about})

    conflict = card(
        1,
        did="ticket.edit",
        code="E_FIELD_CONFLICT",
        can=("open", "mine", "theirs", "both", "hand_over", "close"),
        fields=(
            FieldChoice(
                field="place",
                base="中心广场 北侧",
                mine="中心广场 东侧花坛边",
                theirs="中心广场 西侧 3 号入口",
                by="李强",
                at=(now - timedelta(hours=2)).isoformat(),
            ),
            FieldChoice(
                field="note",
                base="",
                mine="翘起的有四块，两块已经断了，老人容易绊倒，已用雪糕筒围住。",
                theirs="地砖断裂四块，等物业来换。",
                by="李强",
                at=(now - timedelta(minutes=10)).isoformat(),
                newer="theirs",
            ),
        ),
    )
    led = card(
        2,
        did="hand_up",
        code="E_PARENT_REFUSED",
        can=("open", "redo", "hand_over", "close"),
        under="op1",
    )
    late = card(
        3,
        did="hand_up",
        code="E_STALE_STATE",
        entity_id="t304",
        local_no="A-0304",
        title="楼道口张贴小广告",
        can=("open", "redo", "hand_over", "close"),
    )
    kept = card(
        4,
        did="ticket.report",
        code="",
        local_no="A-0301",
        verdict="quarantined",
        detail="rule",
        now={},
        evidence_id=None,
        can=("open", "close"),
    )
    return [conflict, led, late, kept]


def refusals_of_others(now: datetime) -> list[RefusedWork]:
    """What a supervisor sees of a colleague: a call for help."""
    return [
        RefusedWork(
            op_id="op77",
            evidence_id="e77",
            kind="ticket",
            entity_id="t309",
            number="A-0309",
            title="车辆占用消防通道",
            place="阳光花园 东门",
            did="ticket.edit",
            by="赵一",
            at=now.isoformat(),
            code="E_FIELD_CONFLICT",
            words=("阳光花园 东门 消防通道", "两辆车"),
            handed="请主管看一看：我的“修改”没有被接受，两边都改过",
        )
    ]


def detail_of(line: TicketLine, now: datetime) -> TicketDetail:
    """Everything about one of the sample tickets."""
    done = line.state == "onspot_done"
    photos = tuple(
        PhotoLine(sha256=sha, role=role, state=state, by="王小明", at=line.found_at, has_bytes=True)
        for sha, role, state in (("sha1", "before", "stored"), ("sha2", "after", "uploading"))
    )
    flow = (
        FlowLine(
            seq=1, action="report", to_state="reported", actor_name="王小明", at=line.found_at
        ),
        FlowLine(
            seq=0,
            action="late_evidence",
            to_state="",
            actor_name="赵一",
            at=line.found_at,
            opinion="雨水口被落叶和一块木板堵住，木板要两个人才抬得动，先清了落叶。",
        ),
        FlowLine(
            seq=2,
            action="dispatch",
            to_state="dispatched",
            actor_name="街道值守",
            at=now.isoformat(),
            receiver="03 网格",
            waiting=True,
        ),
    )
    why = ("社区受理，今天 10:00 起算，限 8 个工作小时", "午休 12:00–13:30 不计", "明天 10:30 到期")
    return TicketDetail(
        line=line,
        note="雨后积水，老人出行不便。",
        grid="330106001001",
        grid_name="03 网格",
        path=("市政设施", "道路积水"),
        created_by="wg0101",
        created_by_name="王小明",
        done_at=now.isoformat() if done else None,
        no_photo_reason=None,
        unit=None,
        stage=3,
        photos=photos,
        timeline=flow,
        contacts=(),
        deadlines=() if done else (ClockLine(what="overall", due=line.due, paused=False, why=why),),
        can_retract=done,
        can=("hand_up",) if done else (),
        can_edit=True,
    )
