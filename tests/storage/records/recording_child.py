"""Records with photos until it is killed; prints what was acknowledged, after it was.

Run with `python -P -m` from the project's folder; arguments: FOLDER SEED.
"""

import hashlib
import random
import sys
from pathlib import Path

import msgspec

from tests.storage.records.small_district import Store


def main():
    """Record until the end."""
    store = Store(Path(sys.argv[1]))
    store.start()
    chance = random.Random(int(sys.argv[2]))
    say("ready")
    made = []
    while True:
        say("saved", *record(store, chance, made))


def record(store, chance, made):
    """Work as a person does: photos, records, edits, retractions, remarks; `made` are tickets.

    Returns operation, number, entity, local number, and the hashes of photos.
    """
    photos, hashes = [], []
    for _ in range(chance.randrange(3)):
        data = chance.randbytes(chance.randrange(1, 60_000))
        photos.append(store.take_photo(data))
        hashes.append(hashlib.sha256(data).hexdigest())
    match chance.randrange(6):
        case 0 if made:
            saved = store.add_evidence(chance.choice(made), "补充", photos=photos)
        case 1 if made and not photos:
            saved = store.retract(made.pop())
        case _:
            saved = store.resolve(place=f"{chance.randrange(900)} 号楼", photos=photos)
            made.append(saved.entity_id)
    return (saved.op_id, saved.seq, saved.entity_id, saved.local_no, *hashes)


def say(*words):
    """Acknowledge: from now on it must never be lost."""
    sys.stdout.write(msgspec.json.encode(words).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
