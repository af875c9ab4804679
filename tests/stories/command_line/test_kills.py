"""The program is killed at any moment: what it said is saved is there, once, with its photos."""

import hashlib
import json
import random
import subprocess

import pytest

from tests.stories.command_line.laptops import picture

KILLS = 6


def killed_after(process, seconds):
    """Kill a command unless it ends sooner; returns what it answered before, if anything."""
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
    return json.loads(out) if out.strip() else None


@pytest.mark.timeout(300)
def test_kills_lose_nothing_that_was_acknowledged(new_laptop, centre, tmp_path):
    laptop = new_laptop().enrolled()
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    acknowledged = {}
    for n in range(KILLS):
        photo = picture(tmp_path / f"{n}.jpg", (n * 30, 80, 120))
        recording = laptop.begin(
            "resolve", "--item", "OTS06", "--place", f"{n}号楼", "--before", photo,
            "--no-photo", "没有处置后照片",
        )  # fmt: skip
        said = killed_after(recording, chance.uniform(0.6, 3.0))
        if said is not None:
            acknowledged[said["id"]] = (f"{n}号楼", hashlib.sha256(photo.read_bytes()).hexdigest())
        killed_after(laptop.begin("sync"), chance.uniform(0.5, 2.5))

    saved = laptop.do("resolve", "--item", "OTS06", "--place", "末号楼", "--no-photo", "天黑")
    result = laptop.do("sync")

    status = laptop.do("status")
    records, operations = centre.state()
    mine = [line for line in operations if line["device_id"] == status["device"]]
    there = [line["op"]["entity"]["id"] for line in mine]
    assert result["needs_attention"] == 0, seed
    assert (status["queued_ops"], status["queued_photos"]) == (0, 0), seed
    assert {*acknowledged, saved["id"]} <= set(there), seed
    assert len(there) == len(set(there)) == status["acked_seq"], seed
    assert [line["op"]["seq"] for line in mine] == list(range(1, len(mine) + 1)), seed
    for id_, (place, sha) in acknowledged.items():
        ticket = records["ticket", id_]
        assert ticket["place"] == place, seed
        assert [(p["sha256"], p["state"]) for p in ticket["photos"]] == [(sha, "stored")], seed
        assert hashlib.sha256((centre.blobs / sha).read_bytes()).hexdigest() == sha, seed
    shown = {t["id"]: t["sync"] for t in laptop.do("tickets", "--mine") if t["id"] in there}
    assert shown == dict.fromkeys(there, "delivered"), seed
