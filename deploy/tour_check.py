"""What the centre held at the end of the day, record by record and byte by byte."""

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo_district import BIN, Demo
from tour_album import told

Record = Mapping[str, Any]


@dataclass(slots=True)
class Check:
    """Lines of a table, and everything that differs; the tour fails when anything does."""

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    records: int = 0
    photos: int = 0
    operations: int = 0

    @property
    def summary(self) -> str:
        """One line for the terminal."""
        held = f"{self.records} records, {self.photos} photos, {self.operations} operations"
        return f"{held} compared, {len(self.differences)} differences"

    def same(self, what: str, wanted: object, found: object) -> str:
        """Compare; return the word for the table."""
        if wanted == found:
            return "same"
        self.differences.append(f"{what}: recorded {wanted!r}, the centre holds {found!r}")
        return "DIFFERENT"


def compare(demo: Demo, folder: Path, photos: Mapping[str, Path], worker: Record) -> Check:
    """Compare everything recorded in the windows with the centre's own export and photo folder."""
    check, state = Check(), demo.state()
    told_of = [line["recorded"] for line in told(folder) if "recorded" in line]
    blobs = demo.folder / "blobs"
    for record in told_of:
        _record(check, record, state, photos, blobs)
    wanted = {_sha256(photos[name]) for record in told_of for _, name in record["photos"]}
    found = {path.name for path in blobs.iterdir() if not path.name.startswith(".")}
    check.rows.append(("photo folder", f"{len(wanted)} files", check.same("files", wanted, found)))
    device = _laptop(demo, worker, "status")["device"]
    _operations(check, state, device, len(told_of))
    _laptop_agrees(check, demo, worker, told_of)
    return check


def _record(
    check: Check,
    record: Record,
    state: Sequence[Record],
    photos: Mapping[str, Path],
    blobs: Path,
) -> None:
    """Find the one record of its kind at its place and compare every field that was entered."""
    name = str(record.get("number", f"patrol at {record['place']}"))
    bodies = [line["body"] for line in _at(state, record)]
    if len(bodies) != 1:
        check.differences.append(f"{name}: the centre holds it {len(bodies)} times")
        return
    (body,), items = bodies, _item_names(state)
    check.records += 1
    for wanted, found in (
        ("place", body["place"]),
        ("note", body["note"]),
        ("result", body.get("result")),
        ("number", body.get("local_no")),
        ("item", items.get(body.get("item"))),
    ):
        if wanted in record:
            result = check.same(f"{name}, {wanted}", record[wanted], found)
            check.rows.append((name, f"{wanted} {record[wanted] or '(empty)'}", result))
    given = [(role, _sha256(photos[photo]), "stored") for role, photo in record["photos"]]
    held = [(photo["role"], photo["sha256"], photo["state"]) for photo in body.get("photos", ())]
    result = check.same(f"{name}, photos", sorted(given), sorted(held))
    check.rows.append((name, f"{len(given)} photos: role, SHA-256, stored", result))
    for _, photo in record["photos"]:
        file = blobs / _sha256(photos[photo])
        there = _sha256(file) if file.exists() else "nothing"
        result = check.same(f"{name}, bytes of {photo}", file.name, there)
        check.rows.append((name, f"bytes of `{file.name[:16]}…` in the photo folder", result))
        check.photos += 1


def _at(state: Sequence[Record], record: Record) -> Iterator[Record]:
    for line in state:
        if line.get("kind") == record["kind"] and line["body"].get("place") == record["place"]:
            yield line


def _item_names(state: Sequence[Record]) -> dict[str, str]:
    return {
        line["body"]["code"]: line["body"]["name"]
        for line in state
        if line.get("kind") == "catalogue_item"
    }


def _operations(check: Check, state: Sequence[Record], device: str, records: int) -> None:
    """Every command of the laptop once: the records were applied, the late one was refused."""
    received = [line for line in state if "op" in line and line["device_id"] == device]
    check.operations = len(received)
    ids = {line["op"]["op_id"] for line in received}
    verdicts = sorted(line["verdict"] for line in received)
    wanted = sorted(["applied"] * records + ["refused"])
    check.rows.append(
        ("operations", f"{len(ids)} different", check.same("twice", len(received), len(ids)))
    )
    check.rows.append(("operations", " ".join(wanted), check.same("verdicts", wanted, verdicts)))


def _laptop_agrees(check: Check, demo: Demo, worker: Record, records: Sequence[Record]) -> None:
    """Compare what the laptop calls delivered with what was found at the centre."""
    words = {ticket["local_no"]: ticket["sync"] for ticket in _laptop(demo, worker, "tickets")}
    for number in [record["number"] for record in records if "number" in record]:
        result = check.same(f"{number}, the laptop's word", "delivered", words.get(number))
        check.rows.append((number, "the laptop says delivered", result))


def _laptop(demo: Demo, worker: Record, verb: str) -> Any:
    done = subprocess.run(
        [BIN / "gridworker", "--home", demo.laptop, verb, "--json"],
        env={**os.environ, "GRIDWORKER_PASSWORD": worker["password"]},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
