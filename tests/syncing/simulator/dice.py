"""Chance from a seed: choices, ids, and the moment at which something dies."""

from collections.abc import Callable
from random import Random


class Crash(BaseException):
    """The process is gone; nothing but a new process may touch its files."""


class Dice:
    """One source of chance for a whole history, and its ids."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def id(self, now_ms: int) -> str:
        """A UUIDv7 that the seed decides."""
        digits = f"{now_ms:012x}7{self.random.getrandbits(12):03x}"
        digits += f"{0x8 | self.random.getrandbits(2):x}{self.random.getrandbits(60):015x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


class Fuse:
    """Counts durable steps and blows at one of them; afterwards every step is a Crash.

    A process that is gone writes nothing more, so a fuse that has blown stays so until `renew`.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._left: int | None = None
        self.blown = False

    def arm(self, steps: int) -> None:
        self._left = steps

    def disarm(self) -> None:
        self._left = None

    def renew(self) -> None:
        self.blown, self._left = False, None

    def step(self, name: str) -> None:
        if self.blown:
            raise Crash(name)
        if self._left is None:
            return
        self._left -= 1
        if self._left <= 0:
            self.blown = True
            self._tell(f"crash at {name}")
            raise Crash(name)


class World:
    """Virtual time, shared by all; each laptop's own clock may be anywhere."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def pass_time(self, seconds: float) -> None:
        self.seconds += seconds

    def unix_ms(self) -> int:
        return 1_767_225_600_000 + int(self.seconds * 1000)  # from 2026-01-01 on
