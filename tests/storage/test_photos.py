"""Containers of photos: what is read is what was written for that record, or nothing."""

import os
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridworker.domain.problem import Code, RuleBroken
from gridworker.storage import photos
from gridworker.storage.photos import (
    CHUNK,
    HEADER_BYTES,
    SEALED_CHUNK,
    PhotoFileDamaged,
    PhotoFiles,
)

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def files(tmp_path):
    return PhotoFiles(tmp_path / "blobs")


@pytest.fixture
def container(tmp_path):
    def find(sealed):
        return tmp_path / "blobs" / sealed.name[:2] / f"{sealed.name}.gwb"

    return find


def pattern(size, salt=0):
    return bytes((i * 31 + salt + (i >> 9)) % 256 for i in range(size))


@pytest.mark.parametrize("size", SIZES)
def test_a_photo_comes_back_byte_for_byte(files, container, size):
    data = pattern(size)
    sealed = files.write(data, record="r1")
    assert files.read(sealed.name, sealed.dek, record="r1") == data
    assert (sealed.size, sealed.sha256) == (size, sha256(data).hexdigest())
    assert container(sealed).stat().st_mode & 0o777 == 0o600


def test_names_tell_nothing_and_never_repeat(files, container):
    first, second = (files.write(b"same", record="r1") for _ in range(2))
    assert first.name != second.name
    assert first.dek != second.dek
    assert container(first).read_bytes() != container(second).read_bytes()
    assert first.sha256[:8] not in first.name


def test_the_key_is_in_no_repr(files):
    sealed = files.write(b"x", record="r1")
    assert repr(sealed.dek) not in repr(sealed)
    assert sealed.dek.hex() not in repr(sealed)


@pytest.mark.parametrize("start", [0, 5, CHUNK - 1, CHUNK, 2 * CHUNK + 3, 3 * CHUNK])
def test_reading_from_the_middle_holds_one_chunk(files, start):
    data = pattern(3 * CHUNK)
    sealed = files.write(data, record="r1")
    pieces = list(files.chunks(sealed.name, sealed.dek, record="r1", start=start))
    assert b"".join(pieces) == data[start:]
    assert max(map(len, pieces), default=0) <= CHUNK


@QUICK
@given(bit=st.integers(min_value=0), size=st.sampled_from(SIZES))
def test_any_flipped_bit_is_found(files, container, bit, size):
    sealed = files.write(pattern(size), record="r1")
    raw = bytearray(container(sealed).read_bytes())
    place = bit % (len(raw) * 8)
    raw[place // 8] ^= 1 << place % 8
    container(sealed).write_bytes(raw)
    with pytest.raises(PhotoFileDamaged):
        files.read(sealed.name, sealed.dek, record="r1")


@QUICK
@given(cut=st.integers(min_value=0), size=st.sampled_from(SIZES))
def test_any_cut_is_found(files, container, cut, size):
    sealed = files.write(pattern(size), record="r1")
    raw = container(sealed).read_bytes()
    container(sealed).write_bytes(raw[: cut % len(raw)])
    with pytest.raises(PhotoFileDamaged):
        files.read(sealed.name, sealed.dek, record="r1")


@QUICK
@given(tail=st.binary(min_size=1, max_size=2 * SEALED_CHUNK), size=st.sampled_from(SIZES))
def test_anything_added_is_found(files, container, tail, size):
    sealed = files.write(pattern(size), record="r1")
    with container(sealed).open("ab") as file:
        file.write(tail)
    with pytest.raises(PhotoFileDamaged):
        files.read(sealed.name, sealed.dek, record="r1")


def test_a_cut_between_chunks_is_found(files, container):
    sealed = files.write(pattern(3 * CHUNK), record="r1")
    raw = container(sealed).read_bytes()
    container(sealed).write_bytes(raw[: HEADER_BYTES + 2 * SEALED_CHUNK])
    with pytest.raises(PhotoFileDamaged):
        files.read(sealed.name, sealed.dek, record="r1")


def test_swapped_chunks_are_found(files, container):
    sealed = files.write(pattern(3 * CHUNK), record="r1")
    raw = container(sealed).read_bytes()
    head, body = raw[:HEADER_BYTES], raw[HEADER_BYTES:]
    one, two, rest = (
        body[:SEALED_CHUNK],
        body[SEALED_CHUNK : 2 * SEALED_CHUNK],
        body[2 * SEALED_CHUNK :],
    )
    container(sealed).write_bytes(head + two + one + rest)
    with pytest.raises(PhotoFileDamaged):
        files.read(sealed.name, sealed.dek, record="r1")


def test_another_records_photo_is_found(files, container):
    mine = files.write(pattern(900), record="r1")
    other = files.write(pattern(900, 5), record="r2")
    with pytest.raises(PhotoFileDamaged):
        files.read(mine.name, mine.dek, record="r2")
    container(mine).write_bytes(container(other).read_bytes())
    with pytest.raises(PhotoFileDamaged):
        files.read(mine.name, mine.dek, record="r1")


def test_a_missing_container_is_told(files):
    with pytest.raises(PhotoFileDamaged):
        files.read("0" * 32, bytes(32), record="r1")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\x",
        "a" * 31,
        "A" * 32,
        "a" * 32 + "/",
        "a\0" * 16,
        "CON",
        "x.jpg:ads",
    ],
)
def test_a_foreign_name_reaches_no_file(files, name):
    for use in (files.delete, lambda n: files.read(n, bytes(32), record="r1")):
        with pytest.raises(ValueError, match="name"):
            use(name)


def test_deleting_twice_is_fine(files, container):
    sealed = files.write(b"x", record="r1")
    files.delete(sealed.name)
    files.delete(sealed.name)
    assert not container(sealed).exists()


def test_short_writes_of_the_system_lose_nothing(files, monkeypatch):
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, bytes(data)[:1000]))
    data = pattern(CHUNK + 5)
    sealed = files.write(data, record="r1")
    assert files.read(sealed.name, sealed.dek, record="r1") == data


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_is_told_and_leaves_nothing(files, tmp_path, monkeypatch, call):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(RuleBroken) as caught:
        files.write(b"x" * 1000, record="r1")
    assert caught.value.code is Code.DISK_FULL
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_only_old_orphans_go(files, container, tmp_path):
    kept, fresh, old = (files.write(b"x", record=name) for name in ("r1", "r2", "r3"))
    part = container(old).with_suffix(".part")
    part.write_bytes(b"half")
    stranger = container(old).with_suffix(".txt")
    stranger.write_bytes(b"not ours")
    for path in (container(kept), container(old), part, stranger):
        os.utime(path, (1, 1))
    assert files.collect_orphans({kept.name}, older_than_s=86400) == 2
    assert container(kept).exists()
    assert container(fresh).exists()
    assert stranger.exists()
    assert not container(old).exists()
    assert not part.exists()


def test_without_a_folder_there_are_no_orphans(tmp_path):
    assert photos.PhotoFiles(tmp_path / "none").collect_orphans(set(), older_than_s=0) == 0
