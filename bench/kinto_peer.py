"""Runs inside an environment of its own that holds Kinto: records over it into an SQLite file.

Prints JSON with the milliseconds of both ways; usage: kinto_peer.py FOLDER COUNT SIZE PORT DATABASE
"""

import http.client
import json
import os
import sqlite3
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path
from uuid import uuid4

FOLDER, COUNT, SIZE, PORT = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
DATABASE = sys.argv[5].replace("postgresql+psycopg", "postgresql")
RECORDS = "/buckets/bench/collections/ops/records"
BATCH, PAGE = 100, 1000
BIN = Path(sys.executable).parent
SETTINGS = f"""
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {DATABASE}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {DATABASE}
kinto.cache_backend = kinto.core.cache.memory
kinto.userid_hmac_secret = bench
kinto.bucket_create_principals = system.Authenticated
kinto.batch_max_requests = {BATCH}
kinto.paginate_by = {PAGE}
multiauth.policies = basicauth
multiauth.policy.basicauth.use = kinto.core.authentication.BasicAuthAuthenticationPolicy

[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {PORT}
threads = 4
"""


class Client:
    """One kept-alive connection."""

    def __init__(self):
        self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        token = b64encode(b"bench:bench").decode()
        self.headers = {"Authorization": f"Basic {token}", "Content-Type": "application/json"}

    def ask(self, method, path, body=None):
        said = None if body is None else json.dumps(body)
        self.line.request(method, f"/v1{path}", said, self.headers)
        answer = self.line.getresponse()
        text = answer.read()
        assert answer.status < 300, (answer.status, text[:300])
        return answer, json.loads(text)


def wait_for(server):
    for _ in range(300):
        try:
            return Client().ask("GET", "/")
        except (OSError, http.client.HTTPException):
            assert server.poll() is None, "the server ended"
            time.sleep(0.1)
    raise SystemExit("the server of the peer did not start")


def push(client, records):
    for start in range(0, COUNT, BATCH):
        puts = [
            {"method": "PUT", "path": f"{RECORDS}/{uuid4()}", "body": {"data": {"body": text}}}
            for text in records[start : start + BATCH]
        ]
        _, said = client.ask("POST", "/batch", {"requests": puts})
        assert all(one["status"] < 300 for one in said["responses"])


def pull(client):
    store = sqlite3.connect(FOLDER / "second.db", isolation_level=None)
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=FULL")
    store.execute("CREATE TABLE op (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
    path = f"{RECORDS}?_limit={PAGE}"
    while path:
        answer, said = client.ask("GET", path)
        store.execute("BEGIN")
        rows = [(row["id"], json.dumps(row)) for row in said["data"]]
        store.executemany("INSERT INTO op VALUES (?, ?)", rows)
        store.execute("COMMIT")
        following = answer.getheader("Next-Page")
        path = following.split("/v1", 1)[1] if following else None
    (arrived,) = store.execute("SELECT count(*) FROM op").fetchone()
    assert arrived == COUNT, arrived


def main():
    settings = FOLDER / "kinto.ini"
    settings.write_text(SETTINGS)
    subprocess.run([BIN / "kinto", "migrate", "--ini", settings], check=True, capture_output=True)
    with (FOLDER / "log").open("w") as log:
        server = subprocess.Popen(
            [BIN / "kinto", "start", "--ini", settings, "--port", str(PORT)],
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(server)
        first, second = Client(), Client()
        first.ask("PUT", "/buckets/bench", {})
        first.ask("PUT", "/buckets/bench/collections/ops", {})
        records = [os.urandom(SIZE // 2).hex() for _ in range(COUNT)]
        began = time.perf_counter()
        push(first, records)
        pull(second)
        print(json.dumps({"ms": (time.perf_counter() - began) * 1000}))
    finally:
        server.kill()
        server.wait()


main()
