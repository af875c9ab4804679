"""Changes from the centre, page by page, each page and its cursors in one transaction."""

from collections.abc import Collection, Mapping

import msgspec

from gridworker.domain.times import utc_text
from gridworker.storage import confirmed, state
from gridworker.storage.door import Session
from gridworker.wire import PullRequest, PullResponse
from sync.round import Round

PAGE = 1000  # or a megabyte; more at once costs as much and keeps a person's save waiting longer
FIRST_PAGE = 200


def pull(now: Round) -> None:
    """Take everything that changed; afterwards the laptop holds what the centre held.

    Pages are kept as they come, so that an interrupted pull goes on where it stopped; while one is
    being kept the next is on its way. Raises CentreSaid and NoConnection.
    """
    if now.cancelled():
        return
    with now.store.read() as session:
        cursors, anew = confirmed.cursors(session), confirmed.read_anew(session)
    limit = PAGE if any(cursors.values()) else FIRST_PAGE

    def ask(after: Mapping[str, int], anew: Collection[str], most: int = PAGE) -> PullResponse:
        request = PullRequest(cursors=dict(after), limit=most, anew=sorted(anew))
        return now.exchange.ask("/v1/sync/pull", msgspec.json.encode(request), PullResponse)

    page = ask(cursors, anew, limit)
    with now.line() as line:
        while page.more and not now.cancelled():
            expected = _after(page, cursors)
            anew |= {*page.reset, *(page.scopes.keys() - cursors.keys())}
            following = line.submit(ask, expected, anew)
            cursors = _keep(now, page)
            page = following.result()
            if cursors != expected:  # that was asked from where the laptop does not stand
                page = ask(cursors, anew)
    _keep(now, page)


def _after(page: PullResponse, cursors: Mapping[str, int]) -> dict[str, int]:
    """Return where the laptop should stand once it has kept a page."""
    known = cursors.keys() | page.cursors.keys()
    return {
        scope: max(cursors.get(scope, 0), page.cursors.get(scope, 0))
        for scope in page.scopes
        if scope in known
    }


def _keep(now: Round, page: PullResponse) -> dict[str, int]:
    """Keep a page and return where the laptop stands now."""
    with now.store.write.begin() as session:
        kinds = confirmed.apply_page(session, page, epoch=now.exchange.epoch)
        cursors = confirmed.cursors(session)
        if not page.more:
            _arrived(session, now)
    now.doubt = now.doubt or bool(page.reset)
    now.count("pulled", len(page.changes))
    now.receiving(page.more)
    if kinds:
        now.store.changed(kinds)
    return cursors


def _arrived(session: Session, now: Round) -> None:
    """Note when the laptop was last whole, and how far its clock is from the centre's."""
    stamp, at = now.clock.stamp(), utc_text(now.clock.now())
    skew = stamp.skew_ms
    began = None if skew is None else stamp.wall_ms + skew - stamp.mono_ms
    ours = {"last_sync": at, "last_server_ms": stamp.srv_last, "skew_ms": skew}
    state.put(session, suspended=False, boot=stamp.boot, boot_ms=began, **ours)
