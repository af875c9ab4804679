"""Runs inside an environment of its own that holds Anki: notes from one collection to another.

Prints JSON with the milliseconds of all of them, of a sync with nothing to do, and of one note.
Usage: anki_peer.py FOLDER COUNT SIZE PORT
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from anki.collection import Collection

FOLDER, COUNT, SIZE, PORT = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
TIMES = 20
URL = f"http://127.0.0.1:{PORT}/"


def serve():
    environment = {
        **os.environ,
        "SYNC_USER1": "bench:bench",
        "SYNC_BASE": str(FOLDER / "server"),
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": PORT,
        "RUST_LOG": "error",
    }
    return subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=environment)


def login(collection):
    for _ in range(100):
        try:
            return collection.sync_login("bench", "bench", URL)
        except Exception:  # noqa: BLE001  (its own errors, until it listens)
            time.sleep(0.1)
    raise SystemExit("the sync server of the peer did not start")


def full(collection, auth, *, upload):
    out = collection.sync_collection(auth, False)
    collection.close_for_full_sync()
    collection.full_upload_or_download(auth=auth, server_usn=out.server_media_usn, upload=upload)
    collection.reopen(after_full_sync=True)


def add_note(collection):
    note = collection.new_note(collection.models.by_name("Basic"))
    note["Front"], note["Back"] = os.urandom(8).hex(), os.urandom(SIZE // 2).hex()
    collection.add_note(note, 1)


def took(*syncs):
    began = time.perf_counter()
    for sync in syncs:
        sync()
    return (time.perf_counter() - began) * 1000


def main():
    server = serve()
    try:
        first = Collection(str(FOLDER / "a.anki2"))
        second = Collection(str(FOLDER / "b.anki2"))
        auth = login(first)
        full(first, auth, upload=True)
        full(second, auth, upload=False)
        for _ in range(COUNT):
            add_note(first)
        up, down = (lambda one=one: one.sync_collection(auth, False) for one in (first, second))
        spent = took(up, down)
        arrived = second.db.scalar("select count(*) from notes")
        assert arrived == COUNT, arrived
        idle, one = [], []
        for _ in range(TIMES):
            idle.append(took(up))
            add_note(first)
            one.append(took(up, down))
        middle = {"idle_ms": statistics.median(idle), "one_ms": statistics.median(one)}
        print(json.dumps({"ms": spent, **middle}))
    finally:
        server.kill()
        server.wait()


main()
