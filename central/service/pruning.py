"""Forgetting, half a year later, what went from scopes (sync.md 4.5).

The feed has no times. So each run notes where every scope stands, at most once a month, and what
stands before a note of half a year ago is old enough. A laptop that was away for longer than that
reads such a scope from the start; what it has not sent is untouched by it.
"""

from datetime import UTC, datetime, timedelta
from functools import partial

from central.service.parts import Office
from central.store import feed, meta
from central.store.feed import Head
from central.store.transaction import Tx

KEPT = timedelta(days=180)
MARKED_EVERY = timedelta(days=30)


def prune(office: Office) -> int:
    """Forget what is old enough, a scope at a time; return how many lines that were."""
    now = datetime.fromtimestamp(office.clock() / 1000, UTC)
    heads = office.store.read(feed.everywhere)
    return sum(office.store.write(partial(_scope, head, now)) for head in heads)


def _scope(head: Head, now: datetime, tx: Tx) -> int:
    name = f"feed/{head.id}"
    marks = meta.marks(tx, name)
    if not marks or marks[-1][0] <= _day(now - MARKED_EVERY):
        meta.put_mark(tx, name, _day(now), head.seq)
    old = [mark for mark in marks if mark[0] <= _day(now - KEPT)]
    if not old:
        return 0
    day, seq = old[-1]
    meta.drop_marks(tx, name, day)
    return feed.prune(tx, head, upto=seq)


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")
