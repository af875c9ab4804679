"""Runs a program again and again, each time another of its calls to the disk fails.

Argument: `store` (a laptop's store, used directly) or `program` (the command line). Each line of
the input is a case: `{"from": FOLDER, "in": NEW FOLDER, "kind": ..., "nth": ...}`, kind and nth as
in `failing_calls.c`. Each answer says how it went. Every case is a child of this process, forked
when all code is loaded; another child looks at the folder afterwards.
"""

import ctypes
import io
import json
import os
import random
import shutil
import signal
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path

from gridworker import cli
from gridworker.app import words
from gridworker.domain.problem import RuleBroken
from gridworker.storage.failures import CannotStart
from tests.storage.records.acknowledged import check
from tests.storage.records.recording_child import record
from tests.storage.records.small_district import Store

KINDS = "ensfb"
HANG_SECONDS = 60
AGAIN = 2  # what the disk did not let be opened for writing is found out by the first
REPORT = ("report", "--item", "S0101", "--place", "东门", "--note", "看看")


class Faults:
    """The preloaded library."""

    def __init__(self):
        library = ctypes.CDLL(None)
        self._arm, self.disarm = library.faults_arm, library.faults_disarm
        self._arm.argtypes = (ctypes.c_int, ctypes.c_long, ctypes.c_char_p)
        self._calls = library.faults_calls
        self._calls.restype = ctypes.c_long

    def arm(self, case):
        self._arm(ord(case["kind"]), case["nth"], os.fsencode(case["in"]))

    def calls(self):
        """Return how many calls there were that each kind may let fail."""
        return {kind: self._calls(ord(kind)) for kind in KINDS}


class StoreWork:
    """A laptop's store: opened, used, and used again after what failed."""

    def use(self, case, faults):
        self.safe, self.told = [], []
        chance, made, folder = random.Random(1), [], Path(case["in"])
        faults.arm(case)
        store = self._attempt(lambda: Store(folder)) or self._once_more(faults, folder)
        self._attempt(store.start)
        for _ in range(4):
            self._save(store, chance, made)
        self._attempt(store.engines.take_in)
        self._save(store, chance, made)
        calls = faults.calls()
        faults.disarm()
        before = len(self.safe)
        for _ in range(AGAIN):
            self._save(store, chance, made)
        return {"safe": self.safe, "told": self.told, "calls": calls,
                "recovered": len(self.safe) > before}  # fmt: skip

    def look(self, case, used):
        """Open the folder as after a crash: nothing was closed."""
        store = Store(Path(case["in"]))
        store.start()
        check(store, used["safe"])
        record(store, random.Random(2), [])
        return {}

    @staticmethod
    def _once_more(faults, folder):
        faults.disarm()
        return Store(folder)

    def _save(self, store, chance, made):
        if (about := self._attempt(lambda: record(store, chance, made))) is not None:
            self.safe.append(about)

    def _attempt(self, work):
        began = time.process_time()
        try:
            return work()
        except (RuleBroken, CannotStart) as failure:
            told = words.say(str(failure.code), failure.facts)
            took = time.process_time() - began
            self.told.append([str(failure.code), told.sentence, told.next, took])
            return None


class ProgramWork:
    """One command that saves, by the program people start; then another."""

    def use(self, case, faults):
        faults.arm(case)
        began = time.process_time()
        code, said, complaint = command(case, *REPORT)
        took = time.process_time() - began
        calls = faults.calls()
        faults.disarm()
        saved = [json.loads(said)["id"]] if code == 0 else []
        problem = json.loads(said).get("code") if code else None
        return {"code": code, "problem": problem, "complaint": complaint, "safe": saved,
                "calls": calls, "took": took}  # fmt: skip

    def look(self, case, used):
        """List what is there after a success; do it again after a failure."""
        if used["safe"]:
            code, said, complaint = command(case, "tickets", "--mine")
            ids = [ticket["id"] for ticket in json.loads(said)]
        else:
            code, said, complaint = command(case, *REPORT)
            ids = [json.loads(said)["id"]]
        return {"looked": code, "ids": ids, "complaint_then": complaint}


def command(case, *arguments):
    """Run one command; returns its exit code, its document, and its complaint."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main(["--home", case["in"], "--json", *arguments])
    return int(code), out.getvalue(), err.getvalue()


def in_child(work):
    """Return what `work` returns in a child of its own, or how that child ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(HANG_SECONDS)
        with os.fdopen(writing, "w") as answer:
            json.dump(work(), answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"died": signal.Signals(os.WTERMSIG(status)).name}
    return json.loads(said) if said else {"died": f"exit {os.waitstatus_to_exitcode(status)}"}


def main():
    """Answer case by case."""
    faults = Faults()
    work = {"store": StoreWork, "program": ProgramWork}[sys.argv[1]]()
    for line in sys.stdin:
        case = json.loads(line)
        shutil.copytree(case["from"], case["in"])
        used = in_child(partial(work.use, case, faults))
        seen = {} if "died" in used else in_child(partial(work.look, case, used))
        shutil.rmtree(case["in"])
        sys.stdout.write(json.dumps({**used, **seen}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
