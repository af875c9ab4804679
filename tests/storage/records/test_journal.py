"""The second copy: what a cut, a flipped byte or a kill between the copies may cost."""

import random
from contextlib import contextmanager

import pytest

from gridworker.storage import chain, outbox, recovery, state
from gridworker.storage.blobs import BlobRow
from gridworker.storage.journal import MARK, Aborted, Journal, Kept
from gridworker.storage.recovery import Reconciled
from gridworker.storage.statements import Statements
from gridworker.wire import PushResult
from tests.storage.records.small_district import JOURNAL_KEY, page, put

DAY = "20260512"
NAME = f"outbox-{DAY}.log"


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path, JOURNAL_KEY)
    yield journal
    journal.close()


def entry(number):
    blob = BlobRow("ab" * 32, "name.gwb", bytes(32), "r1", 3, "image/jpeg", f"op{number}")
    return Kept(f"op{number}", number, b'{"op_id":"op%d"}' % number, (blob,), ({"id": "p1"},))


def written(journal, count):
    ends = []
    for number in range(1, count + 1):
        journal.append(entry(number), day=DAY)
        ends.append(journal.read(NAME).end)
    return ends


def test_what_was_appended_is_read_back(journal):
    written(journal, 3)
    journal.append(Aborted("op3"), day=DAY)
    reading = journal.read(NAME)
    assert reading.entries == (entry(1), entry(2), entry(3), Aborted("op3"))
    assert reading.damaged == 0


def test_nothing_of_an_operation_can_be_read_in_the_file(journal, tmp_path):
    written(journal, 1)
    data = (tmp_path / NAME).read_bytes()
    assert data.startswith(MARK)
    for word in (b"op1", b"name.gwb", bytes([0xAB] * 32), b"ab" * 8):
        assert word not in data
    assert Journal(tmp_path, bytes(32)).read(NAME).entries == ()


def test_a_file_cut_at_any_byte_keeps_every_whole_entry_and_goes_on(tmp_path):
    journal = Journal(tmp_path, JOURNAL_KEY)
    ends = written(journal, 3)
    journal.close()
    whole = (tmp_path / NAME).read_bytes()
    for cut in range(ends[-1] + 1):
        (tmp_path / NAME).write_bytes(whole[:cut])
        again = Journal(tmp_path, JOURNAL_KEY)
        left = sum(end <= cut for end in ends)
        assert again.read(NAME).entries == tuple(entry(n + 1) for n in range(left))
        assert again.read(NAME).damaged == 0
        if cut % 97 == 0:
            again.append(entry(9), day=DAY)
            assert again.read(NAME).entries[left:] == (entry(9),)
            assert again.read(NAME).damaged == 0
        again.close()


def test_a_flipped_byte_costs_its_entry_and_is_seen(journal, tmp_path):
    ends = written(journal, 4)
    whole = (tmp_path / NAME).read_bytes()
    chance = random.Random(5)
    for _ in range(300):
        at = chance.randrange(ends[2])
        hit = sum(end <= at for end in ends)
        flipped = bytearray(whole)
        flipped[at] ^= 1 << chance.randrange(8)
        (tmp_path / NAME).write_bytes(flipped)
        reading = journal.read(NAME)
        assert reading.damaged == 1
        assert reading.entries == tuple(entry(n + 1) for n in range(4) if n != hit)


def test_entries_cannot_change_places_or_files(journal, tmp_path):
    first, second, *_ = written(journal, 3)
    data = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(data[first:second] + data[:first] + data[second:])
    assert journal.read(NAME).entries == (entry(3),)
    (tmp_path / "outbox-20260513.log").write_bytes(data)
    assert journal.read("outbox-20260513.log").entries == ()


def test_a_shredded_file_is_gone_and_the_day_can_go_on(journal, tmp_path):
    written(journal, 2)
    journal.shred(NAME)
    assert journal.files() == []
    journal.append(entry(7), day=DAY)
    assert journal.read(NAME).entries == (entry(7),)


def test_days_have_their_own_files_also_when_the_clock_goes_back(journal):
    for number, day in enumerate(("20260512", "20270513", "20260512"), 1):
        journal.append(entry(number), day=day)
    assert journal.files() == ["outbox-20260512.log", "outbox-20270513.log"]
    assert journal.read(NAME).entries == (entry(1), entry(3))
    assert journal.read(NAME).damaged == 0


class Killed(BaseException):
    """Stands for a SIGKILL: nothing after it runs."""


def test_a_kill_between_the_copies_is_struck_out_at_the_next_start(opened, tmp_path):
    store = opened()
    store.resolve()
    journal = store.journal
    store.recorder = type(store.recorder)(store.write, DiesAfter(journal))
    with pytest.raises(Killed):
        store.resolve(place="没有存下来的")
    store.close()

    again = opened(tmp_path)
    assert again.start() == Reconciled(aborted=1, rewritten=0, damaged=0)
    assert again.one("SELECT count(*) FROM outbox") == 1
    assert again.resolve(place="后来的").seq == 2
    assert again.start() == Reconciled(aborted=0, rewritten=0, damaged=0)
    with again.read() as session:
        assert chain.broken_links(session) == []


