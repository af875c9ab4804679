"""Writing what a transaction has changed, and telling every scope that may know."""

import hashlib
from collections.abc import Iterable

from central.service.access import readers_of
from central.service.workspace import Draft, Workspace
from central.store import entities, feed, photos
from central.store.entities import Entity
from central.store.feed import GONE, PUT, News, Told
from central.store.transaction import Tx
from gridworker.wire import SCHEMA, canonical, row_mark

NOBODY: frozenset[str] = frozenset()


def flush(tx: Tx, world: Workspace, now: int) -> None:
    """Write all changed records and their photos; `announce` what it returns at the very end."""
    announce(tx, save(tx, world, now))


def save(tx: Tx, world: Workspace, now: int) -> News:
    """Write the changed records; return what their scopes have to be told."""
    changed = list(world.changed())
    rows = {draft.id: _row(draft, now) for draft in changed}
    entities.save(
        tx,
        new=[rows[draft.id] for draft in changed if draft.before is None],
        changed=[rows[draft.id] for draft in changed if draft.before is not None],
    )
    photos.refer(tx, _named_photos(changed))
    return _news(tx, world, changed, rows)


def announce(tx: Tx, news: News) -> None:
    """Bump the scopes; nothing that waits for a lock may come after this in a transaction."""
    feed.publish(tx, news)


def _row(draft: Draft, now: int) -> Entity:
    body = canonical(draft.body)
    digest = hashlib.sha256(body).hexdigest()
    return Entity(draft.id, draft.kind, draft.rev, SCHEMA, body, digest, draft.parent, now)


def _named_photos(changed: Iterable[Draft]) -> list[photos.Ref]:
    return [
        photos.Ref(photo["sha256"], draft.id, photo["by"], photo.get("state") == "stored")
        for draft in changed
        for photo in draft.body.get("photos") or ()
        if "by" in photo
    ]


def _news(tx: Tx, world: Workspace, changed: list[Draft], rows: dict[str, Entity]) -> News:
    seen_by = feed.readers(tx, [draft.id for draft in changed if draft.before is not None])
    news = News()
    moved: list[str] = []
    for draft in changed:
        before = seen_by.get(draft.id, NOBODY)
        after = _readers(world, draft, before)
        _tell(news, rows[draft.id], draft.before, before, after)
        if draft.before is not None and before != after:
            moved.append(draft.id)
    if moved:
        _tell_children(tx, world, moved, rows, news)
    return news


def _tell_children(
    tx: Tx, world: Workspace, parents: list[str], rows: dict[str, Entity], news: News
) -> None:
    """Feed the records that are read with a parent again when the parent's readers changed."""
    own = [child for child in entities.children(tx, parents) if child.id not in rows]
    world.load(own)
    seen_by = feed.readers(tx, [child.id for child in own])
    for child in own:
        draft = world.draft(child.id)
        if draft is not None:
            before = seen_by.get(child.id, NOBODY)
            after = _readers(world, draft, before)
            _tell(news, child, child, before, after, only_moves=True)


def _readers(world: Workspace, draft: Draft, before: frozenset[str]) -> frozenset[str]:
    parent = world.parent_of(draft)
    if draft.parent is not None and parent is None:
        return before
    return readers_of(draft.kind, draft.body, parent, world)


def _tell(
    news: News,
    row: Entity,
    old: Entity | None,
    before: frozenset[str],
    after: frozenset[str],
    *,
    only_moves: bool = False,
) -> None:
    mark = row_mark(row.kind, row.id, row.rev, row.digest)
    if old is None:
        news.add(Told(after, PUT, 1), row.id, mark)
        return
    news.add(Told(after - before, PUT, 1), row.id, mark)
    before_mark = row_mark(old.kind, old.id, old.rev, old.digest)
    news.add(Told(before - after, GONE, -1, "moved"), row.id, before_mark)
    if not only_moves:
        news.add(Told(after & before, PUT, 0), row.id, before_mark ^ mark)
