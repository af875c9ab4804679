"""What a person can do at a laptop; every method is one transaction (ports.Commands)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridworker.app import ticket_acts
from gridworker.app.pen import Pen, count_use, own_grid, photo_args, similar
from gridworker.app.ports import NewPatrol, NewReport, NewResolve, PhotoRef, Saved, TakenPhoto
from gridworker.app.taken_photos import TakenPhotos
from gridworker.domain.evidence import PhotoSource
from gridworker.domain.operations import EntityRef, Operation
from gridworker.storage import drafts, outbox, state
from gridworker.storage.door import Door, Session

TICKET = frozenset({"ticket"})


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

    def act(self, ticket: str, action: str, args: Mapping[str, Any]) -> Saved:
        """Act on a ticket.

        What the centre must decide is taken only right after a sync, else E_OFFLINE_NOT_ALLOWED.
        """
        return self.pen.write(ticket_acts.act(self.pen, ticket, action, args), kinds=TICKET)

    def edit(self, ticket: str, changes: Mapping[str, tuple[Any, Any]]) -> Saved:
        """Change fields, each given as (what was seen, what is wanted)."""
        return self.pen.write(ticket_acts.edit(self.pen, ticket, changes), kinds=TICKET)

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

    def close_attention(self, op_id: str) -> None:
        """Take away the card of a refusal that the person has dealt with."""
        with self.store.begin() as session:
            outbox.close(session, op_id)
        self.pen.changes.tell(frozenset({"attention", "ticket", "patrol_record"}))

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
            return self.pen.frame(session, known, kind, entity, args, op_id=found.op_id)

        saved = self.pen.write(make, kinds=TICKET, photos=found.photos, draft=found.draft)
        return Saved(saved.id, saved.local_no, saved.op_id, similar=alike)
