"""Keeps `resources/translations/gridworker_zh_CN.ts` equal to the labels in `ui`.

    python deploy/translations.py                  collect labels; list those without Chinese
    python deploy/translations.py --fill FILE.json collect, then fill in {"English": "中文"}

Exits 1 while a label has no Chinese.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import PySide6

ROOT = Path(__file__).resolve().parents[1]
TS = ROOT / "resources/translations/gridworker_zh_CN.ts"


def collect() -> None:
    """Bring the file up to date with the sources; finished translations stay."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "ui").rglob("*.py"))
    tool = Path(PySide6.__file__).parent / "lupdate"
    options = ["-silent", "-extensions", "py", "-locations", "none", "-no-obsolete"]
    languages = ["-source-language", "en", "-target-language", "zh_CN"]
    command = [str(tool), *options, *languages, *sources, "-ts", str(TS)]
    subprocess.run(command, cwd=ROOT, check=True)


def fill(words: dict[str, str]) -> list[str]:
    """Fill in translations and return the labels that still have none."""
    tree = ET.parse(TS)  # noqa: S314  (our own file)
    missing = []
    for message in tree.iter("message"):
        source = message.findtext("source", "")
        done = message.find("translation")
        if done is None:
            continue
        if source in words:
            done.text = words[source]
            done.attrib.pop("type", None)
        if not done.text or done.get("type") == "unfinished":
            missing.append(source)
    ET.indent(tree, "    ")
    text = ET.tostring(tree.getroot(), encoding="unicode")
    TS.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', "utf-8")
    return missing


def main() -> int:
    """Collect, fill and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fill", type=Path, metavar="FILE.json")
    asked = parser.parse_args()
    words = json.loads(asked.fill.read_text("utf-8")) if asked.fill else {}
    collect()
    missing = fill(words)
    for source in missing:
        print(json.dumps({source: ""}, ensure_ascii=False))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
