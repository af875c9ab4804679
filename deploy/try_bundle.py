"""Run a bundle's own self-test where it could go wrong: elsewhere, beside folders of our names."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

DECOYS = ("gridworker", "ui", "sync", "resources", "PySide6")
SECONDS = 120
MEGABYTE = 1024 * 1024


def main() -> int:
    """Say what the bundle finds and how large it is; return the exit code of its self-test."""
    bundle = Path(sys.argv[1]).resolve()
    program = bundle / ("gridworker.exe" if sys.platform == "win32" else "gridworker")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DISPLAY"))}
    with TemporaryDirectory() as folder:
        for name in DECOYS:
            decoy = Path(folder) / name / "__init__.py"
            decoy.parent.mkdir()
            decoy.write_text("raise SystemExit('a decoy was imported')\n", "utf-8")
        done = subprocess.run(
            [program, "--selftest"], cwd=folder, env=environment, timeout=SECONDS, check=False
        )
    size = sum(file.lstat().st_size for file in bundle.rglob("*") if file.is_file())
    print(f"{bundle}: {size / MEGABYTE:.0f} MB")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
