"""The way by stick, as the sync centre offers it: write what waits, read what came back."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import ParcelTaken, ParcelWritten, SyncControl
from ui.presenters.timing import Cancel, Later

LOOK_AFTER_MS = 200
Told = tuple[str, str]


class ParcelsView(Protocol):
    """Where it is shown."""

    def show_ready(self) -> None:
        """Offer both ways."""
        ...

    def show_work(self, share: float | None) -> None:
        """Say how far it is, 0 to 1; None while that is not known."""
        ...

    def show_end(self, told: Told, *, well: bool) -> None:
        """Say in one sentence how it ended and what to do next; both ways are offered again."""
        ...


class ParcelsPresenter:
    """One stick at a time; `tell` gives sentence and next step of a failure, None for a bug."""

    def __init__(
        self,
        sync: SyncControl,
        *,
        lane: Lane,
        later: Later,
        say: Callable[[str, Mapping[str, Any]], Told],
        failed: Callable[[Exception], None],
    ) -> None:
        self._sync, self._lane, self._later = sync, lane, later
        self._say, self._failed = say, failed
        self._view: ParcelsView | None = None
        self._again: Cancel | None = None
        self._done = self._all = 0
        self._given_up = False
        self.busy = False

    def start(self, view: ParcelsView) -> None:
        """Offer both ways."""
        self._view = view
        view.show_ready()

    def close(self) -> None:
        """Give up what is under way and show nothing any more."""
        self._view, self._given_up = None, True
        self._stop()

    def write(self, path: Path) -> None:
        """Put what waits into a parcel."""
        self._run(
            lambda: self._sync.write_parcel(
                path, progress=self._progress, cancelled=lambda: self._given_up
            ),
            self._written,
        )

    def read(self, path: Path) -> None:
        """Take in an answer."""
        self._run(lambda: self._sync.read_answer(path), self._taken)

    def give_up(self) -> None:
        """Leave no parcel behind."""
        self._given_up = True

    def _run(
        self,
        work: Callable[[], ParcelWritten | ParcelTaken],
        done: Callable[[ParcelWritten | ParcelTaken], None],
    ) -> None:
        if self.busy:
            return
        self.busy, self._given_up = True, False
        self._done = self._all = 0
        self._look()
        self._lane.run(work, done, self._ended_badly)

    def _progress(self, done: int, everything: int) -> None:
        self._done, self._all = done, everything

    def _look(self) -> None:
        if self._view is not None and self.busy:
            self._view.show_work(self._done / self._all if self._all else None)
            self._again = self._later(LOOK_AFTER_MS, self._look)

    def _written(self, done: ParcelWritten | ParcelTaken) -> None:
        if isinstance(done, ParcelWritten):
            facts = {"operations": done.operations, "photos": done.photos or None}
            self._end(self._say("parcel_written", facts), well=True)

    def _taken(self, done: ParcelWritten | ParcelTaken) -> None:
        if isinstance(done, ParcelTaken) and done.restored:
            self._end(self._say("sync_centre_restored", {}), well=True)
        elif isinstance(done, ParcelTaken) and done.copied:
            self._end(self._say("sync_device_forked", {}), well=True)
        elif isinstance(done, ParcelTaken):
            facts = {
                "applied": done.applied,
                "refused": done.refused or None,
                "pulled": done.pulled or None,
            }
            code = "parcel_taken_in_part" if done.refused else "parcel_taken"
            self._end(self._say(code, facts), well=True)

    def _ended_badly(self, error: Exception) -> None:
        code = getattr(error, "code", None)
        if not isinstance(code, str) or not code.startswith("parcel_"):
            self._end(("", ""), well=False)
            self._failed(error)
            return
        self._end(self._say(code, {}), well=False)

    def _end(self, told: Told, *, well: bool) -> None:
        self.busy = False
        self._stop()
        if self._view is not None:
            self._view.show_end(told, well=well)

    def _stop(self) -> None:
        if self._again is not None:
            self._again()
            self._again = None
