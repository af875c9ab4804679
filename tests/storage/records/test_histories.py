"""Random histories of one laptop and a centre: the invariants of sync.md 8 on the store's side."""

import shutil
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from gridworker.domain.operations import Operation
from gridworker.storage import chain, confirmed, outbox, state
from gridworker.storage.reference import CODE_KEY
from tests.storage.records.paper_centre import PaperCentre, folded
from tests.storage.records.small_district import GRID, Store, reference_page

HERE = f"grid:{GRID}"
PLACES = ("东门", "西门", "南门")
SEEN = {"ticket", "patrol_record"}


class Histories(RuleBasedStateMachine):
    template: Path

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "main.db")
        self.store = Store(self.folder)
        self.centre = PaperCentre()
        self.backups = [self.centre.backup()]
        self.epoch = 0
        self.tickets, self.cursor, self.numbers = [], 0, 0

    def teardown(self):
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(place=st.sampled_from(PLACES), note=st.sampled_from(("", "核查")))
    def resolve(self, place, note):
        self.tickets.append(self.store.resolve(place=place, note=note).entity_id)
        self.numbers += 1

    @rule()
    def report(self):
        saved = self.store.report(person={"name": "李女士"})
        self.tickets.append(saved.entity_id)
        self.numbers += 1

    @rule(data=st.data(), to=st.sampled_from(PLACES))
    def edit(self, data, to):
        id_, now = self.some_ticket(data)
        if now and now["state"] != "voided":
            self.numbers += self.store.edit(id_, "place", now["place"], to).seq > 0

    @rule(data=st.data())
    def remark(self, data):
        id_, now = self.some_ticket(data)
        if now:
            self.store.add_evidence(id_, "补充")
            self.numbers += 1

    @rule(data=st.data())
    def retract(self, data):
        id_, now = self.some_ticket(data)
        if now and now["state"] in {"onspot_done", "reported"} and len(now["acted_by"]) == 1:
            self.numbers += self.store.retract(id_).seq > 0

    @rule(data=st.data(), to=st.sampled_from(PLACES))
    def somebody_edits(self, data, to):
        known = sorted(key for key in self.centre.visible() if key[0] == "ticket")
        if known:
            kind, id_ = data.draw(st.sampled_from(known))
            body = self.centre.bodies[kind, id_]
            acted = [*body["acted_by"], "wg0999"]
            self.centre.put(kind, id_, {**body, "place": to, "acted_by": acted})

    @rule(data=st.data())
    def a_record_leaves(self, data):
        known = sorted(key for key in self.centre.visible() if key[0] == "ticket")
        if known:
            self.centre.remove(*data.draw(st.sampled_from(known)))

    @rule(limit=st.integers(1, 5), lost=st.booleans())
    def push(self, limit, lost):
        with self.store.write.begin() as session:
            waiting = outbox.batch(session, limit=limit, max_bytes=10**6)
        results = self.centre.decide([one.encoded for one in waiting])
        with self.store.write.begin() as session:
            if waiting:
                outbox.tried(session, waiting[-1].seq)
            if not lost:
                outbox.settle(session, results)

    @rule(limit=st.integers(1, 6), pages=st.integers(1, 4))
    def pull(self, limit, pages):
        for _ in range(pages):
            page = self.centre.page(self.cursor, limit)
            self.store.apply(page, epoch=self.name())
            self.cursor = page.cursors[HERE]
            if not page.more:
                break

    @rule(back=st.integers(0, 3))
    def rewind(self, back):
        with self.store.write.begin() as session:
            acked = state.get(session).acked_seq
            outbox.rewind(session, max(1, acked + 1 - back))

    @rule()
    def back_up(self):
        self.backups.append(self.centre.backup())

    @rule(data=st.data())
    def the_centre_is_restored(self, data):
        self.centre.restore(data.draw(st.sampled_from(self.backups)))
        self.epoch += 1
        self.cursor = 0
        with self.store.write.begin() as session:
            confirmed.forget_all(session)
            outbox.requeue_after(session, self.centre.acked)
            state.put(session, epoch=self.name(), acked_seq=self.centre.acked)
        self.store.apply(reference_page(more=True), epoch=self.name())

    @rule()
    def restart(self):
        self.store.close()
        self.store = Store(self.folder)
        assert self.store.start().damaged == 0

    @precondition(lambda self: self.numbers)
    @rule(data=st.data())
    def a_card_is_closed(self, data):
        seq = data.draw(st.integers(1, self.numbers))
        with self.store.write.begin() as session:
            rows = self.rows("SELECT op_id FROM outbox WHERE seq = ?", seq)
            if rows:
                outbox.close(session, rows[0][0])

    @rule()
    def all_is_quiet(self):
        """Convergence: the base is what the centre shows, and nothing waits."""
        while self.rows("SELECT 1 FROM outbox WHERE state = 'queued'"):
            self.push(5, lost=False)
        self.pull(1000, 1)
        base = {(k, i): msgspec.json.decode(b) for k, i, b in self.confirmed()}
        kept = {k for k in base if k not in self.centre.visible()}
        assert {k: v for k, v in base.items() if k not in kept} == self.centre.visible()
        waiting = {s for (s,) in self.rows("SELECT subject FROM outbox")}
        assert {id_ for _, id_ in kept} <= waiting
        assert not self.rows("SELECT 1 FROM outbox WHERE state IN ('applied', 'noop')")

    @invariant()
    def no_number_is_lost_or_given_twice(self):
        rows = self.rows("SELECT seq FROM outbox UNION ALL SELECT seq FROM sent_log ORDER BY 1")
        assert [seq for (seq,) in rows] == list(range(1, self.numbers + 1))

    @invariant()
    def the_chain_holds(self):
        with self.store.read() as session:
            assert chain.broken_links(session) == []
        assert self.rows("SELECT count(*) FROM chain") == [(self.numbers,)]

    @invariant()
    def a_verdict_shown_is_the_centres(self):
        for op_id, told in self.rows(
            "SELECT op_id, state FROM outbox WHERE state <> 'queued'"
            " UNION ALL SELECT op_id, state FROM sent_log"
        ):
            assert self.centre.verdicts[op_id].verdict == told

    @invariant()
    def the_view_is_the_base_with_waiting_work_folded_in(self):
        base = {(k, i): msgspec.json.decode(b) for k, i, b in self.confirmed()}
        ops = self.rows("SELECT json FROM outbox WHERE state <> 'refused' ORDER BY seq")
        wanted, refused = folded(base, [msgspec.json.decode(o, type=Operation) for (o,) in ops])
        shown = self.shown()
        stays = {
            subject
            for subject, op_id in self.rows("SELECT subject, op_id FROM outbox")
            if op_id in refused
        }
        for key, body in wanted.items():
            if key[0] in SEEN:
                assert shown.pop(key) == body
        # Only what nobody can place any more stays as it was last seen.
        assert {id_ for _, id_ in shown} <= stays

    @invariant()
    def cursors_do_not_go_back(self):
        with self.store.read() as session:
            assert confirmed.cursors(session).get(HERE, 0) == self.cursor

    def some_ticket(self, data):
        if not self.tickets:
            return None, None
        id_ = data.draw(st.sampled_from(self.tickets))
        return id_, self.store.ticket(id_)

    def name(self):
        return f"{self.epoch:016x}"

    def rows(self, sql, *values):
        return self.store.rows(sql, *values)

    def confirmed(self):
        kinds = ", ".join(f"'{kind}'" for kind in CODE_KEY)
        return self.rows(f"SELECT kind, id, body FROM confirmed WHERE kind NOT IN ({kinds})")

    def shown(self):
        return {
            ("ticket", id_): msgspec.json.decode(body)
            for id_, body in self.rows("SELECT id, body FROM view_ticket")
        }


@pytest.mark.long
@pytest.mark.timeout(600)
def test_random_histories_keep_the_invariants(tmp_path):
    store = Store(tmp_path).enrol()
    with store.write.begin() as session:
        state.put(session, epoch=f"{0:016x}")
    store.close()
    run_state_machine_as_test(
        type("FromTemplate", (Histories,), {"template": tmp_path / "main.db"}),
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
