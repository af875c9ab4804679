"""The wheel holds five packages and their data, and runs beside folders of the same names."""

import os
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("gridworker", "ui", "sync", "resources", "central")
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-P", "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return next(out.glob("gridworker-*.whl"))


def test_the_top_level_is_ours_and_complete(wheel):
    subprocess.run([BIN / "check-wheel-contents", wheel], check=True, cwd=ROOT)
    names = zipfile.ZipFile(wheel).namelist()
    assert {n.split("/")[0] for n in names if ".dist-info" not in n} == set(OURS)
    for needed in (
        "resources/translations/gridworker_zh_CN.ts",
        "resources/words/zh_CN.json",
        "resources/styles/tokens.json",
        "gridworker/py.typed",
    ):
        assert needed in names, needed
    assert any(n.startswith("gridworker/storage/migrations/m0001_") for n in names)
    assert any(n.startswith("central/migrations/m0001_") for n in names)


def test_each_name_belongs_to_us_alone():
    owners = packages_distributions()
    assert len(owners) > 30
    # An editable installation lists no files, so our own names may be missing, never others'.
    assert {name: set(owners.get(name, ())) - {"gridworker"} for name in OURS} == {
        name: set() for name in OURS
    }


@pytest.mark.timeout(120)
def test_the_self_test_passes_from_the_wheel_beside_decoys(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    decoys = tmp_path / "decoys"
    for name in ("ui", "sync", "resources"):
        (decoys / name).mkdir(parents=True)
        (decoys / name / "__init__.py").write_text("raise SystemExit('a decoy was imported')\n")
    done = subprocess.run(
        [sys.executable, "-P", "-c", "from gridworker.__main__ import main; main()", "--selftest"],
        cwd=decoys, env={**os.environ, "PYTHONPATH": str(site)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
