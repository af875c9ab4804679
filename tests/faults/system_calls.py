"""What a program did to a folder and what it said, read from a record that `strace` made."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CALLS = (
    "openat,write,pwrite64,lseek,ftruncate,fsync,fdatasync,rename,renameat,renameat2,"
    "unlink,unlinkat,mkdir,mkdirat"
)
STRACE = ("strace", "-f", "-y", "-xx", "-s", "4194304", "-e", "signal=none", "-e", f"trace={CALLS}")
BEGINS = re.compile(r"(\d+) +(\w+)\(")
RESUMES = re.compile(r"(\d+) +<\.\.\. \w+ resumed>")
RESULT = re.compile(r"\) += (-?\d+)")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
HANDLE = re.compile(r"(\d+)<([^>]*)>")
NUMBER = re.compile(r", (\d+)(?=[,) ]|$)")
STDOUT = 1


class Call(NamedTuple):
    """A call that succeeded; it began and ended at these lines of the record."""

    began: int
    ended: int
    name: str
    arguments: str
    result: int


class Step(NamedTuple):
    """A change of the disk, or something said.

    `what` is written, cut, synced, made, folder, moved, gone or said. Files and folders are
    numbers: a name may come to mean another file.
    """

    began: int
    ended: int
    what: str
    file: int = 0
    path: str = ""
    place: int = 0
    data: bytes = b""
    to: str = ""


def read(record: Path, folder: Path, before: list[str]) -> Iterator[Step]:
    """Yield what happened in `folder`; `before` were the names in it, of files 0, 1, ..."""
    reader = _Reader(folder, before)
    for call in calls(record):
        step = getattr(reader, call.name)(call)
        if step is not None:
            yield step._replace(began=call.began, ended=call.ended)


class _Reader:
    """Follows names, files and places; its methods are called as the calls they read."""

    def __init__(self, folder: Path, before: list[str]) -> None:
        self._folder = folder
        self._names = {path: number for number, path in enumerate(before)}
        self._made = len(before)
        self._places: dict[int, int] = {}

    def openat(self, call: Call) -> Step | None:
        path = self._inside(_strings(call.arguments)[0])
        self._places[call.result] = 0
        if path is None:
            return None
        if path not in self._names:
            return _step("made", self._new(path), path=path)
        return _step("cut", self._names[path]) if "O_TRUNC" in call.arguments else None

    def mkdir(self, call: Call) -> Step | None:
        path = self._inside(_strings(call.arguments)[0])
        return None if path is None else _step("folder", self._new(path), path=path)

    def rename(self, call: Call) -> Step | None:
        path, to = map(self._inside, _strings(call.arguments))
        if path is None or to is None:
            return None
        self._names[to] = self._names.pop(path)
        return _step("moved", self._names[to], path=path, to=to)

    def unlink(self, call: Call) -> Step | None:
        path = self._inside(_strings(call.arguments)[0])
        return None if path is None else _step("gone", self._names.pop(path), path=path)

    def lseek(self, call: Call) -> None:
        self._places[self._handle(call)[0]] = call.result

    def write(self, call: Call) -> Step | None:
        handle, path = self._handle(call)
        if handle == STDOUT:
            return _step("said", data=_data(call))
        if path not in self._names:
            return None
        at = self._places[handle]
        self._places[handle] += call.result
        return _step("written", self._names[path], place=at, data=_data(call))

    def pwrite64(self, call: Call) -> Step | None:
        _, path = self._handle(call)
        if path not in self._names:
            return None
        return _step("written", self._names[path], place=_last_number(call), data=_data(call))

    def ftruncate(self, call: Call) -> Step | None:
        _, path = self._handle(call)
        if path not in self._names:
            return None
        return _step("cut", self._names[path], place=_last_number(call))

    def fsync(self, call: Call) -> Step | None:
        _, path = self._handle(call)
        return _step("synced", self._names[path]) if path in self._names else None

    mkdirat, renameat, renameat2, unlinkat, fdatasync = mkdir, rename, rename, unlink, fsync

    def _new(self, path: str) -> int:
        self._names[path], self._made = self._made, self._made + 1
        return self._names[path]

    def _handle(self, call: Call) -> tuple[int, str | None]:
        found = HANDLE.match(call.arguments)
        assert found is not None, call.arguments[:200]
        return int(found[1]), self._inside(_text(found[2]))

    def _inside(self, path: str) -> str | None:
        """Return a path as it is called in the folder; None for what lies elsewhere."""
        found = Path(path)
        return str(found.relative_to(self._folder)) if found.is_relative_to(self._folder) else None


def calls(record: Path) -> Iterator[Call]:
    """Yield the calls in the order in which they ended."""
    begun: dict[str, tuple[int, str, str]] = {}
    with record.open() as lines:
        for number, line in enumerate(lines):
            if fresh := BEGINS.match(line):
                started = (number, fresh[2], line[fresh.end() :])
                if "<unfinished ...>" in line[-20:]:
                    begun[fresh[1]] = started
                    continue
            elif again := RESUMES.match(line):
                started = begun.pop(again[1])
            else:
                continue
            ended = RESULT.search(line, max(0, line.rfind(")") - 1))
            if ended is not None and int(ended[1]) >= 0:
                yield Call(started[0], number, started[1], started[2], int(ended[1]))


def _step(what: str, file: int = 0, **more: object) -> Step:
    return Step(0, 0, what, file, **more)


def _strings(arguments: str) -> list[str]:
    return [_bytes(text).decode() for text in STRING.findall(arguments)]


def _data(call: Call) -> bytes:
    found = STRING.search(call.arguments)
    assert found is not None, call.arguments[:200]
    return _bytes(found[1])[: call.result]


def _last_number(call: Call) -> int:
    return int(NUMBER.findall(call.arguments)[-1])


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _text(text: str) -> str:
    return _bytes(text).decode() if text.startswith("\\x") else text
