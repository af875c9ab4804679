"""Everything that is shipped is named in THIRD_PARTY.md, and nothing that nobody uses."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def shipped():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    queue = [*project["dependencies"], *extras["central"], *extras["s3"]]
    names = set()
    while queue:
        wanted = Requirement(queue.pop())
        name = normal(wanted.name)
        if name in names or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        try:
            found = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        names.add(name)
        queue += found.requires or []
    return names


def test_the_notices_name_what_is_shipped():
    listed = {
        normal(row.split("|")[1].strip())
        for row in (ROOT / "THIRD_PARTY.md").read_text("utf-8").splitlines()
        if re.search(r"\| (client|centre) \|$", row)
    }
    assert len(listed) > 40
    assert listed == shipped()
