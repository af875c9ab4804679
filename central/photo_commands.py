"""`gridworker-central check-photos`; also what it prints."""

import argparse

import msgspec

from central import commands
from central.build import open_office
from central.fleet_commands import Verb
from central.service import photo_check


def add_grammar(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", verb: Verb) -> None:
    """Add the command of this page."""
    about = "print the photos that the books say are here and are not, as lines of JSON"
    parser = verb(verbs, "check-photos", check, about)
    parser.add_argument("--blobs", required=True, metavar="DIR|s3://BUCKET")
    parser.add_argument("--deep", action="store_true", help="read every photo, compare its hash")
    parser.add_argument(
        "--ask-again", action="store_true", help="let the laptops that made them send them again"
    )


def check(options: argparse.Namespace) -> None:
    """Print what is lost, one line each, also while serving; then have it sent again."""
    blobs = commands.photos_of(options)
    with open_office(options.database) as office:
        missed: list[str] = []
        for photo in photo_check.lost(office, blobs, deep=options.deep):
            commands.print_line(msgspec.json.encode(photo))
            missed.append(photo.sha256)
        if options.ask_again:
            photo_check.ask_again(office, missed)
        told = {"lost": len(missed), "asked_again": bool(missed and options.ask_again)}
        commands.print_line(msgspec.json.encode(told))
