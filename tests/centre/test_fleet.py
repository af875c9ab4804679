"""Devices that may do less, and what those leave that may do nothing any more (sync.md 4.12)."""

import hashlib
import json
import os
import resource
from contextlib import closing

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from central.main import main
from central.service import fleet, identity
from central.store import devices
from gridworker import orders

PARCEL = bytes(range(256)) * 40


@pytest.fixture
def state(centre, worker):
    """Put the device of `worker` into a state, as the operator's command does."""

    def put(state_):
        fleet.put_state(centre.parts, worker.device_id, state_)

    return put


@pytest.fixture
def leave(worker):
    """Hand in a piece of a sealed parcel."""

    def send(piece, *, offset=0, whole=PARCEL, **headers):
        own = {
            "Escrow-Hash": hashlib.sha256(whole).hexdigest(),
            "Upload-Offset": str(offset),
            "Upload-Length": str(len(whole)),
        }
        return worker.ask("POST", "/v1/devices/self/escrow", piece, **{**own, **headers})

    return send


def test_a_draining_device_hands_in_and_receives_nothing(worker, state):
    state(devices.DRAINING)
    assert worker.push(worker.report())[0]["verdict"] == "applied"
    assert worker.ask("POST", "/v1/sync/pull", {"cursors": {}}).problem == "scope-denied"
    state(devices.ACTIVE)
    worker.pull()


def test_a_suspended_device_does_neither_until_it_is_readmitted(worker, state):
    state(devices.SUSPENDED)
    report = worker.report()
    for answer in (worker.send(report), worker.ask("POST", "/v1/sync/pull", {"cursors": {}})):
        assert (answer.status, answer.problem) == (401, "device-suspended")
    state(devices.ACTIVE)
    assert worker.push(report)[0]["verdict"] == "applied"


def test_a_part_of_a_sealed_parcel_has_thirty_days(leave, centre, clock, open_centre):
    assert leave(PARCEL[:5]).json["offset"] == 5
    (part,) = centre.parts.blobs.parts()
    os.utime(part, (clock.now / 1000, clock.now / 1000))
    centre.close()
    clock.forward(days=29)
    assert list(open_centre().parts.blobs.parts()) == [part]
    clock.forward(days=2)
    assert list(open_centre().parts.blobs.parts()) == []


def test_the_order_to_wipe_is_signed_over_the_device_and_its_number(worker, state, centre):
    state(devices.WIPED)
    answer = worker.send()
    number, signature = answer.json["number"], answer.json["order"]
    assert (answer.status, answer.problem) == (410, "device-wiped")
    public = centre.parts.settings["server_key"]
    key = identity.signing_key(public).public_key()
    key.verify(bytes.fromhex(signature), orders.wiping(worker.device_id, number))
    with pytest.raises(InvalidSignature):
        key.verify(bytes.fromhex(signature), orders.wiping(worker.device_id, number + 1))
    state(devices.ACTIVE)
    state(devices.WIPED)
    assert worker.send().json["number"] > number


def test_says_believes_the_pinned_key_alone():
    ours, theirs = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    said = orders.wiping("d", 1)
    pinned = identity.urlsafe_b64encode(ours.public_key().public_bytes_raw()).decode().rstrip("=")
    assert orders.says(pinned, said, ours.sign(said).hex())
    for signature in (theirs.sign(said).hex(), "", "zz", ours.sign(said + b"1").hex()):
        assert not orders.says(pinned, said, signature)


def test_a_wiped_device_leaves_a_parcel_in_pieces_that_may_be_repeated(leave, state, centre):
    state(devices.WIPED)
    first = leave(PARCEL[:5000]).json
    again = leave(PARCEL[:5000]).json
    assert first == again == {"offset": 5000, "kept": False}
    whole = leave(PARCEL[5000:], offset=5000).json
    assert whole == leave(PARCEL[:5000]).json == {"offset": len(PARCEL), "kept": True}
    ((name, size),) = centre.parts.blobs.aside()
    assert (size, name[-64:]) == (len(PARCEL), hashlib.sha256(PARCEL).hexdigest())
    with closing(centre.parts.blobs.open_aside(name)) as file:
        assert file.read(-1) == PARCEL
    assert all(file.name.startswith(".") for file in centre.parts.blobs.folder.iterdir())


