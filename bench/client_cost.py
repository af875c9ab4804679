"""What one laptop costs a centre: CPU, bytes, rows, memory; the figures of docs/scale.md.

`python -P -m bench.client_cost [--quick] [--out FILE]` runs a real centre as it is deployed, on a
throwaway PostgreSQL under the role that row security holds for, and asks it what laptops ask, one
request at a time: CPU time hardly depends on who else uses the machine. `--unlocked` serves as the
owner of the tables, for whom there are no locks.
"""

import argparse
import gzip
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uuid_utils

from bench.postgres import Postgres
from central.build import open_office
from central.service import people
from central.store import feed
from gridworker.wire import PROTOCOL

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "deploy" / "postgresql"
OWNER, SERVES = "gridworker_owner", "gridworker"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
TABLES = ("entity", "feed", "op_log", "scope_head", "blob", "blob_ref")
NOTE = "楼道内堆放杂物，已请业主当场清理，消防通道恢复畅通。"
PHOTO = 300 * 1024
EARS = 8
QUIET_SECONDS = 10
CITY, LOOKS = 20_000, 20


@dataclass(frozen=True)
class Row:
    """One line of the table; CPU in ms for one request, bytes of bodies for one request."""

    what: str
    times: int
    centre_ms: float
    postgres_ms: float
    up: float
    down: float


