"""Parcels: whole, from who signed them, for who may open them, or nothing of them is used."""

import hashlib
import os
from itertools import pairwise

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridworker.chunks import CHUNK
from gridworker.parcel import (
    TO_CENTRE,
    TO_DEVICE,
    InTheWay,
    Label,
    NoParcel,
    NotForUs,
    opened,
    wrapped,
)

LABEL = Label(TO_CENTRE, "0199c82c-0000-7000-8000-000000000001", "d-1", "2026-05-12T10:00:00.000Z")
SENDER, RECEIVER = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK)


def by_sender(_label):
    return SENDER.public_key()


def make(path, contents, label=LABEL):
    with wrapped(path, label, to=RECEIVER.public_key(), sign=SENDER.sign) as inside:
        for name, data in contents.items():
            inside.add(name, data)


def read(path, *, key=RECEIVER, sender=by_sender):
    with opened(path, sender) as parcel:
        return parcel.label, {name: file.read() for name, file in parcel.contents(key)}


@pytest.fixture
def stick(tmp_path):
    return tmp_path / "parcel.gwp"


def test_what_was_put_in_comes_out_in_order(stick):
    contents = {f"photos/{size}": os.urandom(size) for size in SIZES}
    make(stick, contents)
    label, found = read(stick)
    assert label == LABEL
    assert list(found.items()) == list(contents.items())
    assert [path.name for path in stick.parent.iterdir()] == [stick.name]


@given(st.lists(st.binary(max_size=3000), max_size=8))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_contents_come_out(stick, pieces):
    contents = {str(number): piece for number, piece in enumerate(pieces)}
    make(stick, contents)
    assert read(stick)[1] == contents


def test_a_photo_goes_in_piece_by_piece(stick):
    data = os.urandom(CHUNK * 2 + 17)
    pieces = [data[a:b] for a, b in pairwise([*range(0, len(data), 10_000), len(data)])]
    with wrapped(stick, LABEL, to=RECEIVER.public_key(), sign=SENDER.sign) as inside:
        inside.add_chunks("photo", len(data), iter(pieces))
    assert read(stick)[1]["photo"] == data


def test_a_photo_of_another_size_than_announced_makes_no_parcel(stick):
    for size in (3, 5):
        with (
            pytest.raises((ValueError, OSError)),
            wrapped(stick, LABEL, to=RECEIVER.public_key(), sign=SENDER.sign) as inside,
        ):
            inside.add_chunks("photo", size, iter([b"four"]))
        assert not list(stick.parent.iterdir())


def test_nothing_is_left_behind_when_making_fails(stick):
    make(stick, {"first": b"1"})
    before = stick.read_bytes()
    with (
        pytest.raises(KeyError),
        wrapped(stick, LABEL, to=RECEIVER.public_key(), sign=SENDER.sign),
    ):
        raise KeyError
    assert stick.read_bytes() == before
    assert [path.name for path in stick.parent.iterdir()] == [stick.name]


@pytest.mark.parametrize("there", [b"a letter", b"GWP1"])
def test_what_is_no_parcel_is_not_written_over(stick, there):
    stick.write_bytes(there)
    with pytest.raises(InTheWay):
        make(stick, {"first": b"1"})
    assert stick.read_bytes() == there
    assert [path.name for path in stick.parent.iterdir()] == [stick.name]


def test_an_answer_does_not_take_the_place_of_its_parcel(stick):
    make(stick, {"first": b"1"})
    answer = msgspec.structs.replace(LABEL, way=TO_DEVICE)
    with pytest.raises(InTheWay):
        make(stick, {"first": b"2"}, answer)
    assert read(stick)[1] == {"first": b"1"}
    make(stick, {"first": b"3"})
    assert read(stick)[1] == {"first": b"3"}


def test_an_empty_file_that_a_dialog_made_is_taken(stick):
    stick.touch()
    make(stick, {"first": b"1"})
    assert read(stick)[1] == {"first": b"1"}


def test_nothing_of_the_contents_can_be_read_in_the_file(stick):
    make(stick, {"photos/王淑芬": "王淑芬 13800138000 堆物".encode() * 50})
    raw = stick.read_bytes()
    for secret in ("王淑芬", "13800138000", "堆物"):
        assert secret.encode() not in raw


def test_every_flipped_byte_and_every_cut_is_found(stick):
    make(stick, {"a": b"x" * 600})
    whole = stick.read_bytes()
    for place in (*range(200), *range(200, len(whole), 97)):
        stick.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(NoParcel):
            read(stick)
        stick.write_bytes(whole[:place])
        with pytest.raises(NoParcel):
            read(stick)
    stick.write_bytes(whole + b"\0")
    with pytest.raises(NoParcel):
        read(stick)


def test_only_who_signed_it_counts_and_only_the_receiver_opens_it(stick):
    make(stick, {"a": b"1"})
    with pytest.raises(NoParcel):
        read(stick, sender=lambda _: Ed25519PrivateKey.generate().public_key())
    with pytest.raises(NotForUs):
        read(stick, key=X25519PrivateKey.generate())


def test_contents_cannot_be_put_under_another_label(stick):
    """Who may sign must not pass on as their own what somebody else has sealed."""
    make(stick, {"a": b"1"})
    raw = stick.read_bytes()
    other = raw[:-64].replace(b"d-1", b"d-2")
    forger = Ed25519PrivateKey.generate()
    digest = hashlib.sha256(other).digest()
    stick.write_bytes(other + forger.sign(b"gw/parcel/v1\0" + digest))
    with pytest.raises(NotForUs):
        read(stick, sender=lambda _: forger.public_key())
