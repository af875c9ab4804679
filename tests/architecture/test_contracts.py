"""What the house rules say can be read off the tree."""

import itertools
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("gridworker", "ui", "sync", "resources", "central")
SOURCES = [p for name in PACKAGES for p in (ROOT / name).rglob("*.py")]


def test_the_import_contracts_hold():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "Contracts: 10 kept, 0 broken." in done.stdout


def test_files_are_small():
    sizes = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in SOURCES}
    assert len(sizes) > 50
    assert {name: n for name, n in sizes.items() if n > 400} == {}


def test_nothing_measures_people():
    """By policy there is no sign-in, track, ranking, quota or online-time feature."""
    names = re.compile(
        r"\w*(check_?in_(time|place)|leader_?board|ranking|quota|online_time|gps_track)\w*",
        re.IGNORECASE,
    )
    found = [(p.name, m[0]) for p in SOURCES for m in names.finditer(p.read_text("utf-8"))]
    assert found == []


def test_dependencies_are_bounded_above():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    wanted = [*project["dependencies"], *itertools.chain.from_iterable(extras)]
    assert [w for w in wanted if "<" not in w] == []


def test_no_test_folder_shadows_a_package():
    folders = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir()}
    assert folders.isdisjoint(PACKAGES)
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_the_lock_names_hashes_and_no_host():
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)
    assert len(pinned) > 50
    assert lock.count("--hash=sha256:") >= len(pinned)
    assert "://" not in lock


@pytest.mark.parametrize(
    "module", ["QtCharts", "QtGraphs", "QtVirtualKeyboard", "QtNetworkAuth", "QtHttpServer"]
)
def test_gpl_only_modules_of_qt_are_not_imported(module):
    assert [p for p in SOURCES if module in p.read_text("utf-8")] == []


def test_every_link_between_our_documents_leads_somewhere():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 8
    link = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
    targets = [(p, t) for p in pages for t in link.findall(p.read_text("utf-8"))]
    inside = [(p, t) for p, t in targets if "://" not in t]
    assert [(p.name, t) for p, t in inside if not (p.parent / t).exists()] == []
