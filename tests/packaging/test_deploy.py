"""What is shipped for operators is well formed: systemd's units, and how closed they are."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(
    file
    for file in (DEPLOY / "systemd").iterdir()
    if file.suffix in {".service", ".target", ".timer"}
)
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
MUST = (
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallFilter=@system-service",
)
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed"
)


def analyze(*arguments):
    return subprocess.run(
        ["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def installed(tmp_path):
    """The units with a program where they look for one."""
    program = tmp_path / "bin" / "gridworker-central"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS:
        text = unit.read_text("utf-8").replace("/opt/gridworker/bin", str(program.parent))
        (tmp_path / unit.name.replace("@.", "@8701.")).write_text(text, "utf-8")
    return tmp_path


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_finds_nothing_wrong(installed, unit):
    done = analyze("verify", "--man=no", installed / unit.name.replace("@.", "@8701."))
    own = [line for line in done.stderr.splitlines() if unit.name.partition("@")[0] in line]
    assert (done.returncode, own) == (0, [])


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_services_are_closed_as_far_as_they_can_be(installed, unit):
    path = installed / unit.name.replace("@.", "@8701.")
    done = analyze("security", "--offline=true", "--threshold=25", path)
    level = re.search(r"Overall exposure level for .*: ([\d.]+)", done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert level is not None
    assert float(level[1]) <= 2.5


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_every_service_says_what_it_may_not(unit):
    lines = unit.read_text("utf-8").splitlines()
    assert [line for line in MUST if line not in lines] == []


def test_commands_of_the_units_are_commands_of_the_program(capsys):
    from central.main import main  # noqa: PLC0415  (only this test needs the centre)

    for unit in SERVICES:
        text = unit.read_text("utf-8")
        (line,) = re.findall(r"^ExecStart=.*/gridworker-central (.*)$", text, re.MULTILINE)
        verb = line.split(" ")[0]
        with pytest.raises(SystemExit) as asked:
            main([verb, "--help"])
        assert asked.value.code == 0
        known = capsys.readouterr().out
        assert [word for word in re.findall(r"--[a-z-]+", line) if word not in known] == []
