"""Saving is whole or undone."""

import resource
from contextlib import contextmanager

import msgspec
import pytest

from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage import blobs, chain, outbox, state
from gridworker.storage.failures import StoreInterrupted
from gridworker.storage.journal import Aborted, Kept
from gridworker.storage.recovery import Reconciled
from gridworker.storage.statements import Statements
from gridworker.wire import payload_hash


def test_a_saved_matter_is_seen_found_queued_and_chained(store):
    saved = store.resolve(place="东门 3 号楼", note="清走两辆旧自行车")

    ticket = store.ticket(saved.entity_id)
    assert (ticket["state"], ticket["place"]) == ("onspot_done", "东门 3 号楼")
    assert store.one("SELECT seq, state FROM outbox") == (1, "queued")
    with store.read() as session:
        assert chain.broken_links(session) == []
        assert state.get(session).next_seq == 2
    assert store.one("SELECT count(*) FROM search_row") == 1
    assert store.one("SELECT count(*) FROM view_part WHERE waiting") == 2


def test_local_numbers_count_up_and_none_is_lost_by_a_refusal(store):
    first = store.resolve()
    with pytest.raises(RuleBroken):
        store.resolve(place=" ")
    second = store.resolve()
    assert first.local_no[:-1].endswith("-0001")
    assert second.local_no[:-1].endswith("-0002")
    assert [seq for (seq,) in store.rows("SELECT seq FROM outbox ORDER BY seq")] == [1, 2]


def test_photos_of_a_draft_become_the_records_and_the_draft_ends(store):
    photo = store.take_photo(b"what the camera saw", draft="dr1")
    store.take_photo(b"one that was not chosen", draft="dr1")
    with store.write.begin() as session:
        Statements(session).execute(
            "INSERT INTO draft VALUES ('dr1', 'resolve', '{}', '2026-05-12T04:00:00.000Z')"
        )
    saved = store.resolve(photos=[photo], draft="dr1")

    assert store.rows("SELECT id FROM draft") == store.rows("SELECT id FROM draft_photo") == []
    with store.read() as session:
        row = blobs.find(session, store.ticket(saved.entity_id)["photos"][0]["sha256"])
    assert store.photos.read(row.name, row.dek, record=row.record) == b"what the camera saw"
    kept = store.journal.read(store.journal.files()[0]).entries[0]
    assert kept.photos == (row,)
    assert kept.drafts[0]["id"] == photo


def test_the_kept_bytes_are_those_that_are_hashed_and_seq_is_spliced_in(store):
    store.resolve()
    with store.write.begin() as session:
        (waiting,) = outbox.batch(session, limit=10, max_bytes=10**6)
    sent = msgspec.json.decode(waiting.encoded)
    assert sent["seq"] == 1
    assert store.one("SELECT hash FROM chain WHERE n = 1")
    kept = store.journal.read(store.journal.files()[0]).entries[0]
    assert payload_hash(sent) == payload_hash(msgspec.json.decode(kept.encoded))


def test_a_rule_that_refuses_leaves_no_trace(store):
    photo = store.take_photo(b"seen")
    with pytest.raises(RuleBroken):
        store.resolve(place="", photos=[photo])
    for table in ("outbox", "chain", "blob", "view_ticket", "counter"):
        assert store.one(f"SELECT count(*) FROM {table}") == 0
    assert store.one("SELECT count(*) FROM draft_photo") == 1
    assert store.journal.files() == []


def test_an_unknown_photo_is_refused(store):
    with pytest.raises(RuleBroken) as caught:
        store.recorder.record(
            lambda _: store.operation("ticket.retract", {}, entity="x"), photos=["nobody"]
        )
    assert caught.value.code is Code.INVALID


def test_more_than_64_kib_is_refused_before_saving(store):
    ticket = store.report().entity_id
    photo = {
        "sha256": "0" * 64,
        "bytes": 1,
        "mime": "image/jpeg",
        "role": "other",
        "source": "file",
    }
    args = {"to": {"kind": "ticket", "id": ticket}, "note": "x", "photos": [photo] * 700}
    with pytest.raises(RuleBroken) as caught:
        store.recorder.record(lambda _: store.operation("evidence.add", args))
    assert caught.value.facts["detail"] == "too large"
    assert store.one("SELECT count(*) FROM outbox") == 1


def test_what_is_so_already_is_not_said_again(store):
    ticket = store.report(place="西门").entity_id
    again = store.edit(ticket, "place", "西门", "西门")
    assert (again.seq, again.outcome.noop) == (0, True)
    assert store.one("SELECT count(*) FROM outbox") == 1
    assert store.edit(ticket, "place", "西门", "北门").seq == 2


def test_a_journal_that_cannot_be_written_saves_nothing(store):
    store.resolve()
    day = store.journal.files()[0]
    store.journal.close()
    (store.folder / day).rename(store.folder / "elsewhere")
    (store.folder / day).mkdir()
    with pytest.raises(OSError, match="directory"):
        store.resolve()
    assert store.one("SELECT count(*) FROM outbox") == 1
    (store.folder / day).rmdir()
    (store.folder / "elsewhere").rename(store.folder / day)
    assert store.resolve().seq == 2


@contextmanager
def files_end_at(size):
    """No file may grow beyond so many bytes: the kernel refuses the write."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_commit_that_fails_is_struck_out_and_its_number_used_again(store):
    store.resolve()
    journal = store.journal.files()[0]
    grown = (store.folder / "main.db-wal").stat().st_size
    assert store.journal.read(journal).end + 8192 < (store.folder / journal).stat().st_size
    with files_end_at(grown), pytest.raises((RuleBroken, StoreInterrupted)):
        store.resolve()
    assert isinstance(store.journal.read(journal).entries[-1], Aborted)
    assert store.one("SELECT count(*) FROM outbox") == 1

    assert store.resolve().seq == 2
    assert [type(e) for e in store.journal.read(journal).entries] == [Kept, Kept, Aborted, Kept]
    assert store.start() == Reconciled(aborted=0, rewritten=0, damaged=0)


def test_a_full_disk_is_told_as_such_and_work_goes_on(store):
    store.resolve()
    journal = store.journal.files()[0]
    (store.folder / journal).write_bytes(b"")
    with files_end_at(1000), pytest.raises(RuleBroken) as caught:
        store.resolve()
    assert caught.value.code is Code.DISK_FULL
    assert store.journal.read(journal).damaged == 0
    assert store.resolve().seq == 2
