"""What is looked after behind an open profile: damage, old files, what saves put off."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

from gridworker.app.changes import Changes
from gridworker.app.ports import Clock
from gridworker.domain.problem import RuleBroken
from gridworker.domain.times import utc_text
from gridworker.storage import blobs, damage, drafts, recovery, search, sync_log
from gridworker.storage.door import Door
from gridworker.storage.failures import CannotStart
from gridworker.storage.journal import Journal
from gridworker.storage.photos import PhotoFiles

log = logging.getLogger(__name__)

OLD = timedelta(hours=24)
QUIET_S = 1.0
DAMAGED = "database_damaged"


class Caretaker:
    """Works once after each start, then in quiet moments; in a thread of its own.

    `take_in` brings the store's journal into its main file.
    """

    def __init__(
        self,
        *,
        path: Path,
        write: Door,
        take_in: Callable[[], None],
        journal: Journal,
        files: PhotoFiles,
        changes: Changes,
        clock: Clock,
    ) -> None:
        self._path = path
        self._write = write
        self._take_in = take_in
        self._journal = journal
        self._files = files
        self._changes = changes
        self._clock = clock
        self._stirred, self._closing = Event(), Event()
        self._lane = ThreadPoolExecutor(1, thread_name_prefix="caretaker")

    def start(self, *, check: Callable[[], Any] | None) -> None:
        """Begin; `check` opens a connection for a look at every page, after an unclean end."""
        self._changes.listen(lambda _: self._stirred.set())
        if check is not None:
            self._lane.submit(self._job, lambda: self.look_for_damage(check))
        self._lane.submit(self._job, self.tidy)
        self._lane.submit(self._wait_for_quiet)

    def look_for_damage(self, connect: Callable[[], Any]) -> int:
        """Check every page; what is found is told in the sync centre's list and the log."""
        found = damage.findings(connect)
        if found:
            log.error("store: %d findings after an unclean end", len(found))
            damage.suspect(self._path)
            with self._write.begin() as session:
                at = utc_text(self._clock.now())
                facts = {"findings": len(found)}
                sync_log.append(session, at=at, ok=False, code=DAMAGED, facts=facts)
            self._changes.tell(frozenset({"sync"}))
        return len(found)

    def tidy(self) -> None:
        """Remove photos that nothing names, and shred journals of what has all arrived."""
        before = utc_text(self._clock.now() - OLD)
        with self._write.begin() as session:
            drafts.drop_photos(session, drafts.left_over(session, before))
            known = blobs.known_files(session)
            recovery.retire_files(session, self._journal)
        self._files.collect_orphans(known, older_than_s=OLD.total_seconds())

    def settle(self) -> None:
        """Do what saves put off, in portions that a save hardly notices: merge, then take in."""
        more = True
        while more and not self._stirred.is_set():
            with self._write.begin() as session:
                more = search.settle(session)
        self._take_in()

    def close(self) -> None:
        """Wait for the job under way; the others come again at the next start."""
        self._closing.set()
        self._stirred.set()
        self._lane.shutdown(cancel_futures=True)

    def _wait_for_quiet(self) -> None:
        while self._stirred.wait() and not self._closing.is_set():
            self._stirred.clear()
            if not self._stirred.wait(QUIET_S):
                self._job(self.settle)

    def _job(self, work: Callable[[], object]) -> None:
        try:
            work()
        except (RuleBroken, CannotStart, OSError) as error:
            log.warning("caretaker: %s", error)
        except Exception:  # the lane is the boundary: a bug must not vanish in it
            log.exception("caretaker")
