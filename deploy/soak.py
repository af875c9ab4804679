"""The long versions of the fault and simulation tests, and a report of how they ended."""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

SIZES = {
    "GRIDWORKER_HISTORIES": "20000",
    "GRIDWORKER_CLIENT_KILLS": "100",
    "GRIDWORKER_CENTRE_KILLS": "50",
}
OPTIONS = ("-n", str(os.cpu_count() or 2), "--dist", "worksteal", "-o", "timeout=3600")
TESTS = ("tests/syncing", "tests/stories", "tests/storage", "tests/migrations")


def main() -> int:
    """Run the long tests and write the report to the path given."""
    report = Path(sys.argv[1])
    report.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", *OPTIONS, *TESTS],
        env={**os.environ, **SIZES, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    minutes = (time.monotonic() - began) / 60
    sizes = "\n".join(
        f"- {name.removeprefix('GRIDWORKER_').lower()}: {n}" for name, n in SIZES.items()
    )
    tail = "\n".join(done.stdout.splitlines()[-60:])
    report.write_text(
        f"# Soak\n\n{platform.platform()}, Python {platform.python_version()}, "
        f"{minutes:.1f} minutes, exit code {done.returncode}\n\n{sizes}\n\n```\n{tail}\n```\n",
        "utf-8",
    )
    print(tail)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
