"""The long versions of the fault and simulation tests, and a report of how they ended.

A size that is already set in the environment is kept: `GRIDWORKER_HISTORIES=100000 make soak`.
"""

import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path

SIZES = {
    "GRIDWORKER_HISTORIES": "20000",
    "GRIDWORKER_CLIENT_KILLS": "700",
    "GRIDWORKER_CENTRE_KILLS": "300",
    "GRIDWORKER_POWER_CUTS": "2000",
    "GRIDWORKER_IO_CALLS": "500",
    "GRIDWORKER_EXAMPLES": "1000",
}
OPTIONS = ("-n", str(os.cpu_count() or 2), "--dist", "worksteal", "-o", "timeout=3600", "-raP")
TESTS = tuple(
    f"tests/{folder}"
    for folder in ("syncing", "stories", "storage", "migrations", "interop", "faults")
)
SUMMARY = "short test summary info"
MOST_LINES = 60  # when pytest itself did not come to its summary
SEEDS = re.compile(r"^(?:seeds? \d.*|\w+ found by seed .*)$", re.MULTILINE)


def main() -> int:
    """Run the long tests and return pytest's exit code.

    The report goes to the path given, everything pytest said to a `.log` beside it.
    """
    report = Path(sys.argv[1])
    sizes = {name: os.environ.get(name, size) for name, size in SIZES.items()}
    report.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", *OPTIONS, *TESTS],
        env={**os.environ, **sizes, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    minutes = (time.monotonic() - began) / 60
    said = done.stdout + done.stderr
    report.with_suffix(".log").write_text(said, "utf-8")
    report.write_text(document(said, sizes, minutes, done.returncode), "utf-8")
    sys.stdout.write("\n".join(ending(said)) + "\n")
    return done.returncode


def document(said: str, sizes: dict[str, str], minutes: float, code: int) -> str:
    """Return the report: where, how long, which sizes, which seeds met what, how it ended."""
    where = f"{platform.platform()}, Python {platform.python_version()}"
    return "\n".join(
        [
            "# Soak",
            "",
            f"{where}, {minutes:.1f} minutes, exit code {code}",
            "",
            *(f"- {name.removeprefix('GRIDWORKER_').lower()}: {n}" for name, n in sizes.items()),
            "",
            "## Seeds",
            "",
            *(f"- {line}" for line in sorted(set(SEEDS.findall(said)), key=_by_numbers)),
            "",
            "## Ending",
            "",
            "```",
            *ending(said),
            "```",
            "",
        ]
    )


def _by_numbers(line: str) -> tuple[str, int]:
    words, number, _ = re.split(r"(\d+)", line, maxsplit=1)
    return words, int(number)


def ending(said: str) -> list[str]:
    """Return pytest's last lines: what failed or was skipped, and the counts."""
    lines = said.splitlines()
    summary = [number for number, line in enumerate(lines) if SUMMARY in line]
    return lines[summary[-1] :] if summary else lines[-MOST_LINES:]


if __name__ == "__main__":
    sys.exit(main())
