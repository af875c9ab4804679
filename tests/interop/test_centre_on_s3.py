"""The whole centre over a real object store: photos in and out, the store killed, wrong orders."""

import hashlib
import os
import random
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from central.build import Centre
from central.main import main
from central.s3_blobs import S3Blobs
from deploy import peers

pytestmark = pytest.mark.timeout(peers.SECONDS + 120)
PHOTO = b"\xff\xd8\xff\xe0" + random.Random(5).randbytes(2 * 1024 * 1024)
SHA = hashlib.sha256(PHOTO).hexdigest()
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
MANY = 16  # more than the centre has threads for anything
OURS, OTHERS = "0011223344556677", "8899aabbccddeeff"


@pytest.fixture
def centre(centre_on_s3):
    return centre_on_s3


@pytest.fixture
def session():
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def ask(centre, session):
    """Ask as one and the same laptop."""
    known = {}

    def ask_(method, path, data=b"", **headers):
        if not known:
            known.update(centre.enrol())
        own = {name.replace("_", "-"): value for name, value in headers.items()}
        return session.request(
            method, centre.url + path, data=data, headers={**known, **TUS, **own}, timeout=60
        )

    return ask_


def create(ask, data=PHOTO, first=b""):
    sha = hashlib.sha256(data).hexdigest().encode()
    names = f"sha256 {b64encode(sha).decode()},filetype {b64encode(b'image/jpeg').decode()}"
    return ask("POST", "/v1/blobs", first, Upload_Length=str(len(data)), Upload_Metadata=names)


def test_a_photo_goes_in_and_comes_out(centre, ask, seaweed, bucket, tmp_path):
    centre.start()
    assert create(ask).status_code == 201
    half = len(PHOTO) // 2
    assert ask("PATCH", f"/v1/blobs/{SHA}", PHOTO[:half], Upload_Offset="0").status_code == 204
    keys = seaweed.client().list_objects_v2(Bucket=bucket)["Contents"]
    assert [one["Key"] for one in keys] == [".epoch"]
    centre.restart()
    assert ask("HEAD", f"/v1/blobs/{SHA}").headers["upload-offset"] == str(half)
    done = ask("PATCH", f"/v1/blobs/{SHA}", PHOTO[half:], Upload_Offset=str(half))
    assert done.status_code == 204
    assert seaweed.client().get_object(Bucket=bucket, Key=SHA)["Body"].read() == PHOTO
    assert list((tmp_path / "spool").iterdir()) == []
    assert ask("GET", f"/v1/blobs/{SHA}").content == PHOTO
    part = ask("GET", f"/v1/blobs/{SHA}", Range="bytes=100000-1999999")
    assert (part.status_code, part.content) == (206, PHOTO[100_000:2_000_000])


def test_a_store_that_dies_while_it_is_given_a_photo_gets_it_later(
    centre, ask, seaweed, bucket, proxy
):
    line = proxy(seaweed.url)
    centre.environment["AWS_ENDPOINT_URL_S3"] = line.url
    centre.start()
    assert create(ask).status_code == 201
    line.cuts.append(300_000)
    line.on_cut = seaweed.kill
    broken = ask("PATCH", f"/v1/blobs/{SHA}", PHOTO, Upload_Offset="0")
    assert broken.status_code == 503
    assert broken.json()["type"] == "urn:gsp:problem:overloaded"
    assert line.cuts == []
    assert ask("HEAD", f"/v1/blobs/{SHA}").status_code == 503
    assert ask("GET", "/readyz").status_code == 200
    seaweed.ensure()
    with pytest.raises(seaweed.client().exceptions.ClientError, match="404"):
        seaweed.client().head_object(Bucket=bucket, Key=SHA)
    found = ask("HEAD", f"/v1/blobs/{SHA}")
    assert (found.status_code, found.headers["upload-offset"]) == (200, str(len(PHOTO)))
    assert seaweed.client().get_object(Bucket=bucket, Key=SHA)["Body"].read() == PHOTO


def test_a_store_that_falls_silent_holds_up_nothing_but_photos(centre, ask, seaweed, proxy):
    line = proxy(seaweed.url)
    centre.environment["AWS_ENDPOINT_URL_S3"] = line.url
    centre.start()
    small = PHOTO[:1000]
    place = f"/v1/blobs/{hashlib.sha256(small).hexdigest()}"
    assert create(ask, small, first=small).status_code == 201
    create(ask)
    epoch = ask("GET", "/v1/meta").json()["epoch"]
    known = {"Content_Type": "application/json", "Sync_Protocol": "1", "Sync_Epoch": epoch}
    line.silent.set()
    with ThreadPoolExecutor(MANY) as pool:
        sent = pool.submit(ask, "PATCH", f"/v1/blobs/{SHA}", PHOTO, Upload_Offset="0")
        read = [pool.submit(ask, "GET", place) for _ in range(MANY - 1)]
        for _ in range(3):
            assert ask("POST", "/v1/sync/push", b'{"ops":[]}', **known).status_code == 200
            assert ask("POST", "/v1/sync/pull", b'{"cursors":{}}', **known).status_code == 200
        assert not any(one.done() for one in (sent, *read))
        line.silent.clear()
        assert sent.result(60).status_code == 204
        assert {one.result(60).content for one in read} == {small}
    assert ask("GET", f"/v1/blobs/{SHA}").content == PHOTO


def test_the_epoch_is_kept_beside_the_photos(template, seaweed, bucket, tmp_path, monkeypatch):
    template.open(tmp_path / "centre").close()

    def epoch() -> str:
        database = f"sqlite:///{tmp_path / 'centre' / 'centre.db'}"
        outside = os.environ.get("GRIDWORKER_EPOCH")
        centre = Centre.open(database, S3Blobs(bucket, tmp_path / "spool", epoch=outside))
        centre.close()
        return centre.app._epoch

    first = epoch()
    assert epoch() == first
    seaweed.client().put_object(Bucket=bucket, Key=".epoch", Body=OTHERS.encode())
    second = epoch()
    assert second not in {first, OTHERS}
    assert epoch() == second
    # From here on the operator keeps it: one disagreement makes one epoch.
    monkeypatch.setenv("GRIDWORKER_EPOCH", OURS)
    third = epoch()
    assert third not in {first, second, OURS}
    assert epoch() == third
    monkeypatch.setenv("GRIDWORKER_EPOCH", third)
    assert epoch() == third
    monkeypatch.setenv("GRIDWORKER_EPOCH", OTHERS)
    assert epoch() not in {first, second, third, OTHERS}


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, 2, "does not let us in (SignatureDoesNotMatch)"),
        ({"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9"}, 3, "the place of photos does not answer"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, 2, "Unable to locate credentials"),
        ({"GRIDWORKER_EPOCH": "x"}, 2, "GRIDWORKER_EPOCH is not 16 hex digits"),
        ({}, 2, "there is no bucket nowhere"),
    ],
)
def test_what_cannot_serve_says_why(
    seaweed, bucket, tmp_path, monkeypatch, capfd, change, code, sentence
):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in change.items():
        monkeypatch.setenv(name, value)
    where = f"s3://{bucket}" if change else "s3://nowhere"
    database = f"sqlite:///{tmp_path / 'centre.db'}"
    assert main(["serve", "--blobs", where, "--database", database]) == code
    said, complaint = capfd.readouterr()
    assert sentence in complaint
    assert said == ""
