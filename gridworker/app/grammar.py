"""What may be typed after `gridworker`: verbs and options of interfaces.md 2."""

import argparse
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from gridworker.app.misuse import Help, Parser
from gridworker.app.words import CHINESE, word
from gridworker.domain.operations import PatrolResult
from gridworker.domain.ticket import State

VERBS = (
    "enrol", "enrol-again", "status", "catalogue", "resolve", "report", "patrol", "tickets",
    "ticket", "act", "sync", "attention", "settle", "parcel-write", "parcel-read",
)  # fmt: skip
LATER = ("export", "verify", "backup", "restore")
PERSON = ("person", "phone", "consent")
WAYS = ("open", "redo", "mine", "theirs", "both", "hand_over", "close")


def parser(language: str = CHINESE) -> Parser:
    """Return the grammar; `--home` and `--json` may stand before or after the verb.

    What does not follow it raises Misused. Help is in the language given.
    """
    help_ = partial(word, "help", language=language)
    top = Parser(prog="gridworker", help_=help_, description=help_("program"))
    _common(top, help_, home=None, json=False)
    verbs = top.add_subparsers(
        dest="verb", metavar="VERB", required=True, title=help_("verbs"), help=help_("verb")
    )
    made = {}
    for name in VERBS:
        made[name] = verbs.add_parser(name, help=help_(name), description=help_(name), help_=help_)
        _common(made[name], help_, home=argparse.SUPPRESS, json=argparse.SUPPRESS)
    for name in LATER:
        later = verbs.add_parser(name, help=help_("later"), help_=help_)
        later.add_argument("rest", nargs=argparse.REMAINDER)
    _reading(made, help_)
    _writing(made, help_)
    return top


def glance(given: Sequence[str]) -> tuple[Path | None, bool]:
    """Return `--home` and whether there is `--json`, also of a command that cannot be parsed."""
    homes = [value for option, value in pairwise(given) if option == "--home"]
    homes += [one.removeprefix("--home=") for one in given if one.startswith("--home=")]
    return (Path(homes[0]) if homes else None), "--json" in given


def _common(to: argparse.ArgumentParser, help_: Help, *, home: object, json: object) -> None:
    to.add_argument("--home", type=Path, default=home, metavar="DIR", help=help_("home"))
    to.add_argument("--json", action="store_true", default=json, help=help_("json"))


def _reading(verbs: Mapping[str, argparse.ArgumentParser], help_: Help) -> None:
    enrol = verbs["enrol"]
    enrol.add_argument("--centre", required=True, metavar="URL")
    enrol.add_argument("--code", required=True)
    enrol.add_argument("--ca", type=Path, metavar="FILE", help=help_("ca"))
    verbs["enrol-again"].add_argument("--code", required=True)
    for name in ("catalogue", "tickets"):
        verbs[name].add_argument("--search", default="", metavar="TEXT")
    verbs["tickets"].add_argument("--state", choices=[str(state) for state in State])
    verbs["tickets"].add_argument("--mine", action="store_true")
    verbs["ticket"].add_argument("number", metavar="NUMBER")
    verbs["attention"].add_argument("--others", action="store_true", help=help_("others"))
    for name in ("parcel-write", "parcel-read"):
        verbs[name].add_argument("file", type=Path, metavar="FILE")


def _writing(verbs: Mapping[str, argparse.ArgumentParser], help_: Help) -> None:
    resolve, report, patrol = verbs["resolve"], verbs["report"], verbs["patrol"]
    for to in (resolve, report):
        to.add_argument("--item", required=True, metavar="CODE")
    for to in (resolve, report, patrol):
        to.add_argument("--place", required=True, metavar="TEXT")
        to.add_argument("--note", required=to is report, default="", metavar="TEXT")
        to.add_argument("--grid", metavar="CODE")
    for option in ("--before", "--after"):
        _files(resolve, option)
    resolve.add_argument("--no-photo", metavar="REASON", help=help_("no-photo"))
    _files(report, "--photo")
    _files(patrol, "--photo")
    for name in PERSON:
        report.add_argument(f"--{name}", help=help_("later"))
    patrol.add_argument("--result", required=True, choices=[str(one) for one in PatrolResult])
    verbs["settle"].add_argument("op_id", metavar="OP_ID")
    verbs["settle"].add_argument("way", choices=WAYS)
    act = verbs["act"]
    act.add_argument("number", metavar="NUMBER")
    act.add_argument("action", metavar="ACTION")
    act.add_argument("pairs", nargs="*", default=[], metavar="KEY=VALUE")


def _files(to: argparse.ArgumentParser, option: str) -> None:
    to.add_argument(option, nargs="+", action="extend", type=Path, default=[], metavar="FILE")
