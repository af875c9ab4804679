"""Loads a centre out of another process; it shares the machine's cores with the centre."""

import json
import resource
import subprocess
import sys
from typing import Any

from bench.devices import Device
from bench.district import District

FILES = 8192
SECONDS = 900


def run(district: District, devices: list[Device], **order: Any) -> dict[str, Any]:
    """Let devices work as `bench.load_child` says; return what it heard."""
    wanted = {"url": district.url, "devices": devices, **order}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bench.load_child"],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"load_child ended with {done.returncode}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def allow_many_files() -> None:
    """Let this process and those it starts hold a connection for each client."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))