def test_a_parcel_that_is_not_what_was_promised_is_not_kept(leave, state, centre):
    state(devices.WIPED)
    spoilt = b"x" + PARCEL[1:]
    assert leave(spoilt).problem == "wrong-hash"
    assert leave(PARCEL).json["kept"]
    assert len(centre.parts.blobs.aside()) == 1


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"Escrow-Hash": "../x"}, "malformed"),
        ({"Upload-Length": "0"}, "malformed"),
        ({"Upload-Length": "x"}, "malformed"),
        ({"Upload-Offset": "9999999"}, "malformed"),
        ({"Upload-Length": str(2**40)}, "too-large"),
        ({"Authorization": "Bearer x"}, "token-expired"),
    ],
)
def test_what_makes_no_sense_is_refused(leave, headers, name):
    assert leave(PARCEL, **headers).problem == name


def test_a_program_below_the_least_version_may_send_and_not_receive(worker, centre):
    def pulled(version):
        headers = {"Sync-Client": version} if version else {}
        return worker.ask("POST", "/v1/sync/pull", {"cursors": {}}, **headers)

    assert pulled("").status == 200
    fleet.put_min_pull(centre.parts, "1.10")
    for version in ("", "0.9", "1.9.9", "nonsense"):
        assert (pulled(version).status, pulled(version).problem) == (426, "client-too-old")
    for version in ("1.10", "1.10.0", "1.10.0+build5", "2"):
        assert pulled(version).status == 200
    assert worker.push(worker.report())[0]["verdict"] == "applied"
    assert worker.ask("GET", "/v1/meta").json["min_pull"] == "1.10"
    fleet.put_min_pull(centre.parts, "")
    assert pulled("").status == 200


def test_the_commands_of_the_operator(leave, state, ground, worker, capfdbinary, tmp_path):
    def run(*arguments):
        code = main([*map(str, arguments), "--database", ground.url])
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    for name in ("drain", "suspend", "readmit", "wipe"):
        assert run("device", name, worker.device_id)[0] == 0
    assert worker.send().problem == "device-wiped"
    assert run("device", "wipe", "none")[0] == 2
    assert run("min-pull", "1.2")[0] == 0
    assert "no version" in run("min-pull", "soon")[2]
    leave(PARCEL)
    blobs = ("--blobs", ground.blobs)
    left = json.loads(run("escrow", "list", *blobs)[1])
    assert (left["device"], left["user"], left["bytes"]) == (
        worker.device_id,
        worker.user,
        len(PARCEL),
    )
    assert run("escrow", "take", left["name"], tmp_path / "left.gwp", *blobs)[0] == 0
    assert (tmp_path / "left.gwp").read_bytes() == PARCEL
    assert run("escrow", "take", left["name"], tmp_path / "left.gwp", *blobs)[0] == 2
    assert run("escrow", "take", "none", tmp_path / "none.gwp", *blobs)[0] == 2
    assert not (tmp_path / "none.gwp").exists()
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(PARCEL) - 1, most[1]))
    try:
        assert run("escrow", "take", left["name"], tmp_path / "full.gwp", *blobs)[0] == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert not (tmp_path / "full.gwp").exists()


def test_an_operator_names_the_key_of_the_organisation(ground, worker, centre, tmp_path):
    own = worker.ask("GET", "/v1/meta").json
    key = X25519PrivateKey.generate().public_key()
    pem = tmp_path / "officer.pem"
    pem.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    command = ("organisation-key", "set", str(pem), "--database", ground.url)
    assert main(command) == 0
    named = worker.ask("GET", "/v1/meta").json
    assert (own["escrow_key"], named["escrow_key"]) == (
        own["sealing_key"],
        key.public_bytes_raw().hex(),
    )
    pinned = identity.signing_key(centre.parts.settings["server_key"]).public_key()
    said = orders.ESCROW_KEY + key.public_bytes_raw()
    pinned.verify(bytes.fromhex(named["escrow_proof"]), said)
    pem.write_bytes(b"nothing")
    assert main(command) == 2
    assert main(("organisation-key", "clear", "--database", ground.url)) == 0
    assert worker.ask("GET", "/v1/meta").json["escrow_key"] == own["sealing_key"]
