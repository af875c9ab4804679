"""The look that follows the desktop: asked of a real platform, and again when it changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ui.look_menu import from_settings, larger, palettes
from ui.widgets.theme import Theme, look, theme

ROOT = Path(__file__).parents[2]
DARK_DESKTOP = """\
[General]
ColorScheme=BreezeDark
[Colors:Window]
BackgroundNormal=35,38,41
ForegroundNormal=252,252,252
"""
ASK = """\
import sys
from ui.application import make_application
from ui.look_menu import from_settings
from ui.widgets.theme import theme
app = make_application([], from_settings(1.5, sys.argv[1]))
print(theme().mode, theme().factor, theme().choice)
"""


@pytest.mark.parametrize(
    ("choice", "seen"), [("system", "dark 1.5 system"), ("light", "light 1.5 light")]
)
def test_a_dark_desktop_is_followed_only_when_that_was_chosen(tmp_path, choice, seen):
    if shutil.which("xvfb-run") is None:
        pytest.skip("xvfb-run is missing: no platform that knows a desktop")
    (tmp_path / "kdeglobals").write_text(DARK_DESKTOP)
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-c", ASK, choice],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CURRENT_DESKTOP": "KDE",
            "KDE_FULL_SESSION": "true",
            "KDE_SESSION_VERSION": "6",
            "XDG_CONFIG_HOME": str(tmp_path),
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == seen


def test_where_the_platform_does_not_tell_it_is_light(app):
    assert QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Unknown
    look().apply(Theme("dark", 1.25, follows=True))
    assert theme() == Theme("light", 1.25, follows=True)


def test_another_size_keeps_following():
    assert larger(Theme("dark", 1.0, follows=True)) == Theme("dark", 1.25, follows=True)


def test_the_menu_offers_the_desktop_and_ours():
    following = from_settings(1.0, "system")
    offered = [chosen for _, chosen in palettes(following)]
    assert offered[0] == following
    assert [chosen.choice for chosen in offered] == ["system", "light", "dark", "contrast"]
