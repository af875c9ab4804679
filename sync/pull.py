"""Changes from the centre, page by page, each page and its cursors in one transaction."""

import msgspec
from sqlalchemy.orm import Session

from gridworker.domain.times import utc_text
from gridworker.storage import confirmed, state
from gridworker.wire import PullRequest, PullResponse
from sync.round import Round

PAGE = 1000
FIRST_PAGE = 200


def pull(now: Round) -> None:
    """Take everything that changed; afterwards the laptop holds what the centre held.

    Pages are kept as they come, so that an interrupted pull goes on where it stopped. Raises
    CentreSaid and NoConnection.
    """
    with now.store.read() as session:
        cursors = confirmed.cursors(session)
    limit = PAGE if any(cursors.values()) else FIRST_PAGE
    more = True
    while more and not now.cancelled():
        ask = msgspec.json.encode(PullRequest(cursors=cursors, limit=limit))
        page = now.exchange.ask("/v1/sync/pull", ask, PullResponse)
        more, limit = page.more, PAGE
        with now.store.write.begin() as session:
            kinds = confirmed.apply_page(session, page, epoch=now.exchange.epoch)
            cursors = confirmed.cursors(session)
            if not more:
                _arrived(session, now)
        now.count("pulled", len(page.changes))
        now.receiving(more)
        if kinds:
            now.store.changed(kinds)


def _arrived(session: Session, now: Round) -> None:
    """Note when the laptop was last whole, and how far its clock is from the centre's."""
    stamp, at = now.clock.stamp(), utc_text(now.clock.now())
    state.put(session, last_sync=at, last_server_ms=stamp.srv_last, skew_ms=stamp.skew_ms)
