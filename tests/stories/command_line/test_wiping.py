"""A laptop that its centre orders to be wiped, by the programs as people start them."""

import json
import shutil
import subprocess
import sys

import pytest

from tests.stories.command_line.laptops import NO_KEYRING, ROOT, SECONDS, Laptop

pytestmark = pytest.mark.timeout(400)
CHILD = ROOT / "tests" / "stories" / "wipe_child.py"
GONE = ("vault.json", "main.db*", "outbox-*.log", "blobs", "device.sealed", "attempts")
KILLS = 5


def device_of(centre, laptop):
    listed = map(json.loads, centre.run("device", "list").splitlines())
    return [one["id"] for one in listed if one["login"] == laptop.person["user"]][-1]


def left_of(laptop):
    """Return which of its files are still there."""
    return [path.name for pattern in GONE for path in laptop.home.glob(pattern)]


def recorded(laptop, photo):
    """Record something that is not sent."""
    return laptop.do(
        "report", "--item", "S0101", "--place", "山里6号", "--note", "路灯不亮",
        "--photo", photo,
    )["id"]  # fmt: skip


@pytest.fixture(scope="module")
def wiped(centre, new_laptop, photos):
    """A laptop wiped with something unsent: it, its device, its record, how the command ended."""
    laptop = new_laptop().enrolled()
    device, ticket = device_of(centre, laptop), recorded(laptop, photos[0])
    centre.run("device", "wipe", device)
    return laptop, device, ticket, laptop.run("sync")


def test_the_order_is_carried_out_and_told(wiped):
    laptop, _, _, (code, document, _) = wiped
    assert (code, document["code"]) == (4, "sync_device_wiped")
    assert left_of(laptop) == []
    for command in (("status",), ("sync",), ("tickets",)):
        code, document, said = laptop.run(*command)
        assert (code, document["code"]) == (4, "device_wiped")
        assert "封存送到中心" in document["sentence"]
        assert document["sentence"] in said


def test_what_was_not_sent_is_at_the_centre_for_a_person_to_take_in(wiped, centre, tmp_path):
    laptop, device, ticket, _ = wiped
    listed = map(json.loads, centre.run("escrow", "list", "--blobs", centre.blobs).splitlines())
    (left,) = (one for one in listed if one["device"] == device)
    assert left["user"] == laptop.person["user"]
    assert ("ticket", ticket) not in centre.state()[0]
    file, answer = tmp_path / "left.gwp", tmp_path / "answer.gwp"
    centre.run("escrow", "take", left["name"], file, "--blobs", centre.blobs)
    with pytest.raises(subprocess.CalledProcessError):
        centre.run("parcel", "--demo", "--blobs", centre.blobs, file, answer)
    done = json.loads(
        centre.run("parcel", "--escrow", "--demo", "--blobs", centre.blobs, file, answer)
    )
    assert (done["operations"], done["photos"], done["problem"]) == (1, 1, None)
    assert centre.state()[0]["ticket", ticket]["photos"][0]["state"] == "stored"


def test_the_folder_can_become_another_device(wiped, centre, tmp_path):
    before = wiped[0]
    laptop = Laptop(tmp_path / "laptop", before.person, centre.url, before.keyring)
    shutil.copytree(before.home, laptop.home)
    code = centre.run("enrol-code", laptop.person["user"]).strip()
    assert laptop.enrol(code=code)[0] == 0
    assert laptop.do("status")["queued_ops"] == 0


def test_a_kill_at_any_moment_leaves_all_or_nothing(centre, photos, tmp_path):
    laptop = Laptop(tmp_path / "laptop", centre.person(), centre.url, NO_KEYRING).enrolled()
    ticket = recorded(laptop, photos[0])
    centre.run("device", "wipe", device_of(centre, laptop))
    kept = tmp_path / "kept"
    shutil.copytree(laptop.home, kept)

    def killed(at):
        shutil.rmtree(laptop.home)
        shutil.copytree(kept, laptop.home)
        return subprocess.run(
            [sys.executable, CHILD, laptop.home, str(at), "sync"],
            env=laptop.environment(), cwd=tmp_path, capture_output=True, text=True,
            timeout=SECONDS, check=False,
        )  # fmt: skip

    changes = int(killed(0).stderr.split()[-1])
    assert left_of(laptop) == []
    whole = destroyed = 0
    for turn in range(KILLS):
        assert killed(1 + turn * (changes - 1) // (KILLS - 1)).returncode == -9
        code, document, _ = laptop.run("ticket", ticket)
        if code == 0:
            assert document["sync"] in {"saved", "queued"}
            whole += 1
        else:
            assert (code, document["code"]) == (4, "device_wiped")
            assert left_of(laptop) == []
            destroyed += 1
    assert whole
    assert destroyed
