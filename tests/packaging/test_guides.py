"""The guides for operators name commands, figures and files that are there, in both languages."""

import re
from pathlib import Path

import pytest

from central.main import main
from central.metrics import HELP

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "docs" / name for name in ("operator-guide.md", "operator-guide.zh.md")]
COMMAND = re.compile(r"gridworker-central((?: [a-z][a-z-]+(?![a-z./=@]))+)")
GROUPS = {"user", "device", "escrow", "organisation-key", "quarantine", "reference"}
both = pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)


def commands(text):
    """Return every command that a text names, as its words."""
    found = set()
    for words in COMMAND.findall(text):
        first, *more = words.split()
        found.add((first, more[0]) if first in GROUPS and more else (first,))
    return found | {("device", name) for name in re.findall(r"`device (\w+) ID`", text)}


@both
def test_every_command_is_one(guide, capsys):
    named = commands(guide.read_text("utf-8"))
    assert len(named) > 20
    for words in named:
        with pytest.raises(SystemExit) as asked:
            main([*words, "--help"])
        assert asked.value.code == 0, words
        capsys.readouterr()


@both
def test_every_option_is_one(guide, capsys):
    for line in guide.read_text("utf-8").splitlines():
        for at in COMMAND.finditer(line):
            words = at[1].split()
            rest = line[at.end() :].partition("`")[0].partition("#")[0].partition(";")[0]
            with pytest.raises(SystemExit):
                main([*words[: 2 if words[0] in GROUPS else 1], "--help"])
            known = capsys.readouterr().out
            options = re.findall(r"(?<![\w-])--[a-z][a-z-]+", rest)
            assert [option for option in options if option not in known] == [], line


@both
def test_every_figure_is_shown(guide):
    text = guide.read_text("utf-8")
    named = set(re.findall(r"`((?:gridworker|process)_[a-z_]+)", text)) - {"gridworker_owner"}
    assert named <= set(HELP)
    assert set(HELP) - named <= {"gridworker_info"}


@both
def test_every_file_is_there(guide):
    text = guide.read_text("utf-8")
    for name in re.findall(r"deploy/[\w./-]+\w", text) + re.findall(r"\]\(([\w./-]+)\)", text):
        assert (ROOT / name).exists() or (guide.parent / name).exists(), name


def test_the_two_guides_say_the_same():
    english, chinese = (guide.read_text("utf-8") for guide in GUIDES)
    assert commands(english) == commands(chinese)
    for part in (r"^## \d", r"^\|", r"^    \S"):
        ours, theirs = (len(re.findall(part, text, re.MULTILINE)) for text in (english, chinese))
        assert ours == theirs, part
