"""What a wiped laptop leaves, on a real object store: its parcel in pieces, and out again."""

import hashlib
import json
import random

import pytest
import requests

from central.build import open_office
from central.main import main
from central.service import fleet
from central.store import devices
from deploy import peers
from tests.stories.command_line.laptops import Laptop, picture

pytestmark = pytest.mark.timeout(peers.SECONDS + 120)
PARCEL = random.Random(6).randbytes(3 * 1024 * 1024)
SHA = hashlib.sha256(PARCEL).hexdigest()
PIECE = 1024 * 1024


@pytest.fixture
def centre(centre_on_s3):
    return centre_on_s3


@pytest.fixture
def database(centre):
    return f"sqlite:///{centre.folder / 'centre.db'}"


@pytest.fixture
def leave(centre):
    """Hand in a piece as a laptop does that was ordered to wipe itself."""
    known = {}
    with requests.Session() as session:
        session.trust_env = False

        def send(start):
            if not known:
                known.update(centre.enrol())
            headers = {
                **known,
                "Sync-Protocol": "1",
                "Escrow-Hash": SHA,
                "Upload-Offset": str(start),
                "Upload-Length": str(len(PARCEL)),
            }
            return session.post(
                f"{centre.url}/v1/devices/self/escrow",
                data=PARCEL[start : start + PIECE],
                headers=headers,
                timeout=60,
            )

        yield send


def wipe(database):
    with open_office(database) as office:
        (device,) = [one for one in office.store.read(devices.everyone) if one.platform == "linux"]
        fleet.put_state(office, device.id, devices.WIPED)
    return device.id


def test_the_last_parcel_of_a_wiped_laptop_goes_in_and_comes_out(
    centre, leave, database, seaweed, bucket, tmp_path, capfdbinary
):
    centre.start()
    assert leave(0).json() == {"offset": PIECE, "kept": False}
    device = wipe(database)
    centre.restart()
    assert leave(PIECE).json() == {"offset": 2 * PIECE, "kept": False}
    assert leave(2 * PIECE).json() == leave(0).json() == {"offset": len(PARCEL), "kept": True}
    key = f".escrow/{device}-{SHA}"
    assert seaweed.client().get_object(Bucket=bucket, Key=key)["Body"].read() == PARCEL
    assert list((tmp_path / "spool").iterdir()) == []
    capfdbinary.readouterr()
    place = ("--database", database, "--blobs", f"s3://{bucket}")
    assert main(["escrow", "list", *place]) == 0
    left = json.loads(capfdbinary.readouterr().out)
    assert (left["device"], left["user"], left["bytes"]) == (device, "wg0101", len(PARCEL))
    assert main(["escrow", "take", left["name"], str(tmp_path / "left.gwp"), *place]) == 0
    assert (tmp_path / "left.gwp").read_bytes() == PARCEL
    assert main(["escrow", "take", "nobody", str(tmp_path / "none.gwp"), *place]) == 2
    assert not (tmp_path / "none.gwp").exists()


def test_a_store_that_is_away_costs_the_parcel_nothing(centre, leave, database, seaweed, proxy):
    line = proxy(seaweed.url)
    centre.environment["AWS_ENDPOINT_URL_S3"] = line.url
    centre.start()
    for start in (0, PIECE):
        assert leave(start).status_code == 200
    device = wipe(database)
    line.cuts.append(300_000)
    line.on_cut = seaweed.kill
    away = leave(2 * PIECE)
    assert (away.status_code, away.json()["type"]) == (503, "urn:gsp:problem:overloaded")
    seaweed.ensure()
    assert leave(2 * PIECE).json() == {"offset": len(PARCEL), "kept": True}
    bucket = centre.blobs.removeprefix("s3://")
    key = f".escrow/{device}-{SHA}"
    assert seaweed.client().get_object(Bucket=bucket, Key=key)["Body"].read() == PARCEL


def test_what_a_real_laptop_had_not_sent_is_taken_in_out_of_the_store(
    centre, database, seaweed, bucket, tmp_path, capfdbinary, monkeypatch
):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    centre.start()
    person = centre.people["wg0101"]
    known = {"code": person.code, "password": person.password}
    laptop = Laptop(tmp_path / "laptop", known, centre.url).enrolled()
    photo = picture(tmp_path / "photo.jpg", "brown")
    found = ("report", "--item", "S0101", "--place", "示例路6号", "--note", "路灯不亮")
    ticket = laptop.do(*found, "--photo", photo)["id"]
    with open_office(database) as office:
        (mine,) = [one for one in office.store.read(devices.everyone) if one.state == "active"]
        fleet.put_state(office, mine.id, devices.WIPED)
    assert laptop.run("sync")[0] == 4
    centre.kill()
    place = ("--database", database, "--blobs", f"s3://{bucket}")

    def run(*arguments):
        capfdbinary.readouterr()
        assert main([*map(str, arguments), *place]) == 0
        return json.loads(capfdbinary.readouterr().out)

    left, file = run("escrow", "list"), tmp_path / "left.gwp"
    assert left["device"] == mine.id
    assert main(["escrow", "take", left["name"], str(file), *place]) == 0
    done = run("parcel", "--escrow", "--demo", file, tmp_path / "answer.gwp")
    assert (done["operations"], done["photos"], done["problem"]) == (1, 1, None)
    sha = hashlib.sha256(photo.read_bytes()).hexdigest()
    kept = seaweed.client().get_object(Bucket=bucket, Key=sha)["Body"].read()
    assert kept == photo.read_bytes()
    assert main(["export-state", "--database", database]) == 0
    assert ticket.encode() in capfdbinary.readouterr().out
