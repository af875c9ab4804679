"""Power cuts: images of what a disk may hold, made from a record of every system call.

The disk lies as much as it may (security.md 6). What a file was given before its last `fsync` that
came to an end had begun is there. Of what came later, each write may be there or not, whichever
came first, or only some of its sectors. Names of a folder come in their order, and those from
before a sync of the folder are there. The shared memory beside a database is no file of the disk.
"""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.faults.system_calls import Step, read

SECTOR = 512
DROPPED, KEPT, REORDERED, TORN = LOOKS = ("dropped", "kept", "reordered", "torn")
NAMES = frozenset({"made", "folder", "moved", "gone"})
CONTENT = frozenset({"written", "cut"})
HERE = "."


class Cut(NamedTuple):
    """The power goes at this line of the record, and this is how the disk then lies."""

    at: int
    look: str


class Recording:
    """What a program did to `folder`, as `template` was before, and what it said meanwhile."""

    def __init__(self, record: Path, folder: Path, template: Path) -> None:
        found = sorted(template.rglob("*"))
        self._before = [HERE, *(str(path.relative_to(template)) for path in found)]
        self._folders = {n for n, path in enumerate((template, *found)) if path.is_dir()}
        self._first = {
            n: path.read_bytes() for n, path in enumerate((template, *found)) if path.is_file()
        }
        self._steps = list(read(record, folder, self._before))
        self._folders |= {step.file for step in self._steps if step.what == "folder"}
        self._numbers = dict(zip(self._before, range(len(self._before)), strict=True))
        self._numbers |= {s.path: s.file for s in self._steps if s.what == "folder"}
        self.lines = range(self._steps[0].began, self._steps[-1].ended + 2)

    def said(self, at: int) -> bytes:
        """Return what the world may have heard before a line."""
        return b"".join(s.data for s in self._steps if s.what == "said" and s.began < at)

    def write_image(self, target: Path, cut: Cut, chance: Random) -> None:
        """Put what the disk may hold into the empty folder `target`."""
        begun = [step for step in self._steps if step.began < cut.at]
        for path, file in sorted(self._names(begun, cut, chance).items()):
            place = target / path
            if not place.parent.is_dir() or path.endswith("-shm"):
                continue
            if file in self._folders:
                place.mkdir(exist_ok=True)
            else:
                place.write_bytes(self._content(file, begun, cut, chance))

    def _names(self, begun: Sequence[Step], cut: Cut, chance: Random) -> dict[str, int]:
        left: dict[str, int] = {}
        names = dict(zip(self._before, range(len(self._before)), strict=True))
        steps = [step for step in begun if step.what in NAMES]
        for step in steps:
            folder = str(Path(step.path).parent)
            if folder not in left:
                mine = [s for s in steps if str(Path(s.path).parent) == folder]
                synced = self._synced(self._numbers[folder], begun, cut.at)
                sure = sum(s.ended < synced for s in mine)
                left[folder] = _some(sure, len(mine), cut.look, chance)
            left[folder] -= 1
            if left[folder] < 0:
                continue
            match step.what:
                case "gone":
                    names.pop(step.path, None)
                case "moved":
                    names.pop(step.path, None)
                    names[step.to] = step.file
                case _:
                    names[step.path] = step.file
        return names

    def _content(self, file: int, begun: Sequence[Step], cut: Cut, chance: Random) -> bytes:
        synced = self._synced(file, begun, cut.at)
        data = bytearray(self._first.get(file, b""))
        for step in begun:
            if step.file != file or step.what not in CONTENT:
                continue
            pieces = _sectors(step) if cut.look == TORN else [step]
            sure = step.ended < synced or cut.look == KEPT
            for piece in pieces:
                if sure or (cut.look != DROPPED and chance.random() < 0.5):
                    _put(data, piece)
        return bytes(data)

    @staticmethod
    def _synced(file: int, begun: Sequence[Step], at: int) -> int:
        """Return the line before which everything of a file is on the disk."""
        syncs = [s.began for s in begun if s.what == "synced" and s.file == file and s.ended < at]
        return max(syncs, default=-1)


def _some(least: int, most: int, look: str, chance: Random) -> int:
    return {DROPPED: least, KEPT: most}.get(look, chance.randint(least, most))


def _put(data: bytearray, step: Step) -> None:
    if step.what == "cut":
        del data[step.place :]
        data.extend(bytes(step.place - len(data)))
        return
    data.extend(bytes(max(0, step.place + len(step.data) - len(data))))
    data[step.place : step.place + len(step.data)] = step.data


def _sectors(step: Step) -> list[Step]:
    """Return the pieces of a write that a disk writes as one."""
    if step.what == "cut":
        return [step]
    end, pieces, at = step.place + len(step.data), [], step.place
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        piece = step.data[at - step.place : until - step.place]
        pieces.append(step._replace(place=at, data=piece))
        at = until
    return pieces
