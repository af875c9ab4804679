"""Runs the real peers, each in an environment of its own; without one a row says so."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy import peers

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".venv" / ".tools"
ANKI = "anki>=25.9,<27"
KINTO = "kinto[postgresql]>=26,<27"
POUCH = ("pouchdb@7.3.1", "express@4.21.2", "express-pouchdb@4.2.0")
SECONDS = 300
Timings = dict[str, float]


class NoPeer(Exception):
    """A peer cannot be had here; the text says why."""


def anki(*, count: int, size: int) -> Timings:
    """Take notes from one collection to another; return `ms`, `idle_ms` and `one_ms`."""
    python = _installed("bench-venv", ANKI)
    script = ROOT / "bench" / "anki_peer.py"
    return _ran("Anki", [python, script], [str(count), str(size), str(_free_port())])


def pouch(*, count: int, size: int) -> Timings:
    """Take documents from one PouchDB over its server to another; as `anki`."""
    try:
        folder = peers.packages("pouch", POUCH)
    except peers.NoPeer as error:
        raise NoPeer(str(error)) from error
    script = ROOT / "bench" / "pouch_peer.cjs"
    found = {"NODE_PATH": str(folder / "node_modules")}
    return _ran("PouchDB", [peers.NODE, script], [str(count), str(size)], **found)


def kinto(*, count: int, size: int, database: str) -> Timings:
    """Take records over a Kinto on PostgreSQL into an SQLite file; returns `ms`."""
    python = _installed("kinto-venv", KINTO)
    script = ROOT / "bench" / "kinto_peer.py"
    return _ran("Kinto", [python, script], [str(count), str(size), str(_free_port()), database])


def _installed(name: str, wanted: str) -> Path:
    """Return the interpreter of a peer's environment, making that the first time."""
    environment = ROOT / "build" / name
    python = environment / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        uv = [TOOLS / "bin" / "uv", "pip", "install", "--quiet", "--python", python, wanted]
        subprocess.run(
            uv, env={**os.environ, "PYTHONPATH": str(TOOLS)}, check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPeer(f"{wanted} cannot be installed ({type(error).__name__})") from error
    return python


def _ran(
    who: str, program: Sequence[Path], arguments: Sequence[str], **environment: str
) -> Timings:
    with tempfile.TemporaryDirectory(prefix="gridworker-peer-") as folder:
        try:
            done = subprocess.run(
                [*program, folder, *arguments],
                capture_output=True,
                text=True,
                check=True,
                timeout=SECONDS,
                env={**os.environ, **environment},
            )
            said: Any = json.loads(done.stdout.splitlines()[-1])
        except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
            told = (getattr(error, "stderr", None) or "").strip().splitlines()
            why = f": {told[-1][:200]}" if told else ""
            raise NoPeer(f"{who} did not run to its end ({type(error).__name__}{why})") from error
    return {name: float(value) for name, value in said.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
