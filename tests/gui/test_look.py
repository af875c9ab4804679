"""Colours can be read in every palette, sizes scale as promised, and the look can be changed."""

import re

import pytest

from ui.look_menu import SIZES, from_settings, larger, smaller
from ui.widgets.theme import MODES, TONES, Theme, tokens

GROUNDS = ("canvas", "surface", "sunken", "accentSoft")


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", MODES)
def test_words_can_be_read_on_every_ground(mode):
    colors = tokens()["color"][mode]
    pairs = [(colors[t], colors[g]) for t in ("text", "text2", "text3") for g in GROUNDS]
    pairs += [(colors["accentText"], colors[ground]) for ground in GROUNDS]
    pairs += [
        (colors["onAccent"], colors[fill]) for fill in ("accent", "accentHover", "accentPressed")
    ]
    pairs.append((colors["onInverse"], colors["inverse"]))
    for tone in TONES:
        word, soft, _ = colors[tone]
        pairs += [(word, soft), (word, colors["surface"]), (word, colors["canvas"])]
        pairs.append((colors["text2"], soft))
    assert min(ratio(*pair) for pair in pairs) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_shapes_can_be_seen(mode):
    colors = tokens()["color"][mode]
    pairs = [(colors[name], colors["surface"]) for name in ("lineStrong", "focus", "accent")]
    pairs += [(colors[tone][2], colors["surface"]) for tone in TONES]
    assert min(ratio(*pair) for pair in pairs) >= 3


def test_every_status_has_a_shape_of_its_own():
    shapes = [spec["icon"] for spec in tokens()["status"].values()]
    assert len(set(shapes)) >= len(shapes) - 1  # offline and online aside, none is shared


def test_text_scales_fully_and_distances_slower():
    twice = Theme("light", 2.0)
    assert twice.text("body") == 28
    assert twice.space(10) == 16


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("factor", SIZES)
def test_the_style_sheet_has_no_gaps(mode, factor):
    sheet = Theme(mode, factor).sheet()
    assert "$" not in sheet
    assert not re.search(r"\d[fs]x\b", sheet)


def test_sizes_step_up_and_down_and_stop():
    look = Theme("dark", 1.0)
    seen = [look.factor]
    for _ in range(7):
        look = larger(look)
        seen.append(look.factor)
    assert seen == [1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 2.5, 2.5]
    assert smaller(Theme("dark", 1.25)) == Theme("dark", 1.0)
    assert smaller(Theme("dark", 1.0)) == Theme("dark", 1.0)


@pytest.mark.parametrize(
    ("factor", "mode", "look"),
    [
        (1.5, "dark", Theme("dark", 1.5)),
        (9.0, "contrast", Theme("contrast", 2.5)),
        (0.1, "system", Theme("light", 1.0, follows=True)),
        (1.0, "sepia", Theme("light", 1.0)),
    ],
)
def test_settings_ask_for_a_look(factor, mode, look):
    assert from_settings(factor, mode) == look
