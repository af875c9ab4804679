"""Runs inside an environment of its own that holds Anki: notes from one collection to another.

Prints JSON with the milliseconds of the two syncs; usage: anki_peer.py FOLDER COUNT SIZE PORT
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from anki.collection import Collection

FOLDER, COUNT, SIZE, PORT = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
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


def main():
    server = serve()
    try:
        first = Collection(str(FOLDER / "a.anki2"))
        second = Collection(str(FOLDER / "b.anki2"))
        auth = login(first)
        full(first, auth, upload=True)
        full(second, auth, upload=False)
        model = first.models.by_name("Basic")
        for _ in range(COUNT):
            note = first.new_note(model)
            note["Front"], note["Back"] = os.urandom(8).hex(), os.urandom(SIZE // 2).hex()
            first.add_note(note, 1)
        began = time.perf_counter()
        first.sync_collection(auth, False)
        second.sync_collection(auth, False)
        spent = (time.perf_counter() - began) * 1000
        arrived = second.db.scalar("select count(*) from notes")
        assert arrived == COUNT, arrived
        print(json.dumps({"ms": spent}))
    finally:
        server.kill()
        server.wait()


main()
