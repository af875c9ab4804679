"""`gridworker-central reference`: a district's own places, duty list and calendar."""

import argparse
from pathlib import Path

import msgspec

from central.build import REGION, open_office
from central.commands import print_line
from central.fleet_commands import Verb
from central.service import reference_intake
from central.service.reference_intake import BadReference
from central.store import meta


def add_grammar(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", verb: Verb) -> None:
    """Add the commands of this page."""
    group = verbs.add_parser("reference", help="places, duty list and calendar")
    own = group.add_subparsers(required=True, metavar="COMMAND")
    about = "take in reference data, as lines of JSON like those of export-state"
    parser = verb(own, "load", load, about)
    parser.add_argument("file", nargs="?", type=Path, help="lines of org, grid, catalogue_item ...")
    parser.add_argument(
        "--built-in", action="store_true", help="the sample duty list and the holidays known here"
    )
    parser.add_argument("--region", metavar="CODE", help="six digits, before any laptop enrols")


def load(options: argparse.Namespace) -> None:
    """Take it in, also while serving; print how much of it was new."""
    if options.file is None and not options.built_in and options.region is None:
        raise BadReference("name a file, or --built-in, or --region")
    puts = [] if options.file is None else reference_intake.read(options.file.read_bytes())
    with open_office(options.database) as office:
        if options.built_in:
            kept = office.store.read(lambda tx: meta.get(tx, "region"))
            own = {put.id for put in puts}
            more = reference_intake.built_in(options.region or kept or REGION)
            puts += [put for put in more if put.id not in own]
        taken = reference_intake.take(office, puts, region=options.region)
        print_line(msgspec.json.encode(taken))
