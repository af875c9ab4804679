"""Runs the real peer in an environment of its own; without it the row says so."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENVIRONMENT = ROOT / "build" / "bench-venv"
TOOLS = ROOT / ".venv" / ".tools"
PEER = "anki>=25.9,<27"
SECONDS = 300


class NoPeer(Exception):
    """The peer cannot be had here; the text says why."""


def installed() -> Path:
    """Return the interpreter of the peer's environment, making that the first time."""
    python = ENVIRONMENT / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
        uv = [TOOLS / "bin" / "uv", "pip", "install", "--quiet", "--python", python, PEER]
        subprocess.run(
            uv, env={**os.environ, "PYTHONPATH": str(TOOLS)}, check=True, timeout=SECONDS
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoPeer(f"{PEER} cannot be installed ({type(error).__name__})") from error
    return python


def anki_ms(python: Path, *, count: int, size: int) -> float:
    """Return the milliseconds in which Anki takes notes from one collection to another."""
    with tempfile.TemporaryDirectory(prefix="gridworker-peer-") as folder:
        command = [python, ROOT / "bench" / "anki_peer.py", folder, str(count), str(size)]
        try:
            done = subprocess.run(
                [*command, str(_free_port())],
                capture_output=True,
                text=True,
                check=True,
                timeout=SECONDS,
            )
        except subprocess.SubprocessError as error:
            raise NoPeer(f"Anki did not run to its end ({type(error).__name__})") from error
    return float(json.loads(done.stdout.splitlines()[-1])["ms"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
