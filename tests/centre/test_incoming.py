"""Operations read the same whether they come as laptops write them or in any other form."""

import json

import msgspec
import pytest

from central.problem import Refused
from central.service import incoming
from gridworker.wire import canonical, payload_hash

OP = {
    "op_id": "0199c82c-0000-7000-8000-000000000001",
    "type": "patrol_record.create@1",
    "actor": "wg0101",
    "entity": {"kind": "patrol_record", "id": "0199c82c-0000-7000-8000-000000000002"},
    "args": {"place": '引号 " 与 \\', "result": "normal", "grid": "G0101",
             "at": "2026-05-12T18:00:00+08:00", "deep": [{"n": 1}, None, True]},
    "at": {"wall": "2026-05-12T18:03:11.123+08:00", "skew_ms": 0},
}  # fmt: skip


def as_laptops_write(op, seq=1):
    return b'{"seq":%d,%b' % (seq, canonical(op)[1:])


def in_another_form(op, seq=1):
    return json.dumps({**op, "seq": seq}, indent=1).encode()


@pytest.mark.parametrize(
    "op",
    [
        OP,
        {**OP, "after": ["0199c82c-0000-7000-8000-000000000003"]},
        {**OP, "after": ["nothing"]},
        {**OP, "redo_of": "0199c82c-0000-7000-8000-000000000003"},
        {**OP, "type": "patrol_record.create@2"},
        {**OP, "entity": {"kind": "patrol_record", "id": "not one"}},
        {**OP, "sig": "00"},
        {**OP, "colour": "blue"},
        {**OP, "after": []},
        {**OP, "args": ["no", "object"]},
        {**OP, "actor": 7},
        {**OP, "args": {"note": "x" * 70_000}},
    ],
)
def test_the_form_of_what_was_sent_makes_no_difference(op):
    (one,) = incoming.read([as_laptops_write(op)])
    (other,) = incoming.read([in_another_form(op)])
    assert msgspec.structs.asdict(one) == msgspec.structs.asdict(other)
    assert one.hash == payload_hash(op)
    assert msgspec.json.decode(one.encoded) == {**op, "seq": 1}


@pytest.mark.parametrize("number", ["1.5", "2.0", "1e3"])
def test_a_fraction_has_no_canonical_form_in_either(number):
    encoded = as_laptops_write(OP).replace(b'"n":1', b'"n":' + number.encode())
    (one,) = incoming.read([encoded])
    assert (one.operation, one.flaw, one.canonical) == (None, "not canonical", False)


@pytest.mark.parametrize(
    "encoded",
    [
        b"7",
        b"[]",
        b'{"seq":1}',
        as_laptops_write(OP, seq=0),
        as_laptops_write(OP, seq=2**53),
        as_laptops_write({**OP, "op_id": "no uuid"}),
        as_laptops_write(OP).replace(b'"n":1', b'"n":1' + b"0" * 5000),
        as_laptops_write(OP).replace(b"normal", b"\xff"),
    ],
)
def test_what_is_no_operation_is_malformed(encoded):
    with pytest.raises(Refused) as caught:
        incoming.read([encoded])
    assert caught.value.name == "malformed"


def test_a_batch_is_a_run_of_different_operations():
    two = {**OP, "op_id": "0199c82c-0000-7000-8000-000000000009"}
    both = incoming.read([msgspec.Raw(as_laptops_write(OP)), in_another_form(two, 2)])
    assert [one.seq for one in both] == [1, 2]
    for second in (as_laptops_write(two, 3), as_laptops_write(OP, 2)):
        with pytest.raises(Refused):
            incoming.read([as_laptops_write(OP), second])
