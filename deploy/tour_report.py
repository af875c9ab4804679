"""`tour.md`: the day in pictures, what was counted, and what the centre then held."""

import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from tour_album import told
from tour_check import Check

from gridworker import __version__

MOST_BYTES = 250_000
FOR_README = {
    "tickets": "-tickets.png",
    "resolve": "-resolve.png",
    "today-dark": "-dark-today.png",
    "sync": "-waiting-photos.png",
}
COLOURS = 256
HOW = (
    "Everything was pressed, typed and clicked in the real windows, on a laptop enrolled with a "
    "real centre over a slow line; the photos are drawn."
)
SOURCE = "From `gridworker-central export-state` and the photo folder, with the windows closed."


def write_report(folder: Path, check: Check, seconds: float) -> None:
    """Write `tour.md` beside the pictures."""
    verdict = "the same" if not check.differences else "DIFFERENT"
    where = f"{platform.platform()}, Python {platform.python_version()}"
    lines = [
        "# A day with GridWorker 网格通的一天",
        "",
        f"GridWorker {__version__}, {where}, {seconds:.0f} s. {HOW}",
        "",
        f"**{check.summary}: what was recorded and what the centre holds is {verdict}.**",
        "",
        *_story(told(folder)),
        "",
        "## What the centre held 中心最后有什么",
        "",
        SOURCE,
        "",
        "| record | what | |",
        "|---|---|---|",
        *(f"| {name} | {what} | {result} |" for name, what, result in check.rows),
        "",
        *(f"- DIFFERENT: {difference}" for difference in check.differences),
    ]
    (folder / "tour.md").write_text("\n".join(lines) + "\n", "utf-8")


def keep_for_readme(folder: Path, docs: Path) -> None:
    """Keep the pictures of the README, in few enough colours to stay small."""
    docs.mkdir(parents=True, exist_ok=True)
    for name, ending in FOR_README.items():
        (source,) = folder.glob(f"[0-9][0-9]{ending}")
        few = Image.open(source).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        target = docs / f"{name}.png"
        few.save(target, optimize=True)
        if target.stat().st_size > MOST_BYTES:
            raise ValueError(f"{target} is larger than {MOST_BYTES} bytes")


def _story(story: list[dict[str, Any]]) -> Iterator[str]:
    for line in story:
        if "chapter" in line:
            yield f"\n## {line['chapter']}\n\n{line['chinese']}\n"
        elif "picture" in line:
            english, chinese = line["english"], line["chinese"]
            yield f"![{english}]({line['picture']})\n\n{english} · {chinese}\n"
        elif "fact" in line:
            yield f"- {line['fact']}\n"
        elif "figure" in line:
            yield f"- {line['figure']}: **{line['value']}**\n"
