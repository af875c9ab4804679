"""What may be typed after `gridworker`: verbs and options of interfaces.md 2."""

import argparse
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from gridworker.app.misuse import Parser
from gridworker.domain.operations import PatrolResult
from gridworker.domain.ticket import State

VERBS = {
    "enrol": "first contact with a centre: device keys, vault, first pull",
    "status": "whose profile it is, and what waits",
    "catalogue": "what counts as a matter",
    "resolve": "record a matter that was finished on the spot",
    "report": "hand a matter up",
    "patrol": "record that a place was looked at",
    "tickets": "list tickets, newest first",
    "ticket": "show one ticket by its id, local or official number",
    "act": "act on a ticket",
    "sync": "exchange operations and photos with the centre",
    "attention": "what the centre refused or could not decide",
    "settle": "do something about it, by its op_id",
    "parcel-write": "put what waits into a parcel, where no network comes",
    "parcel-read": "take in the centre's answer to a parcel",
}
LATER = ("export", "verify", "backup", "restore")
PERSON = ("person", "phone", "consent")
WAYS = ("open", "redo", "mine", "theirs", "both", "hand_over", "close")


def parser() -> Parser:
    """Return the grammar; `--home` and `--json` may stand before or after the verb.

    What does not follow it raises Misused.
    """
    top = Parser(
        prog="gridworker", description="Without a verb the windows open.", allow_abbrev=False
    )
    _common(top, home=None, json=False)
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    made = {}
    for name, what in VERBS.items():
        made[name] = verbs.add_parser(name, help=what, description=what, allow_abbrev=False)
        _common(made[name], home=argparse.SUPPRESS, json=argparse.SUPPRESS)
    for name in LATER:
        later = verbs.add_parser(name, help="not in this version", add_help=False)
        later.add_argument("rest", nargs=argparse.REMAINDER)
    _reading(made)
    _writing(made)
    return top


def glance(given: Sequence[str]) -> tuple[Path | None, bool]:
    """Return `--home` and whether there is `--json`, also of a command that cannot be parsed."""
    homes = [value for option, value in pairwise(given) if option == "--home"]
    homes += [one.removeprefix("--home=") for one in given if one.startswith("--home=")]
    return (Path(homes[0]) if homes else None), "--json" in given


def _common(to: argparse.ArgumentParser, *, home: object, json: object) -> None:
    to.add_argument("--home", type=Path, default=home, metavar="DIR", help="the profile's folder")
    to.add_argument("--json", action="store_true", default=json, help="print one JSON document")


def _reading(verbs: Mapping[str, argparse.ArgumentParser]) -> None:
    enrol = verbs["enrol"]
    enrol.add_argument("--centre", required=True, metavar="URL")
    enrol.add_argument("--code", required=True)
    enrol.add_argument("--ca", type=Path, metavar="FILE", help="the only authorities to trust")
    for name in ("catalogue", "tickets"):
        verbs[name].add_argument("--search", default="", metavar="TEXT")
    verbs["tickets"].add_argument("--state", choices=[str(state) for state in State])
    verbs["tickets"].add_argument("--mine", action="store_true")
    verbs["ticket"].add_argument("number", metavar="NUMBER")
    others = "refused work of others, for whoever is in charge of them"
    verbs["attention"].add_argument("--others", action="store_true", help=others)
    for name in ("parcel-write", "parcel-read"):
        verbs[name].add_argument("file", type=Path, metavar="FILE")


def _writing(verbs: Mapping[str, argparse.ArgumentParser]) -> None:
    resolve, report, patrol = verbs["resolve"], verbs["report"], verbs["patrol"]
    for to in (resolve, report):
        to.add_argument("--item", required=True, metavar="CODE")
    for to in (resolve, report, patrol):
        to.add_argument("--place", required=True, metavar="TEXT")
        to.add_argument("--note", required=to is report, default="", metavar="TEXT")
        to.add_argument("--grid", metavar="CODE")
    for option in ("--before", "--after"):
        _files(resolve, option)
    resolve.add_argument("--no-photo", metavar="REASON", help="why a photo is missing")
    _files(report, "--photo")
    _files(patrol, "--photo")
    for name in PERSON:
        report.add_argument(f"--{name}", help="not in this version")
    patrol.add_argument("--result", required=True, choices=[str(one) for one in PatrolResult])
    verbs["settle"].add_argument("op_id", metavar="OP_ID")
    verbs["settle"].add_argument("way", choices=WAYS)
    act = verbs["act"]
    act.add_argument("number", metavar="NUMBER")
    act.add_argument("action", metavar="ACTION")
    act.add_argument("pairs", nargs="*", default=[], metavar="KEY=VALUE")


def _files(to: argparse.ArgumentParser, option: str) -> None:
    to.add_argument(option, nargs="+", action="extend", type=Path, default=[], metavar="FILE")