class Machine:
    """The processes of a centre and what they have used."""

    def __init__(self, folder: Path, role: str) -> None:
        self._folder = folder
        self._role = role

    @contextmanager
    def running(self) -> Iterator["Machine"]:
        with Postgres() as server:
            self.server = server
            for script in ("roles.sql", "database.sql"):
                command = ["psql", "-X", "-q", "-h", str(server.folder), "-U", "app"]
                command += ["-d", "postgres", "--set", "ON_ERROR_STOP=1"]
                command += ["--set", "database=gridworker", "--file", str(SCRIPTS / script)]
                subprocess.run(command, check=True, capture_output=True)
            place = f"@/gridworker?host={server.folder}"
            self.url = f"postgresql+psycopg://{self._role}{place}"
            done = self._central("demo", f"postgresql+psycopg://{OWNER}{place}")
            self.people = json.loads(done.stdout)["people"]
            with self._serving():
                yield self

    def _central(self, verb: str, url: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(self._command(verb, url), check=True, capture_output=True, text=True)

    def _command(self, verb: str, url: str, *more: str) -> list[str]:
        blobs = str(self._folder / "blobs")
        own = [sys.executable, "-P", "-m", "central", verb]
        return [*own, "--database", url, "--blobs", blobs, *more]

    @contextmanager
    def _serving(self) -> Iterator[None]:
        command = self._command("serve", self.url, "--demo")
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            self.address = urlsplit(json.loads(process.stdout.readline())["url"])
            self.pid = process.pid
            try:
                yield
            finally:
                process.terminate()

    def used(self) -> tuple[float, float]:
        """CPU seconds of the centre, and of PostgreSQL with all its processes."""
        return _cpu(self.pid), sum(_cpu(pid) for pid in _family(self.server.pid))

    def memory(self) -> int:
        """Bytes that the centre holds."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * PAGE

    def stored(self) -> dict[str, int]:
        """Rows of each table, and bytes of the database."""
        with self.server.connect("gridworker") as connection:
            connection.execute("CHECKPOINT")
            size = connection.execute("SELECT pg_database_size('gridworker')").fetchone()
            assert size is not None
            found = {"bytes": int(size[0])}
            for table in TABLES:
                row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
                assert row is not None
                found[table] = int(row[0])
        return found


class Client:
    """A laptop, as far as the centre sees one."""

    def __init__(self, machine: Machine, user: str) -> None:
        self._line = HTTPConnection(str(machine.address.hostname), machine.address.port, timeout=60)
        with open_office(machine.url) as office:
            code = people.enrol_code(office, user, valid_hours=1)
        key = urlsafe_b64encode(b"k" * 32).rstrip(b"=").decode()
        body = {"code": code, "pubkey": key, "platform": "linux", "app": "1"}
        self._ears: list[HTTPConnection] = []
        self.up = self.down = 0
        self.headers = {"Sync-Protocol": str(PROTOCOL), "Accept-Encoding": "gzip"}
        said = self.ask("POST", "/v1/devices", body, {"Idempotency-Key": str(uuid_utils.uuid7())})
        self.user, self._seq = user, 0
        self.headers |= {"Authorization": f"Bearer {said['token']}", "Sync-Epoch": said["epoch"]}
        self.grid = next(s[5:] for s in said["scopes"] if s.startswith("grid:"))
        self._cursors: dict[str, int] = {}

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Any:
        """Ask, count the bytes of both bodies, and return the answer if it is plain JSON."""
        raw = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        self._line.request(method, path, raw, {**self.headers, **(headers or {})})
        said = self._line.getresponse()
        answer = said.read()
        assert said.status < 300, (said.status, answer)
        self.up, self.down = self.up + len(raw), self.down + len(answer)
        if said.headers.get("content-encoding") == "gzip":
            answer = gzip.decompress(answer)
        return json.loads(answer) if answer.startswith(b"{") else answer

    def push(self, count: int = 1) -> None:
        """Hand in patrols."""
        self.ask("POST", "/v1/sync/push", {"ops": [self._patrol() for _ in range(count)]})

    def pull(self) -> int:
        """Receive one page; return how many records are in it."""
        page = self.ask("POST", "/v1/sync/pull", {"cursors": self._cursors, "limit": 1000})
        self._cursors = page["cursors"]
        self.more = page["more"]
        return len(page["changes"])

    def pull_all(self) -> int:
        """Receive everything."""
        found = self.pull()
        while self.more:
            found += self.pull()
        return found

    def photo(self) -> None:
        """Bring a photo of 300 KB in one request."""
        data = os.urandom(PHOTO)
        sha = hashlib.sha256(data).hexdigest().encode()
        own = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(data))}
        own["Upload-Metadata"] = f"sha256 {b64encode(sha).decode()}"
        own["Content-Type"] = "application/offset+octet-stream"
        self.ask("POST", "/v1/blobs", data, own)

    def listen(self) -> None:
        """Listen for pokes, as many laptops would, and go on listening."""
        for _ in range(EARS):
            line = HTTPConnection(self._line.host, self._line.port, timeout=60)
            self._ears.append(line)
            line.request("GET", "/v1/sync/events", headers=self.headers)
            assert line.getresponse().status == 200

    def close(self) -> None:
        for line in (self._line, *self._ears):
            line.close()

    def _patrol(self) -> dict[str, Any]:
        self._seq += 1
        at = "2026-05-12T18:00:00+08:00"
        args = {
            "place": "3号楼2单元",
            "result": "normal",
            "note": NOTE,
            "grid": self.grid,
            "at": at,
        }
        return {
            "op_id": str(uuid_utils.uuid7()),
            "seq": self._seq,
            "type": "patrol_record.create@1",
            "actor": self.user,
            "entity": {"kind": "patrol_record", "id": str(uuid_utils.uuid7())},
            "args": args,
            "at": {"wall": at, "skew_ms": 0},
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--unlocked", action="store_true")
    options = parser.parse_args()
    role = OWNER if options.unlocked else SERVES
    laptops, times = (20, 5) if options.quick else (60, 20)
    text = measure(role, laptops=laptops, times=times)
    print(text)
    if options.out is not None:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text, "utf-8")
    return 0


def measure(role: str, *, laptops: int, times: int) -> str:
    """Return the tables."""
    with (
        tempfile.TemporaryDirectory(prefix="gridworker-cost-") as folder,
        Machine(Path(folder), role).running() as machine,
    ):
        workers = [p["user"] for p in machine.people if p["role"] == "grid_worker"]
        clients = [Client(machine, workers[n % len(workers)]) for n in range(laptops)]
        records = [0]

        def first(client: Client) -> None:
            records[0] += client.pull_all()

        rows = [_row(machine, "first sync, all pages", clients, 1, first)]
        rows.append(_row(machine, "pull, nothing new", clients, times, Client.pull_all))
        before = machine.stored()
        rows.append(_row(machine, "push of 1 operation", clients, times, Client.push))
        after = machine.stored()
        rows.append(_row(machine, "pull of what others did", clients, 1, Client.pull_all))
        rows.append(_row(machine, "push of 100 operations", clients, 1, lambda one: one.push(100)))
        rows.append(_row(machine, "photo of 300 KB", clients, times // 4 or 1, Client.photo))
        lines = [_header(records[0] / laptops, laptops), *map(_line, rows), ""]
        operations = laptops * times
        lines += _growth(before, after, operations)
        lines += [*_memory(machine, clients), _look(machine)]
        for client in clients:
            client.close()
    return "\n".join(lines) + "\n"


def _row(
    machine: Machine, what: str, clients: list[Client], times: int, act: Callable[[Client], object]
) -> Row:
    up, down = sum(c.up for c in clients), sum(c.down for c in clients)
    centre, postgres = machine.used()
    for _ in range(times):
        for client in clients:
            act(client)
    many = times * len(clients)
    centre_now, postgres_now = machine.used()
    return Row(
        what,
        many,
        (centre_now - centre) * 1000 / many,
        (postgres_now - postgres) * 1000 / many,
        (sum(c.up for c in clients) - up) / many,
        (sum(c.down for c in clients) - down) / many,
    )


def _header(records: float, laptops: int) -> str:
    return (
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} CPUs;"
        f" {laptops} laptops; a first sync brings {records:.0f} records\n\n"
        "| request | measured | centre CPU ms | PostgreSQL CPU ms | bytes up | bytes down |\n"
        "|---|---|---|---|---|---|"
    )


def _line(row: Row) -> str:
    return (
        f"| {row.what} | {row.times} | {row.centre_ms:.2f} | {row.postgres_ms:.2f}"
        f" | {row.up:,.0f} | {row.down:,.0f} |"
    )


def _growth(before: dict[str, int], after: dict[str, int], operations: int) -> list[str]:
    lines = [f"| stored for one operation | of {operations} |", "|---|---|"]
    for name, were in before.items():
        grown = (after[name] - were) / operations
        lines.append(f"| {name if name == 'bytes' else f'rows of {name}'} | {grown:,.2f} |")
    return [*lines, ""]


def _memory(machine: Machine, clients: list[Client]) -> list[str]:
    base = machine.memory()
    for client in clients:
        client.listen()
    listening = machine.memory() - base
    began, before = time.monotonic(), sum(machine.used())
    while time.monotonic() - began < QUIET_SECONDS:
        time.sleep(0.1)
    rate = (sum(machine.used()) - before) / (time.monotonic() - began) * 1000
    ears = EARS * len(clients)
    more = listening / ears / 1024
    return [
        f"memory of the centre: {base / 1e6:.0f} MB; for each of {ears} that listen {more:.0f} KiB",
        f"CPU of centre and PostgreSQL while they listen and nothing happens: {rate:.1f} ms/s",
    ]


def _look(machine: Machine) -> str:
    """Say what it costs to look at the heads of a city's scopes, as each process does for pokes."""
    names = [f"grid:City{n:05d}" for n in range(CITY)]
    with machine.server.connect("gridworker") as connection:
        connection.execute(
            "INSERT INTO scope_head (scope, seq, count, xor, floor)"
            " SELECT name, 0, 0, %s, 0 FROM unnest(%s::text[]) name",
            (feed.NOTHING, names),
        )
        connection.execute("ANALYZE scope_head")
    with open_office(machine.url) as office:
        office.store.read(lambda tx: feed.heads(tx, names))
        own, theirs = time.process_time(), machine.used()[1]
        for _ in range(LOOKS):
            office.store.read(lambda tx: feed.heads(tx, names))
        own, theirs = time.process_time() - own, machine.used()[1] - theirs
    each = (own + theirs) * 1000 / LOOKS
    return f"CPU of one look at the heads of {CITY:,} scopes: {each:.0f} ms"


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def _json(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


if __name__ == "__main__":
    sys.exit(main())
