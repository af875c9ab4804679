"""Making pulled records findable in small portions, so that nobody who saves waits for it."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from gridworker.app.changes import Changes
from gridworker.domain.problem import RuleBroken
from gridworker.storage import search
from gridworker.storage.door import Door
from gridworker.storage.failures import CannotStart

log = logging.getLogger(__name__)

PORTION = 300
WATCHED = search.SEARCHED | {"person"}
FOUND = frozenset({"search"})


class Indexer:
    """Works off the list that pulls leave behind, in a thread of its own."""

    def __init__(self, write: Door, changes: Changes) -> None:
        self._write = write
        self._changes = changes
        self._closing = Event()
        self._lane = ThreadPoolExecutor(1, thread_name_prefix="search")

    def start(self) -> None:
        """Begin with what an earlier start left, then follow every change."""
        self._changes.listen(self._follow)
        self._lane.submit(self._job)

    def catch_up(self) -> int:
        """Index what is on the list and return how many records; each portion is a transaction."""
        done = 0
        while not self._closing.is_set():
            with self._write.begin() as session:
                portion = search.drain(session, PORTION)
            if not portion:
                break
            done += portion
        if done:
            self._changes.tell(FOUND)
        return done

    def _job(self) -> None:
        try:
            self.catch_up()
        except (RuleBroken, CannotStart) as error:
            log.warning("search: %s, the rest is indexed later", error)
        except Exception:  # the lane is the boundary: a bug must not vanish in it
            log.exception("search")

    def close(self) -> None:
        """End after the portion under way; the rest is done at the next start."""
        self._closing.set()
        self._lane.shutdown(cancel_futures=True)

    def _follow(self, kinds: frozenset[str]) -> None:
        if not WATCHED.isdisjoint(kinds) and not self._closing.is_set():
            self._lane.submit(self._job)
