"""One suite for every place of photos: a folder, and a bucket of a real object store."""

import hashlib
import logging
import random
import re
from contextlib import closing

import pytest

from central.blobs import FileBlobs, PhotosAway, PhotosRefused
from central.s3_blobs import S3Blobs
from deploy import peers

pytestmark = pytest.mark.timeout(peers.SECONDS + 60)
PHOTO = b"\xff\xd8\xff\xe0" + random.Random(3).randbytes(300_000)
SHA = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def in_bucket(bucket, tmp_path):
    return S3Blobs(bucket, tmp_path / "spool")


@pytest.fixture(params=["files", "s3"])
def store(request, tmp_path):
    if request.param == "files":
        return FileBlobs(tmp_path / "photos")
    return request.getfixturevalue("in_bucket")


def finished(store, data=PHOTO, name="device.upload"):
    part = store.part(name)
    part.write_bytes(data)
    store.sync(part)
    return part


def everything(store, sha, start=0, piece=70_000):
    with closing(store.open(sha, start)) as file:
        pieces = list(iter(lambda: file.read(piece), b""))
    assert all(len(one) <= piece for one in pieces)
    return b"".join(pieces)


def test_a_kept_photo_is_there_whole_and_its_part_is_gone(store):
    part = finished(store)
    assert list(store.parts()) == [part]
    assert store.size(SHA) is None
    store.keep((part, SHA))
    assert store.size(SHA) == len(PHOTO)
    assert everything(store, SHA) == PHOTO
    assert list(store.parts()) == []


def test_a_photo_is_read_from_anywhere(store):
    store.keep((finished(store), SHA))
    for start in (1, 70_000, len(PHOTO) - 1):
        assert everything(store, SHA, start) == PHOTO[start:]


def test_a_photo_may_be_kept_twice(store):
    store.keep((finished(store), SHA))
    again = finished(store, name="another.upload")
    store.keep((again, SHA))
    assert everything(store, SHA) == PHOTO
    assert not again.exists()


@pytest.mark.parametrize("data", [b"", b"x", random.Random(4).randbytes(25 * 1024 * 1024)])
def test_photos_of_every_size_are_kept(store, data):
    sha = hashlib.sha256(data).hexdigest()
    store.keep((finished(store, data), sha))
    assert store.size(sha) == len(data)
    assert everything(store, sha, piece=1024 * 1024) == data


def test_only_hashes_are_names(store):
    part = finished(store)
    for name in ("", "..", ".epoch", "A" * 64, "0" * 63, f"{SHA}/x", f"{SHA}\n"):
        with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
            store.keep((part, name))
        assert store.size(name) is None
        with pytest.raises(FileNotFoundError):
            store.open(name)
    assert part.exists()


def test_what_is_not_there_is_told(store):
    assert store.size(SHA) is None
    with pytest.raises(FileNotFoundError):
        store.open(SHA)


def test_the_epoch_is_kept_and_replaced(store):
    assert store.read_epoch() is None
    for epoch in ("0011223344556677", "8899aabbccddeeff"):
        assert store.write_epoch(epoch) is True
        assert store.read_epoch() == epoch


def test_there_is_room(store):
    assert store.has_room() is True


def test_other_bytes_than_the_name_says_are_not_taken(in_bucket, bucket, seaweed):
    part = finished(in_bucket, PHOTO + b"x")
    with pytest.raises(PhotosAway):
        in_bucket.keep((part, SHA))
    assert part.exists()
    assert in_bucket.size(SHA) is None
    assert "Versions" not in seaweed.client().list_object_versions(Bucket=bucket)


def test_a_photo_that_is_there_is_not_written_over(in_bucket, bucket, seaweed):
    in_bucket.keep((finished(in_bucket), SHA))
    in_bucket.keep((finished(in_bucket), SHA))
    versions = seaweed.client().list_object_versions(Bucket=bucket)["Versions"]
    assert [version["Key"] for version in versions] == [SHA]


def test_something_else_under_the_name_of_a_photo_is_found_out(in_bucket, bucket, seaweed):
    seaweed.client().put_object(Bucket=bucket, Key=SHA, Body=b"something else")
    part = finished(in_bucket)
    with pytest.raises(PhotosAway, match="something else"):
        in_bucket.keep((part, SHA))
    assert part.exists()


def test_a_locked_photo_outlives_whoever_deletes_it(in_bucket, bucket, seaweed):
    client = seaweed.client()
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    client.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    in_bucket.keep((finished(in_bucket), SHA))
    version = client.head_object(Bucket=bucket, Key=SHA)["VersionId"]
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.delete_object(Bucket=bucket, Key=SHA, VersionId=version)
    client.delete_object(Bucket=bucket, Key=SHA)
    assert in_bucket.size(SHA) is None
    kept = client.get_object(Bucket=bucket, Key=SHA, VersionId=version)["Body"].read()
    assert kept == PHOTO
    in_bucket.write_epoch("0011223344556677")
    in_bucket.write_epoch("8899aabbccddeeff")
    assert in_bucket.read_epoch() == "8899aabbccddeeff"


