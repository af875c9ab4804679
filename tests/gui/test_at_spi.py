"""A screen reader finds the program, its places and its panel by their names (interfaces.md 7)."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SYSTEM_PYTHON = "/usr/bin/python3"
CLIENT = Path(__file__).with_name("at_spi_client.py")
ROOT = Path(__file__).parents[2]
START = """
cd "$ROOT" && "$PROGRAM" -m gridworker --home "$HOME_FOLDER" &
program=$!
"$SYSTEM" "$CLIENT" "$PASSWORD"
code=$?
kill $program
wait $program
exit $code
"""


def missing() -> str:
    """What this machine lacks for a look from outside, or nothing."""
    for tool in ("dbus-run-session", "xvfb-run", SYSTEM_PYTHON):
        if shutil.which(tool) is None:
            return tool
    probe = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    done = subprocess.run([SYSTEM_PYTHON, "-c", probe], capture_output=True, check=False)
    return "gir1.2-atspi-2.0 and python3-gi" if done.returncode else ""


@pytest.mark.timeout(300)
def test_a_screen_reader_finds_its_way(laptop):
    if lacking := missing():
        pytest.skip(f"cannot look from outside: {lacking} is missing")
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "xcb",
        "QT_ACCESSIBILITY": "1",
        # The session of the test would start a keyring that asks on a screen nobody sees.
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "PROGRAM": sys.executable,
        "ROOT": str(ROOT),
        "HOME_FOLDER": str(laptop.home),
        "SYSTEM": SYSTEM_PYTHON,
        "CLIENT": str(CLIENT),
        "PASSWORD": laptop.password,
    }
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1366x768x24"]
    done = subprocess.run(
        ["dbus-run-session", "--", *screen, "sh", "-c", START],
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "application": "gridworker",
        "window": "网格通",
        "places": ["今日", "巡查", "工单", "同步中心"],
        "panel": "说明",
    }
