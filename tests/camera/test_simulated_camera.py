"""The real camera back end of Qt on a camera that a preloaded library pretends to be."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulated camera, compiled."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("no C compiler here, so the simulated camera cannot be built")
    made = tmp_path_factory.mktemp("camera") / "simulated_camera.so"
    source = HERE / "simulated_camera.c"
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o", made, source, "-ldl"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "linux/videodev2.h: No such file" in done.stderr:
        pytest.skip("the headers of Video4Linux2 are not installed")
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    return made


@pytest.fixture
def tell(library: Path, laptop) -> Callable[..., dict]:
    """Runs the program with the simulated camera and returns what it tells."""
    script = "from PySide6 import QtMultimedia"
    if subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode:
        pytest.skip("QtMultimedia does not load here: libpulse0 is missing")

    def run(what: str, mood: str = "") -> dict:
        done = subprocess.run(
            [sys.executable, HERE / "panel_story.py", what, laptop.home, laptop.password],
            capture_output=True,
            text=True,
            check=False,
            timeout=55,
            env={
                **os.environ,
                "LD_PRELOAD": str(library),
                "GRIDWORKER_SIMCAM": mood,
                "GRIDWORKER_CAMERA": "",
                "QT_QPA_PLATFORM": "offscreen",
                "PYTHONPATH": str(ROOT),
            },
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run


def test_two_different_photos_in_five_presses_and_a_live_picture(tell):
    told = tell("resolve")
    assert told["keys"] <= 5
    assert told["state"] == "onspot_done"
    assert sorted(role for role, _ in told["photos"]) == ["after", "before"]
    assert len({sha256 for _, sha256 in told["photos"]}) == 2


def test_without_a_camera_one_line_says_what_to_do(tell):
    (said,) = tell("trouble", "none")["said"]
    assert said == "没有找到摄像头 可粘贴、拖入或从手机取照片"