def test_a_bucket_without_versions_is_warned_of(seaweed, bucket, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    S3Blobs(bucket, tmp_path)
    assert caplog.text == ""
    S3Blobs(seaweed.new_bucket(locked=False), tmp_path)
    assert "keeps no versions" in caplog.text


def test_a_wrong_key_or_signature_is_refused(in_bucket, bucket, tmp_path, monkeypatch):
    in_bucket.keep((finished(in_bucket), SHA))
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"):
        monkeypatch.setenv(name, "another")
        with pytest.raises(PhotosRefused, match="does not let us in"):
            S3Blobs(bucket, tmp_path)


def test_a_missing_bucket_and_a_silent_store_are_told_apart(seaweed, tmp_path, monkeypatch):
    with pytest.raises(PhotosRefused, match="there is no bucket nowhere"):
        S3Blobs("nowhere", tmp_path)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    with pytest.raises(PhotosAway):
        S3Blobs("nowhere", tmp_path)


def test_an_epoch_that_the_operator_set_is_his_to_change(bucket, tmp_path, caplog):
    store = S3Blobs(bucket, tmp_path, epoch="0011223344556677")
    assert store.read_epoch() == "0011223344556677"
    assert store.write_epoch("8899aabbccddeeff") is False
    assert "GRIDWORKER_EPOCH=8899aabbccddeeff" in caplog.text
    with pytest.raises(PhotosRefused, match="16 hex digits"):
        S3Blobs(bucket, tmp_path, epoch="today")


def test_what_laptops_left_lies_beside_the_photos(store):
    names = [f"0199c82c-0000-7000-8000-00000000000{n}-{SHA}" for n in range(2)]
    assert store.aside() == set()
    for name in names:
        store.lay_aside(finished(store, name=f"escrow-{name}"), name, SHA)
    assert store.aside() == {(name, len(PHOTO)) for name in names}
    assert store.size(SHA) is None
    assert list(store.parts()) == []
    for name in names:
        with closing(store.open_aside(name)) as file:
            assert b"".join(iter(lambda: file.read(70_000), b"")) == PHOTO


def test_what_was_left_may_be_laid_aside_twice(store):
    for _ in range(2):
        part = finished(store, name="escrow-again")
        store.lay_aside(part, f"device-{SHA}", SHA)
        assert not part.exists()
    assert store.aside() == {(f"device-{SHA}", len(PHOTO))}
    with pytest.raises(FileNotFoundError):
        store.open_aside("nobody")


def test_other_bytes_than_were_left_are_not_laid_aside(in_bucket):
    part = finished(in_bucket, PHOTO + b"x", name="escrow-spoilt")
    with pytest.raises(PhotosAway):
        in_bucket.lay_aside(part, f"device-{SHA}", SHA)
    assert part.exists()
    assert in_bucket.aside() == set()


def test_what_was_left_is_locked_like_a_photo(in_bucket, bucket, seaweed):
    client, name = seaweed.client(), f"device-{SHA}"
    rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
    client.put_object_lock_configuration(
        Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )
    in_bucket.lay_aside(finished(in_bucket, name="escrow"), name, SHA)
    found = client.head_object(Bucket=bucket, Key=f".escrow/{name}")
    assert found["ObjectLockMode"] == "COMPLIANCE"
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.delete_object(Bucket=bucket, Key=f".escrow/{name}", VersionId=found["VersionId"])


def test_a_photo_that_somebody_deleted_comes_back_by_its_version_or_by_its_laptop(
    in_bucket, bucket, seaweed
):
    client = seaweed.client()
    in_bucket.keep((finished(in_bucket), SHA))
    marker = client.delete_object(Bucket=bucket, Key=SHA)["VersionId"]
    with pytest.raises(FileNotFoundError):
        in_bucket.open(SHA)
    client.delete_object(Bucket=bucket, Key=SHA, VersionId=marker)
    assert everything(in_bucket, SHA) == PHOTO
    client.delete_object(Bucket=bucket, Key=SHA)
    in_bucket.keep((finished(in_bucket), SHA))
    assert everything(in_bucket, SHA) == PHOTO
    assert len(client.list_object_versions(Bucket=bucket)["Versions"]) == 2


def test_every_epoch_of_a_bucket_can_be_looked_up(in_bucket, bucket, seaweed):
    epochs = ["0011223344556677", "8899aabbccddeeff"]
    for epoch in epochs:
        in_bucket.write_epoch(epoch)
    client = seaweed.client()
    versions = client.list_object_versions(Bucket=bucket, Prefix=".epoch")["Versions"]
    said = [
        client.get_object(Bucket=bucket, Key=".epoch", VersionId=one["VersionId"])["Body"].read()
        for one in versions
    ]
    assert sorted(said) == [f"{epoch}\n".encode() for epoch in epochs]
