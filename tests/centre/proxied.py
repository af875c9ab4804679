"""Real processes of a centre behind the nginx of `deploy/nginx`, each on a port of its own."""

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import requests

from sync.http import HttpTransport
from tests.centre.answers import Answer

ROOT = Path(__file__).parents[2]
PAUSE = threading.Event()
CONF = ROOT / "deploy" / "nginx" / "gridworker.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
FRAME = """
daemon off;
{user}worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/gridworker.conf;
}}
"""


class HttpDoor:
    """What a laptop of these tests speaks to, over the product's own HTTP."""

    def __init__(self, url: str, ca: Path | None = None) -> None:
        self.url = url
        self.wire = HttpTransport(url, ca_pem=ca.read_text() if ca else None)

    def ask(self, method: str, path: str, body: object = None, *, headers: Any = None) -> Answer:
        raw = (
            body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        )
        own = {"Sync-Protocol": "1", "Accept-Encoding": "identity", **(headers or {})}
        said = self.wire.send(method, path, own, raw, timeout=60)
        return Answer(said.status, dict(said.headers), said.body)

    def close(self) -> None:
        self.wire.close()


class Process:
    """`gridworker-central serve` on a port that it has again after it was ended."""

    def __init__(self, ground: Any, port: int, log: Path) -> None:
        self._ground, self.port, self.log = ground, port, log
        self._running: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Process":
        command = [sys.executable, "-m", "central", "serve", "--database", self._ground.url]
        command += ["--blobs", str(self._ground.blobs), "--port", str(self.port), "--demo"]
        with self.log.open("a") as errors:
            self._running = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT
            )
        assert self._running.stdout is not None
        assert self._running.stdout.readline(), self.log.read_text()
        return self

    def ensure(self) -> None:
        """Start it unless it runs."""
        if self._running is None:
            self.start()

    def end(self, sign: signal.Signals = signal.SIGKILL) -> int:
        if self._running is None:
            return 0
        self._running.send_signal(sign)
        code = self._running.wait(40)
        assert self._running.stdout is not None
        self._running.stdout.close()
        self._running = None
        return code

    def counter(self, name: str) -> float:
        """The sum of a figure over all its labels."""
        with requests.Session() as session:
            session.trust_env = False
            text = session.get(f"{self.url}/metrics", timeout=20).text
        return sum(float(v) for v in re.findall(rf"^{name}(?:{{.*}})? (\S+)$", text, re.MULTILINE))


class Nginx:
    """nginx with our configuration, its addresses and files put in their places."""

    def __init__(self, folder: Path, processes: list[Process], cert: Path, key: Path) -> None:
        folder.mkdir()
        folder.chmod(0o755)
        (self.port,) = free_ports(1)
        self._folder = folder
        text = CONF.read_text("utf-8")
        changes = {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "/etc/gridworker/tls/cert.pem": str(cert),
            "/etc/gridworker/tls/key.pem": str(key),
            "/var/log/nginx/gridworker.log": str(folder / "access.log"),
            "server 127.0.0.1:8701": f"server 127.0.0.1:{processes[0].port}",
            "server 127.0.0.1:8702": f"server 127.0.0.1:{processes[1].port}",
        }
        for old, new in changes.items():
            assert old in text, old
            text = text.replace(old, new)
        (folder / "gridworker.conf").write_text(text, "utf-8")
        user = "user root;\n" if os.geteuid() == 0 else ""
        main = folder / "nginx.conf"
        main.write_text(FRAME.format(folder=folder, user=user))
        with (folder / "said").open("w") as said:
            self._process = subprocess.Popen(
                [str(NGINX), "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(main)],
                stdout=said,
                stderr=said,
            )
        self._wait()

    @property
    def log(self) -> str:
        return (self._folder / "access.log").read_text("utf-8")

    def logged(self, request: str, count: int) -> list[dict[str, Any]]:
        """Wait until so many requests of an id are in the log; an answer comes before its line."""
        until = time.monotonic() + 30
        while True:
            lines = [json.loads(line) for line in self.log.splitlines() if request in line]
            if len(lines) >= count:
                return lines
            assert time.monotonic() < until, self.log
            PAUSE.wait(0.02)

    def dial(self, ca: Path) -> ssl.SSLSocket:
        """Open a bare connection."""
        context = ssl.create_default_context(cafile=str(ca))
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=40)
        return context.wrap_socket(plain, server_hostname="127.0.0.1")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(20)

    def _wait(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            except OSError:
                assert self._process.poll() is None, (self._folder / "said").read_text()
                assert time.monotonic() < until
                PAUSE.wait(0.02)
            else:
                return


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in held]
