"""What `build.spec` names is there, and what it leaves out nobody of the client imports.

The bundle itself is built and tried by `make bundle`, which takes a minute and PyInstaller.
"""

import ast
import subprocess
import sys
from importlib.metadata import distribution
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SPEC = ast.parse((ROOT / "build.spec").read_text("utf-8"))
CLIENT = ("gridworker", "ui", "sync", "resources")


def called(function):
    """Return the first arguments of all calls of a function in the spec."""
    return [
        ast.literal_eval(call.args[0])
        for call in ast.walk(SPEC)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == function
    ]


def given(name):
    """Return the value of a named argument of Analysis."""
    (analysis,) = (
        call
        for call in ast.walk(SPEC)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Analysis"
    )
    return next(keyword.value for keyword in analysis.keywords if keyword.arg == name)


def test_every_package_and_file_that_is_named_exists():
    for package in (*called("collect_data_files"), *called("collect_submodules")):
        assert find_spec(package), package
    for name in called("copy_metadata"):
        assert distribution(name)
    files = [node for node in given("datas").elts if isinstance(node, ast.Tuple)]
    assert files
    for name, _ in map(ast.literal_eval, files):
        assert (ROOT / name).is_file(), name
    (script,) = called("Analysis")[0]
    assert (ROOT / script).is_file()


def test_the_client_is_in_it_whole():
    named = {*called("collect_submodules"), *called("collect_data_files")}
    assert set(CLIENT) <= named


def test_what_is_left_out_is_not_imported_by_the_client():
    excluded = {name.split(".")[0] for name in ast.literal_eval(given("excludes"))} - {"PySide6"}
    assert {"central", "tests"} <= excluded
    for package in CLIENT:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and node.module:
                    names = [node.module]
                assert excluded.isdisjoint(name.split(".")[0] for name in names), file


@pytest.mark.timeout(120)
def test_the_trial_of_a_bundle_fails_with_its_self_test(tmp_path):
    """A stand-in program shows that the trial looks from elsewhere and passes the code on."""
    program = tmp_path / "gridworker"
    program.write_text("#!/bin/sh\n[ -d ui ] && [ -d sync ] && [ $1 = --selftest ] && exit 9\n")
    program.chmod(0o700)
    done = subprocess.run(
        [sys.executable, "-P", ROOT / "deploy" / "try_bundle.py", tmp_path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 9
    assert "MB" in done.stdout