class DiesAfter(Journal):
    """A journal whose process is killed right after the first copy was written."""

    def __init__(self, journal):
        self.journal = journal

    @contextmanager
    def appending(self, entry, *, day):
        with self.journal.appending(entry, day=day):
            yield
        raise Killed

    def append(self, entry, *, day):
        raise Killed


def test_a_lost_journal_is_written_again_from_a_sound_database(store):
    photo = store.take_photo(b"bytes")
    store.resolve(photos=[photo])
    store.resolve()
    before = store.journal.read(NAME).entries
    store.journal.shred(NAME)
    assert store.start() == Reconciled(aborted=0, rewritten=2, damaged=0)
    after = store.journal.read(NAME).entries
    assert [(k.op_id, k.seq, k.encoded, k.photos) for k in after] == [
        (k.op_id, k.seq, k.encoded, k.photos) for k in before
    ]


def test_after_damage_everything_only_this_device_had_comes_back(opened, tmp_path):
    old = opened(tmp_path / "old")
    photo = old.take_photo(b"a picture nobody else has")
    with_photo = old.resolve(photos=[photo], note="有照片")
    plain = old.report(person={"name": "李女士", "phone": "13800001111"})
    old.edit(plain.entity_id, "place", "西门", "西门外")
    ops = [op for (op,) in old.rows("SELECT op_id FROM outbox ORDER BY seq")]
    wanted = old.ticket(with_photo.entity_id), old.ticket(plain.entity_id)
    old.close()

    new = opened(tmp_path / "new")
    with new.write.begin() as session:
        assert recovery.replay(session, old.journal) == ops
        assert recovery.replay(session, old.journal) == []
        assert state.get(session).next_seq == 4
        assert chain.broken_links(session) == []
    assert (new.ticket(with_photo.entity_id), new.ticket(plain.entity_id)) == wanted
    row = new.one("SELECT name, dek, record FROM blob")
    assert old.photos.read(row[0], row[1], record=row[2]) == b"a picture nobody else has"
    assert new.one("SELECT count(*) FROM search_todo") == 2


def test_an_aborted_operation_never_comes_back_and_its_number_is_the_later_ones(opened, tmp_path):
    store = opened()
    store.resolve()
    (kept,) = store.journal.read(NAME).entries
    ghost = Kept("ghost", 2, kept.encoded.replace(kept.op_id.encode(), b"ghost"))
    store.journal.append(ghost, day=DAY)  # a kill came before its commit, and no start since
    second = store.resolve()

    new = opened(tmp_path / "new")
    with new.write.begin() as session:
        assert recovery.replay(session, store.journal) == [kept.op_id, second.op_id]


def test_a_store_made_anew_twice_has_everything_under_whatever_numbers(opened, tmp_path):
    """The numbers of the first time are others' after it, also those of what is done with."""
    old = opened(tmp_path / "old")
    ops = [old.resolve().op_id for _ in range(3)]
    new = opened(tmp_path / "new")
    with new.write.begin() as session:
        recovery.replay(session, old.journal)
        recovery.take_up(session, 2)
        verdicts = ("quarantined", "applied", "applied")
        results = [
            PushResult(op_id, seq, verdict)
            for seq, (op_id, verdict) in enumerate(zip(ops, verdicts, strict=True), 3)
        ]
        outbox.settle(session, results)
        outbox.retire(Statements(session), "state = 'applied'")
    assert new.rows("SELECT seq, op_id FROM outbox") == [(3, ops[0])]
    with new.write.begin() as session:
        assert recovery.reconcile(session, old.journal) == Reconciled(0, 3, 0)
        assert recovery.reconcile(session, old.journal) == Reconciled(0, 0, 0)
    newest = opened(tmp_path / "newest")
    with newest.write.begin() as session:
        assert recovery.replay(session, old.journal) == ops


def test_a_file_goes_when_everything_in_it_has_arrived(store):
    photo = store.take_photo(b"one")
    saved = store.resolve(photos=[photo])

    def retired():
        with store.write.begin() as session:
            return recovery.retire_files(session, store.journal)

    assert retired() == []
    with store.write.begin() as session:
        outbox.batch(session, limit=1, max_bytes=10**6)
        outbox.settle(session, [PushResult(saved.op_id, 1, "applied", 1)])
    body = store.ticket(saved.entity_id)
    store.apply(page(put("ticket", saved.entity_id, body, seq=7)))
    assert store.one("SELECT count(*) FROM sent_log") == 1
    assert retired() == [], "the photo's key is still needed"
    body["photos"][0]["state"] = "stored"
    store.apply(page(put("ticket", saved.entity_id, body, seq=8, rev=2)))
    assert retired() == [NAME]
    assert store.journal.files() == []
    assert store.start() == Reconciled(aborted=0, rewritten=0, damaged=0)


def test_a_damaged_entry_is_counted_and_written_again(store):
    store.resolve()
    store.resolve()
    path = store.folder / NAME
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert store.start() == Reconciled(aborted=0, rewritten=1, damaged=1)
    assert {e.seq for e in store.journal.read(NAME).entries} == {1, 2}
