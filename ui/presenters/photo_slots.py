"""The photos of a form: taken in their own lane, whatever they come from."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from gridworker.app.jobs import Lane
from gridworker.app.ports import Commands, PhotoRef, TakenPhoto
from gridworker.domain.evidence import PhotoRole, PhotoSource
from gridworker.domain.problem import Code, RuleBroken

Bytes = Callable[[], bytes]
"""Reads or encodes a photo; called in the photos lane because it may wait."""


class ShownPhoto(NamedTuple):
    """What a form shows of a photo; EXIF time and place are hints, never guards."""

    thumb: bytes
    taken_at: str | None = None
    has_place: bool = False


def shown(photo: TakenPhoto) -> ShownPhoto:
    """Return what is shown of a taken photo."""
    return ShownPhoto(photo.thumb, photo.taken_at, has_place=photo.lon is not None)


class PhotoSlotsView(Protocol):
    """Where photos are shown."""

    def show_photos(self, role: PhotoRole, photos: Sequence[ShownPhoto], *, busy: bool) -> None:
        """Show the photos of one side; `busy` while one is on its way."""
        ...

    def show_photo_problem(self, problem: Exception | None, *, note: str | None = None) -> None:
        """Say why a photo was not taken, or one line (`note`, a words code) about the last one."""
        ...


class PhotoTaker(Protocol):
    """What slots report to: the presenter of their form."""

    def expect_photo(self, role: PhotoRole) -> None:
        """Hear that the shutter was pressed for a side; its photo comes in a moment."""
        ...

    def no_photo_comes(self) -> None:
        """Hear that the camera failed: what was expected does not come."""
        ...

    def take(self, role: PhotoRole | None, read: Bytes, source: PhotoSource) -> None:
        """Take a photo for a side, or for the first side that has none."""
        ...

    def remove_photo(self, role: PhotoRole) -> None:
        """Take the last photo of a side away."""
        ...


class PhotoSlots:
    """Keeps which photo stands for which side, and lets several be taken at once."""

    def __init__(
        self,
        roles: Sequence[PhotoRole],
        view: PhotoSlotsView,
        *,
        commands: Commands,
        photos: Lane,
        changed: Callable[[], None],
    ) -> None:
        self.roles = tuple(roles)
        self._view = view
        self._commands = commands
        self._lane = photos
        self._changed = changed
        self._taken: dict[PhotoRole, list[TakenPhoto]] = {role: [] for role in self.roles}
        self._coming: Counter[PhotoRole] = Counter()
        self._expected: Counter[PhotoRole] = Counter()
        self._turn = 0

    @property
    def pending(self) -> int:
        """How many photos are still expected or being taken."""
        return self._coming.total() + self._expected.total()

    def count(self, role: PhotoRole) -> int:
        """How many photos a side has or is about to have."""
        return len(self._taken[role]) + self._coming[role] + self._expected[role]

    def all(self) -> tuple[TakenPhoto, ...]:
        """Every photo taken, side by side."""
        return tuple(photo for role in self.roles for photo in self._taken[role])

    def next_role(self) -> PhotoRole:
        """Return the side that the next photo is for: the first empty one, else the last."""
        return next((role for role in self.roles if not self.count(role)), self.roles[-1])

    def expect(self, role: PhotoRole) -> None:
        """Count a photo whose shutter was pressed, so that finishing waits for it."""
        self._expected[role] += 1
        self._show(role)

    def expect_none(self) -> None:
        """Wait no more for what the camera will not give."""
        if not self._expected.total():
            return
        self._expected.clear()
        for role in self.roles:
            self._show(role)
        self._changed()

    def take(
        self,
        role: PhotoRole,
        read: Bytes,
        source: PhotoSource,
        *,
        draft: str,
        before: Callable[[], None],
    ) -> None:
        """Take a photo for a side; `before` is done first in the same lane (the draft exists)."""
        turn = self._turn

        def work() -> TakenPhoto:
            before()
            return self._commands.take_photo(read(), source=source, draft=draft)

        def done(photo: TakenPhoto) -> None:
            if turn == self._turn:
                self._coming[role] -= 1
                self.put(role, photo)

        def failed(error: Exception) -> None:
            if turn != self._turn:
                return
            self._coming[role] -= 1
            self._show(role)
            self._changed()
            self._tell(error)

        self._expected[role] = max(0, self._expected[role] - 1)
        self._coming[role] += 1
        self._view.show_photo_problem(None)
        self._show(role)
        self._lane.run(work, done, failed)

    def put(self, role: PhotoRole, photo: TakenPhoto) -> None:
        """Show a photo that has been taken already."""
        self._taken[role].append(photo)
        self._show(role)
        if self._same_on_two_sides():
            self._view.show_photo_problem(RuleBroken(Code.PHOTO_SAME))
        else:
            self._view.show_photo_problem(None, note=photo.note)
        self._changed()

    def remove_last(self, role: PhotoRole) -> None:
        """Take the last photo of a side away; it is forgotten for good."""
        if not self._taken[role]:
            return
        self._forget(self._taken[role].pop())
        self._view.show_photo_problem(None)
        self._show(role)
        self._changed()

    def restore(self, photos: Sequence[TakenPhoto], roles: Mapping[str, str]) -> None:
        """Show the photos of a draft; one whose side was not stored takes the next.

        A photo of the watched folder without a side was only on offer when the program ended: it is
        forgotten, and the folder offers it again.
        """
        self.clear()
        for photo in photos:
            if photo.source is PhotoSource.FOLDER and photo.id not in roles:
                self._forget(photo)
                continue
            known = roles.get(photo.id)
            role = next((r for r in self.roles if r.value == known), None)
            self._taken[role or self.next_role()].append(photo)
        for role in self.roles:
            self._show(role)

    def clear(self) -> None:
        """Forget what is shown; answers still on their way are not shown any more."""
        self._turn += 1
        self._coming.clear()
        self._expected.clear()
        for role in self.roles:
            self._taken[role].clear()
            self._show(role)
        self._view.show_photo_problem(None)

    def role_by_id(self) -> dict[str, str]:
        """Which photo is for which side, as a draft stores it."""
        return {p.id: role.value for role in self.roles for p in self._taken[role]}

    def refs(self) -> tuple[PhotoRef, ...]:
        """Return the photos as a record names them."""
        return tuple(PhotoRef(p.id, role) for role in self.roles for p in self._taken[role])

    def _forget(self, photo: TakenPhoto) -> None:
        self._lane.run(lambda: self._commands.drop_photo(photo.id), lambda _: None, self._tell)

    def _same_on_two_sides(self) -> bool:
        sides = [{p.sha256 for p in self._taken[role]} for role in self.roles]
        return len(sides) > 1 and bool(sides[0] & sides[1])

    def _show(self, role: PhotoRole) -> None:
        photos = [shown(photo) for photo in self._taken[role]]
        busy = self._coming[role] + self._expected[role] > 0
        self._view.show_photos(role, photos, busy=busy)

    def _tell(self, error: Exception) -> None:
        if not isinstance(error, RuleBroken | OSError):
            raise error
        self._view.show_photo_problem(error)
