"""A child that saves on demand, as its parent sees it."""

import os
import subprocess
import sys
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]


def command(folder, seed=1, synchronous="FULL"):
    """Return how a child is started that saves in `folder`."""
    module = "tests.faults.saving_child"
    return [sys.executable, "-P", "-m", module, str(folder), str(seed), synchronous]


class Saving:
    """A running child; `safe` is what it has acknowledged, `refused` the codes of what it has not.

    It is ended with the block.
    """

    def __init__(self, folder, *, seed=1, prefix=()):
        self.safe, self.refused = [], []
        self._child = subprocess.Popen(
            [*prefix, *command(folder, seed)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._heard() == ["ready"]

    def save(self):
        """Let it save once; returns the code it was refused with, or None."""
        match self._told("save"):
            case ["saved", *about]:
                self.safe.append(about)
                return None
            case ["refused", code, sentence, next_step]:
                assert sentence
                assert next_step
                self.refused.append(code)
                return code

    def take_in(self):
        return self._told("take_in")

    def end(self):
        assert self._told("end") == ["closed"]
        assert self._child.wait(60) == 0

    def kill(self):
        self._child.kill()
        self._child.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def _told(self, what):
        self._child.stdin.write(what + "\n")
        self._child.stdin.flush()
        return self._heard()

    def _heard(self):
        line = self._child.stdout.readline()
        assert line.endswith("\n"), "the child ended by itself"
        return msgspec.json.decode(line)
