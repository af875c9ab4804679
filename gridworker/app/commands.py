"""What a person can do at a laptop; every method is one transaction (ports.Commands)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridworker.app import left_words, settling, starting_over, ticket_acts
from gridworker.app.pen import Pen, count_use, own_grid, photo_args, similar
from gridworker.app.ports import (
    FormAgain,
    NewPatrol,
    NewReport,
    NewResolve,
    PhotoRef,
    Saved,
    TakenPhoto,
)
from gridworker.app.taken_photos import TakenPhotos
from gridworker.app.ticket_acts import Make
from gridworker.domain.evidence import PhotoSource
from gridworker.domain.operations import EntityRef, Operation
from gridworker.storage import attention_queries, drafts, outbox, state
from gridworker.storage.door import Door, Session

TICKET = frozenset({"ticket"})
SETTLED = frozenset({"attention", "ticket", "patrol_record", "evidence"})


@dataclass(frozen=True, slots=True)
class StoreCommands:
    """The commands on the encrypted store; call them in the write lane."""

    pen: Pen
    photos: TakenPhotos
    store: Door

    def take_photo(
        self, data: bytes, *, source: PhotoSource, draft: str | None = None
    ) -> TakenPhoto:
        """Check, encrypt and keep a photo before any record names it."""
        taken = self.photos.take(data, source=source, draft=draft)
        self.pen.changes.tell(frozenset({"draft"}))
        return taken

    def drop_photo(self, photo: str) -> None:
        """Forget a taken photo that no record names."""
        self.photos.drop([photo])
        self.pen.changes.tell(frozenset({"draft"}))

    def resolve(self, found: NewResolve) -> Saved:
        """Close a matter on the spot and queue the news; its draft ends (T23)."""
        now = self.pen.now()
        extra = {"done_at": now, "no_photo_reason": found.no_photo_reason}
        return self._new_ticket("ticket.resolve@1", found, now, extra)

    def report(self, found: NewReport) -> Saved:
        """Hand a matter up and queue the news; its draft ends (T1)."""
        person = None
        if found.person is not None:
            person = {"name": found.person, "phone": found.phone, "consent": found.consent}
        return self._new_ticket("ticket.report@1", found, self.pen.now(), {"person": person})

    def patrol(self, seen: NewPatrol) -> Saved:
        """Record a patrol and queue the news; its draft ends."""

        def make(session: Session) -> Operation:
            known = state.get(session)
            args = {
                "place": seen.place,
                "result": seen.result,
                "note": seen.note,
                "grid": own_grid(known, seen.grid),
                "at": self.pen.now(),
                "photos": photo_args(session, seen.photos),
                "ticket": seen.ticket,
            }
            entity = self.pen.new_entity(session, known, "patrol_record")
            kind = "patrol_record.create@1"
            return self.pen.frame(session, known, kind, entity, args, op_id=seen.op_id)

        kinds = frozenset({"patrol_record"})
        return self.pen.write(make, kinds=kinds, photos=seen.photos, draft=seen.draft)

    def act(
        self, ticket: str, action: str, args: Mapping[str, Any], *, draft: str | None = None
    ) -> Saved:
        """Act on a ticket; its draft ends.

        What the centre must decide is taken only right after a sync, else E_OFFLINE_NOT_ALLOWED.
        """
        make = ticket_acts.act(self.pen, ticket, action, args)
        return self.pen.write(make, kinds=TICKET, draft=draft)

    def edit(
        self, ticket: str, changes: Mapping[str, tuple[Any, Any]], *, draft: str | None = None
    ) -> Saved:
        """Change fields, each given as (what was seen, what is wanted); its draft ends."""
        make = ticket_acts.edit(self.pen, ticket, changes)
        return self.pen.write(make, kinds=TICKET, draft=draft)

    def retract(self, ticket: str) -> Saved:
        """Take back what this person has just recorded."""
        return self.pen.write(ticket_acts.retract(self.pen, ticket), kinds=TICKET)

    def add_evidence(
        self, kind: str, id_: str, photos: Sequence[PhotoRef], note: str = ""
    ) -> Saved:
        """Add photos or a remark to a record."""
        make = ticket_acts.add_evidence(self.pen, EntityRef(kind, id_), photos, note)
        return self.pen.write(make, kinds=frozenset({kind, "evidence"}), photos=photos)

    def save_draft(self, draft: str, form: str, fields: Mapping[str, Any]) -> None:
        """Keep unfinished work; called within 300 ms of typing."""
        self.pen.room.for_text()
        with self.store.begin() as session:
            drafts.save(session, draft, form=form, fields=fields, changed_at=self.pen.now())
        self.pen.changes.tell(frozenset({"draft"}))

    def discard_draft(self, draft: str) -> None:
        """End a draft without a record; its photos go too."""
        self.photos.discard(draft)
        self.pen.changes.tell(frozenset({"draft"}))

    def redo(self, op_id: str) -> Saved:
        """Say a refused operation anew on what is true now; its card is closed."""
        return self._settle(op_id, settling.redo_of(self.pen, op_id))

    def choose(self, op_id: str, values: Mapping[str, str]) -> Saved:
        """End a conflict of fields with these values, the others as they were wanted."""
        return self._settle(op_id, settling.chosen(self.pen, op_id, values))

    def take_side(self, op_id: str, side: str) -> Saved:
        """End a conflict with all that is "mine", or all that is "theirs"."""
        return self._settle(op_id, settling.one_side(self.pen, op_id, side))

    def keep_both(self, op_id: str) -> Saved:
        """End a conflict with both wordings as a remark; the record stays as it is."""
        return self._settle(op_id, settling.both_kept(self.pen, op_id))

    def hand_over(self, op_id: str) -> Saved:
        """Ask whoever is in charge to look at a refusal, by a remark with its record."""
        return self._settle(op_id, settling.handed_over(self.pen, op_id))

    def start_over(self, op_id: str) -> FormAgain:
        """Make what a refused record held unfinished work again; recording it closes the card."""
        begun = starting_over.again(self.pen, self.photos, self.store, op_id)
        self.pen.changes.tell(frozenset({"draft"}))
        return begun

    def report_left(self, draft: str) -> FormAgain:
        """Make words and photos about a ticket that is gone an unfinished report."""
        made = left_words.into_report(self.pen, self.store, draft)
        self.pen.changes.tell(frozenset({"draft"}))
        return made

    def close_attention(self, op_id: str) -> None:
        """Take away the card of a refusal that the person has dealt with, and what it led to."""
        with self.store.begin() as session:
            for closed in (*attention_queries.followers(session, op_id), op_id):
                outbox.close(session, closed)
        self.pen.changes.tell(SETTLED)

    def _settle(self, op_id: str, make: Make) -> Saved:
        saved = self.pen.write(make, kinds=SETTLED)
        # A wish that has come true by itself records nothing, and so has closed nothing.
        with self.store.begin() as session:
            outbox.close(session, op_id)
        return saved

    def _new_ticket(
        self, kind: str, found: NewResolve | NewReport, now: str, extra: Mapping[str, Any]
    ) -> Saved:
        alike: tuple[str, ...] = ()

        def make(session: Session) -> Operation:
            nonlocal alike
            known = state.get(session)
            args = {
                "item": found.item,
                "place": found.place,
                "note": found.note,
                "grid": own_grid(known, found.grid),
                "found_at": found.found_at or now,
                "photos": photo_args(session, found.photos),
                **extra,
            }
            alike = similar(session, known.user_id, args)
            count_use(session, found.item, now)
            entity = self.pen.new_entity(session, known, "ticket")
            anew = starting_over.replaced(session, found.draft)
            return self.pen.frame(session, known, kind, entity, args, op_id=found.op_id, **anew)

        saved = self.pen.write(make, kinds=TICKET, photos=found.photos, draft=found.draft)
        return Saved(saved.id, saved.local_no, saved.op_id, similar=alike)
