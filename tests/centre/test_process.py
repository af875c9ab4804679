"""The real server in its own process: kills, a clean end, TLS."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import warnings
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import uuid_utils

from gridworker.wire import content_digest
from tests.stories.certificates import make_certificate

ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A centre in a process of its own."""

    process: "subprocess.Popen[str]"
    url: str


Start = Callable[..., Server]


@pytest.fixture
def start(ground: Any, tmp_path: Path) -> Iterator[Start]:
    """Start the server on a free port; whatever still runs in the end is killed."""
    running: list[subprocess.Popen[str]] = []
    log = tmp_path / "log"

    def start_(*options: str, **environment: str) -> Server:
        command = [sys.executable, "-m", "central", "serve", "--database", ground.url]
        command += ["--blobs", str(ground.blobs), "--port", "0", "--demo", *options]
        with log.open("a") as errors:
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=ROOT,
                env={**os.environ, **environment},
            )
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, log.read_text()
        return Server(process, json.loads(line)["url"])

    yield start_
    for process in running:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


class Client:
    """A device that talks HTTP."""

    def __init__(self, server: Server, person: Any, verify: Any = True) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = verify
        self.url = server.url
        pubkey = urlsafe_b64encode(b"k" * 32).rstrip(b"=").decode()
        body = {"code": person.code, "pubkey": pubkey, "platform": "linux", "app": "1"}
        said = self.session.post(
            f"{self.url}/v1/devices", json=body, headers={"Idempotency-Key": "k"}, timeout=20
        )
        assert said.status_code == 201, said.text
        self.person = person
        self.headers = {
            "Authorization": f"Bearer {said.json()['token']}",
            "Sync-Epoch": said.json()["epoch"],
            "Sync-Protocol": "1",
        }

    def patrol(self, seq: int) -> dict[str, Any]:
        at = "2026-05-12T18:00:00+08:00"
        args = {"place": "东门", "result": "normal", "note": "", "grid": "G0101", "at": at}
        return {
            "op_id": str(uuid_utils.uuid7()),
            "seq": seq,
            "type": "patrol_record.create@1",
            "actor": self.person.user,
            "entity": {"kind": "patrol_record", "id": str(uuid_utils.uuid7())},
            "args": args,
            "at": {"wall": at},
        }

    def post(self, path: str, body: object) -> requests.Response:
        answer = self.session.post(f"{self.url}{path}", json=body, headers=self.headers, timeout=20)
        if "content-encoding" not in answer.headers:
            assert answer.headers["content-digest"] == content_digest(answer.content)
        return answer

    def close(self) -> None:
        self.session.close()


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_a_kill_around_the_commit_loses_nothing_and_doubles_nothing(ground, start, moment):
    person = ground.people["wg0101"]
    dying = start(GRIDWORKER_FAIL=moment)
    client = Client(dying, person)
    ops = [client.patrol(seq) for seq in range(1, 31)]
    with pytest.raises(requests.ConnectionError):
        client.post("/v1/sync/push", {"ops": ops})
    assert dying.process.wait(20) == -signal.SIGKILL
    client.url = start().url
    results = client.post("/v1/sync/push", {"ops": ops}).json()["results"]
    assert {r["verdict"] for r in results} == {"applied"}
    assert {r.get("replay", False) for r in results} == {moment == "after_commit"}
    page = client.post("/v1/sync/pull", {"cursors": {"ref": 10**6}, "limit": 2000}).json()
    patrols = [c for c in page["changes"] if c["kind"] == "patrol_record"]
    assert {c["id"] for c in patrols} == {op["entity"]["id"] for op in ops}
    assert {c["rev"] for c in patrols} == {1}
    client.close()


def test_a_kill_after_the_rename_of_a_photo_keeps_the_photo(ground, start):
    photo = b"photo" * 1000
    sha = hashlib.sha256(photo).hexdigest()
    dying = start(GRIDWORKER_FAIL="blob:after_rename")
    client = Client(dying, ground.people["wg0101"])
    headers = {**client.headers, "Tus-Resumable": "1.0.0", "Upload-Length": str(len(photo))}
    headers["Upload-Metadata"] = "sha256 " + b64encode(sha.encode()).decode()
    headers["Content-Type"] = "application/offset+octet-stream"
    with pytest.raises(requests.ConnectionError):
        client.session.post(f"{client.url}/v1/blobs", data=photo, headers=headers, timeout=20)
    assert dying.process.wait(20) == -signal.SIGKILL
    url = start().url
    tus = {**client.headers, "Tus-Resumable": "1.0.0"}
    now = client.session.head(f"{url}/v1/blobs/{sha}", headers=tus, timeout=20)
    assert (now.status_code, now.headers["upload-offset"]) == (200, str(len(photo)))
    read = client.session.get(f"{url}/v1/blobs/{sha}", headers=tus, timeout=20)
    assert read.content == photo
    part = client.session.get(
        f"{url}/v1/blobs/{sha}", headers={**tus, "Range": "bytes=5-9"}, timeout=20
    )
    assert (part.status_code, part.content) == (206, b"photo")
    client.close()


def test_the_server_ends_well_when_it_is_told_to(ground, start):
    server = start()
    client = Client(server, ground.people["wg0101"])
    assert client.post("/v1/sync/push", {"ops": [client.patrol(1)]}).status_code == 200
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    assert (
        not list(ground.blobs.parent.glob("centre.db-wal"))
        or (ground.blobs.parent / "centre.db-wal").stat().st_size == 0
    )
    client.close()


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_without_the_quick_loop_it_serves_and_ends_the_same(ground, start, tmp_path):
    (tmp_path / "uvloop.py").write_text("raise ImportError")
    server = start(PYTHONPATH=str(tmp_path))
    client = Client(server, ground.people["wg0101"])
    assert client.post("/v1/sync/push", {"ops": [client.patrol(1)]}).status_code == 200
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(20) == 0
    client.close()


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_it_speaks_tls_with_the_certificate_it_is_given(ground, start, tmp_path):
    cert, key = make_certificate(tmp_path, "127.0.0.1")
    server = start("--tls-cert", str(cert), "--tls-key", str(key))
    assert server.url.startswith("https://127.0.0.1:")
    client = Client(server, ground.people["wg0101"], verify=str(cert))
    assert client.post("/v1/sync/pull", {"cursors": {}}).status_code == 200
    client.close()
    with requests.Session() as stranger, warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # requests leaves the refused socket open
        stranger.trust_env = False
        with pytest.raises(requests.exceptions.SSLError):
            stranger.get(f"{server.url}/healthz", timeout=20)
