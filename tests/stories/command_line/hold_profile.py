"""Holds a profile as an open window does, until its input ends."""

import sys
from pathlib import Path

from gridworker.storage.owner import Owner


def main():
    with Owner(Path(sys.argv[1])):
        print("held", flush=True)  # noqa: T201  (the answer)
        sys.stdin.read()
    return 0
