"""Saves when it is told to, line by line; says of each save how it ended, after it did.

Arguments: FOLDER SEED SYNCHRONOUS; run with `python -P -m` from the project's folder. Lines:
`save`, `take_in` (the journal of the database goes into its file), `end`. Where no store is, one is
made first.
"""

import random
import sys
from pathlib import Path

from gridworker.app import words
from gridworker.domain.problem import RuleBroken
from gridworker.storage.failures import CannotStart
from tests.storage.records.recording_child import record, say
from tests.storage.records.small_district import Store


def main():
    """Obey until `end` or the end of what is told."""
    folder, seed, synchronous = sys.argv[1:]
    enrolled = Path(folder, "main.db").exists()
    store = Store(Path(folder))
    with store.write.outside() as connection:
        connection.execute(f"PRAGMA synchronous = {synchronous}")
    if not enrolled:
        store.enrol()
    store.start()
    say("ready")
    chance, made = random.Random(int(seed)), []
    for line in sys.stdin:
        match line.strip():
            case "save":
                say(*attempted(lambda: record(store, chance, made)))
            case "take_in":
                say(*attempted(lambda: store.engines.take_in() or ()))
            case "end":
                break
    store.close()
    say("closed")


def attempted(work):
    """Return what to say of one piece of work; a failure that has no words ends the program."""
    try:
        return ("saved", *work())
    except (RuleBroken, CannotStart) as failure:
        told = words.say(str(failure.code), failure.facts)
        return ("refused", str(failure.code), told.sentence, told.next)


if __name__ == "__main__":
    main()
