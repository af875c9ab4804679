"""A grid, an item and a person, and a store that holds them: for tests and their children."""

import contextlib
import hashlib
import itertools
from datetime import UTC, datetime, timedelta

import msgspec
import uuid_utils

from gridworker.domain.operations import EntityRef, Moment, Operation
from gridworker.domain.organisation import Role
from gridworker.domain.times import utc_text
from gridworker.storage import confirmed, state
from gridworker.storage.engine import open_engines
from gridworker.storage.journal import Journal
from gridworker.storage.migrate import bring_up
from gridworker.storage.photos import PhotoFiles
from gridworker.storage.recorder import Recorder
from gridworker.storage.recovery import reconcile
from gridworker.storage.statements import Statements
from gridworker.wire import Change, PullResponse, digest

DB_KEY, JOURNAL_KEY = bytes(range(32)), bytes(range(32, 64))
USER, GRID, ORG, ITEM = "wg0101", "G012", "C001", "OTS01"
EPOCH = "00112233aabbccdd"
SCOPES = {"ref": "active", f"grid:{GRID}": "active", f"user:{USER}": "active"}
NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)


def new_id():
    return str(uuid_utils.uuid7())


def reference():
    """Bodies of the reference data, by kind and id."""
    return {
        ("org", "o1"): {"code": ORG, "tier": "社区", "name": "示例社区"},
        ("grid", "g1"): {"code": GRID, "name": "第十二网格", "community": ORG},
        ("catalogue_item", "i1"): {
            "code": ITEM, "kind": "event", "name": "楼道堆物", "path": ["市容环境", "楼道堆物"],
            "scheme": "demo", "version": "1", "on_the_spot": True, "evidence": {"before": 0},
        },
        ("case_standard", "s1"): {
            "item": ITEM, "no": 1, "filing": "楼道有堆物", "closing": "清理完毕",
            "limit": {"value": 2, "type": "work_day"},
        },
        ("worker", "w1"): {
            "user": USER, "name": "王示例", "roles": ["grid_worker"], "grids": [GRID],
            "orgs": [], "units": [], "status": "active",
        },
        ("calendar_day", "d1"): {"date": "2026-10-01", "type": "holiday", "region": "000000"},
    }  # fmt: skip


def put(kind, id_, body, *, seq, rev=1, scope=f"grid:{GRID}", schema=1):
    return Change(scope, seq, "put", kind, id_, rev, schema, body, digest(body))


def page(*changes, cursors=None, more=False, scopes=None, reset=()):
    """Return a page whose cursors are those of its changes."""
    found = {}
    for change in changes:
        found[change.scope] = max(found.get(change.scope, 0), change.seq)
    return PullResponse(
        scopes or SCOPES, list(changes), cursors or found, more=more, reset=list(reset)
    )


def reference_page(first=1, **more):
    numbered = enumerate(reference().items(), first)
    changes = [put(kind, id_, body, seq=n, scope="ref") for n, ((kind, id_), body) in numbered]
    return page(*changes, **more)


class Store:
    """One person's store in a folder, as `build` puts it together; `at` is the clock."""

    def __init__(self, folder):
        self.folder = folder
        bring_up(folder / "main.db", DB_KEY)
        self.engines = open_engines(folder / "main.db", DB_KEY)
        self.write = self.engines.write
        self.read = self.engines.read
        self.journal = Journal(folder, JOURNAL_KEY)
        self.photos = PhotoFiles(folder / "blobs")
        self.recorder = Recorder(self.write, self.journal)
        self.minutes = itertools.count()

    def enrol(self):
        with self.write.begin() as session:
            state.put(
                session, device_id="d1", device_code="0A1B", region="110101", user_id=USER,
                user_name="王示例", roles=(Role.GRID_WORKER,), epoch=EPOCH,
            )  # fmt: skip
        self.apply(reference_page())
        return self

    def start(self):
        """Do what a start does."""
        with self.write.begin() as session:
            return reconcile(session, self.journal)

    def apply(self, pulled, epoch=EPOCH):
        with self.write.begin() as session:
            return confirmed.apply_page(session, pulled, epoch=epoch)

    def moment(self):
        at = NOON + timedelta(minutes=next(self.minutes))
        return Moment(utc_text(at))

    def operation(self, kind, args, *, entity=None, expect=None, number=None):
        what = EntityRef(kind.partition(".")[0], entity or new_id(), number)
        return Operation(
            op_id=new_id(), type=f"{kind}@1", actor=USER, entity=what, args=args,
            at=self.moment(), expect=expect or {},
        )  # fmt: skip

    def resolve(self, *, place="东门 3 号楼", note="", photos=(), draft=None):
        """Record a matter finished on the spot."""

        def make(session):
            at = self.moment().wall
            args = {
                "item": ITEM, "place": place, "note": note, "grid": GRID, "found_at": at,
                "done_at": at, "photos": [self.photo_args(session, photo) for photo in photos],
                "no_photo_reason": "没有必要",
            }  # fmt: skip
            return self.operation("ticket.resolve", args, number=self.number(session, at))

        return self.recorder.record(make, photos=photos, draft=draft)

    def report(self, *, place="西门", person=None):
        def make(session):
            at = self.moment().wall
            args = {"item": ITEM, "place": place, "grid": GRID, "found_at": at, "photos": []}
            if person:
                args["person"] = person
            return self.operation("ticket.report", args, number=self.number(session, at))

        return self.recorder.record(make)

    def edit(self, ticket, field, from_, to):
        args = {"changes": {field: {"from": from_, "to": to}}}
        return self.recorder.record(lambda _: self.operation("ticket.edit", args, entity=ticket))

    def retract(self, ticket):
        return self.recorder.record(lambda _: self.operation("ticket.retract", {}, entity=ticket))

    def add_evidence(self, ticket, note, photos=()):
        def make(session):
            named = [self.photo_args(session, photo) for photo in photos]
            args = {"to": {"kind": "ticket", "id": ticket}, "note": note, "photos": named}
            return self.operation("evidence.add", args)

        return self.recorder.record(make, photos=photos)

    def number(self, session, at):
        return state.next_local_no(session, state.get(session), at)

    def photo_args(self, session, photo):
        sha, size = Statements(session).one(
            "SELECT sha256, size FROM draft_photo WHERE id = ?", (photo,)
        )
        return {"sha256": sha, "bytes": size, "mime": "image/jpeg", "role": "after",
                "source": "camera"}  # fmt: skip

    def take_photo(self, data, draft=None):
        """Seal bytes as a photo and keep its row, as the camera does."""
        id_ = new_id()
        sealed = self.photos.write(data, record=id_)
        with self.write.begin() as session:
            Statements(session).execute(
                "INSERT INTO draft_photo (id, draft, sha256, name, dek, record, size, mime, source,"
                " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'image/jpeg', 'camera', ?)",
                (id_, draft, hashlib.sha256(data).hexdigest(), sealed.name, sealed.dek, id_,
                 len(data), utc_text(NOON)),
            )  # fmt: skip
        return id_

    def rows(self, sql, *values):
        with self.read() as session:
            return Statements(session).execute(sql, values).fetchall()

    def one(self, sql, *values):
        found = self.rows(sql, *values)
        assert len(found) == 1, found
        return found[0] if len(found[0]) > 1 else found[0][0]

    def ticket(self, id_):
        found = self.rows("SELECT body FROM view_ticket WHERE id = ?", id_)
        return msgspec.json.decode(found[0][0]) if found else None

    def close(self):
        with contextlib.suppress(FileNotFoundError):
            self.journal.close()
        self.engines.close()
