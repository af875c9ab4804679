"""What `make tour` does: a grid worker's day through the real windows, and what the centre held.

Writes numbered screenshots and `tour.md` into the folder given; ends with 1 when the centre holds
anything else than what was recorded. `--docs DIR` also keeps the pictures of the README there.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from demo_district import Demo
from tour_check import Check, compare
from tour_link import SlowLine
from tour_pictures import draw_all
from tour_plan import Plan
from tour_report import keep_for_readme, write_report

INSIDE = "GRIDWORKER_TOUR_DISPLAY"
SCREEN = "-screen 0 1600x1000x24"
BYTES_PER_SECOND = 450_000
KILLED = -9
MINUTES = 5
CHINA = timezone(timedelta(hours=8))


def main() -> int:
    """Run the day; return 0 when the centre holds exactly what was recorded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", type=Path, help="keep the pictures of the README there, too")
    options = parser.parse_args()
    if INSIDE not in os.environ:
        return subprocess.call([*_display(), sys.executable, "-P", *sys.argv], env=_environment())
    began = time.monotonic()
    folder: Path = options.folder.resolve()
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "phone").mkdir(parents=True)
    os.environ["GRIDWORKER_PHOTO_FOLDER"] = str(folder / "phone")
    demo = Demo(folder / "demo")
    try:
        check = _day(demo, folder)
    finally:
        demo.stop_centre()
    seconds = time.monotonic() - began
    write_report(folder, check, seconds)
    if options.docs:
        keep_for_readme(folder, options.docs)
    print(f"{folder / 'tour.md'}: {check.summary} ({seconds:.0f} s)")
    return 1 if check.differences else 0


def _day(demo: Demo, folder: Path) -> Check:
    people = demo.people()
    demo.start_centre()
    line = SlowLine(demo.url)
    demo.url = line.url
    worker = next(person for person in people if person["role"] == "grid_worker")
    dispatcher = next(person for person in people if person["role"] == "dispatcher")
    with ThreadPoolExecutor() as pool:
        laptops = [
            pool.submit(demo.enrol, worker),
            pool.submit(demo.enrol, dispatcher, demo.folder / "dispatcher"),
        ]
        photos = draw_all(folder / "photos", datetime.now(UTC).astimezone(CHINA))
        for laptop in laptops:
            laptop.result()
    plan = folder / "plan.json"
    Plan(
        folder=folder,
        laptop=demo.laptop,
        password=worker["password"],
        dispatcher=demo.folder / "dispatcher",
        dispatcher_password=dispatcher["password"],
        photos=photos,
    ).write(plan)
    _morning(plan)
    line.bytes_per_second = BYTES_PER_SECOND
    _part("tour_evening.py", plan)
    line.close()
    plan.unlink()
    return compare(demo, folder, photos, worker)


def _morning(plan: Path) -> None:
    """Run the part that is killed in the middle of a word."""
    command = [sys.executable, HERE / "tour_morning.py", plan]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        ready = program.stdout.readline()
        program.kill()
        ended = program.wait()
    if not ready or ended != KILLED:
        raise RuntimeError("the morning did not come to the kill")


def _part(name: str, plan: Path) -> None:
    done = subprocess.run([sys.executable, HERE / name, plan], timeout=MINUTES * 60, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} ended with {done.returncode}")


def _display() -> list[str]:
    """Return what gives the windows a screen of their own, where that can be had."""
    return ["xvfb-run", "-a", "-s", SCREEN] if shutil.which("xvfb-run") else []


def _environment() -> dict[str, str]:
    """Keep the camera, the keyring and the looks of whoever runs the tour out of it."""
    platform = "xcb" if _display() else os.environ.get("QT_QPA_PLATFORM", "")
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if not platform and sys.platform == "linux" and not screen:
        platform = "offscreen"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("QT_", "WAYLAND_"))}
    return {
        **kept,
        **({"QT_QPA_PLATFORM": platform} if platform else {}),
        INSIDE: "1",
        "GRIDWORKER_CAMERA": "off",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "TZ": "Asia/Shanghai",
    }


if __name__ == "__main__":
    sys.exit(main())
