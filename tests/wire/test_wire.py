"""The contract in bytes: golden JSON, hashes, and what other versions may send."""

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridworker import wire
from gridworker.domain.operations import EntityRef, Moment, Operation

OP = {
    "op_id": "0199c82c-0000-7000-8000-000000000001",
    "seq": 1042,
    "type": "ticket.act@1",
    "actor": "wg0101",
    "entity": {"kind": "ticket", "id": "0199b100-0000-7000-8000-000000000002"},
    "after": ["0199c82b-0000-7000-8000-000000000003"],
    "expect": {"state": "signed"},
    "args": {"action": "contact", "contact_person": "李女士"},
    "at": {"wall": "2026-05-12T18:03:11.123+08:00", "boot": "b7e1", "mono_ms": 8123456},
    "sig": "…",
}
GOLDEN = (
    '{"actor":"wg0101","after":["0199c82b-0000-7000-8000-000000000003"],'
    '"args":{"action":"contact","contact_person":"李女士"},'
    '"at":{"boot":"b7e1","mono_ms":8123456,"wall":"2026-05-12T18:03:11.123+08:00"},'
    '"entity":{"id":"0199b100-0000-7000-8000-000000000002","kind":"ticket"},'
    '"expect":{"state":"signed"},"op_id":"0199c82c-0000-7000-8000-000000000001",'
    '"type":"ticket.act@1"}'
).encode()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


def test_an_operation_has_one_canonical_form():
    assert wire.payload(OP) == GOLDEN
    assert wire.payload_hash(OP) == hashlib.sha256(b"gw/op/v1\0" + GOLDEN).hexdigest()
    assert wire.hashed_payload(GOLDEN) == wire.payload_hash(OP)


def test_renumbering_and_signing_change_no_hash():
    moved = {**OP, "seq": 7, "sig": "other"}
    assert wire.payload_hash(moved) == wire.payload_hash(OP)
    changed = {**OP, "actor": "wg0102"}
    assert wire.payload_hash(changed) != wire.payload_hash(OP)


def test_an_operation_of_the_domain_reads_and_writes_the_same_form():
    op = msgspec.convert({k: v for k, v in OP.items() if k not in {"seq", "sig"}}, Operation)
    assert op.entity == EntityRef("ticket", "0199b100-0000-7000-8000-000000000002")
    assert op.at == Moment(wall="2026-05-12T18:03:11.123+08:00", boot="b7e1", mono_ms=8123456)
    assert wire.canonical(msgspec.to_builtins(op)) == GOLDEN


@given(json_values)
def test_the_canonical_form_does_not_depend_on_the_order_of_keys(value):
    again = msgspec.json.decode(wire.canonical(value))
    assert wire.canonical(again) == wire.canonical(value)
    assert again == value


@pytest.mark.parametrize(
    "value",
    [1.5, {"a": [1, {"b": 0.0}]}, [float("nan")], {"a": (), "b": "x", "c": ((), ({"d": 0.0},))}],
)
def test_fractions_have_no_canonical_form(value):
    with pytest.raises(wire.NotCanonical):
        wire.canonical(value)


def test_the_chain_begins_with_zeros_and_binds_each_command_to_all_before():
    first = wire.next_link(wire.FIRST_LINK, wire.payload_hash(OP))
    expected = hashlib.sha256(
        b"gw/chain/v1\0" + bytes(32) + bytes.fromhex(wire.payload_hash(OP))
    ).hexdigest()
    assert first == expected
    assert wire.next_link(first, wire.payload_hash(OP)) != first


def test_verdicts_are_one_digest_which_neither_numbers_nor_repetition_change():
    facts = {"state": "voided", "by": "wg0102"}
    first = wire.PushResult("op-1", 1, "applied", 4)
    second = wire.PushResult("op-2", 2, "refused", code="E_GONE", current=facts, evidence_id="ev")
    told = (
        b"gw/verdicts/v1\0"
        b'["op-1","applied",4,null,null,null,null,false,false]'
        b'["op-2","refused",null,"E_GONE",null,{"by":"wg0102","state":"voided"},"ev",false,false]'
    )
    assert wire.digest_of([first, second]) == hashlib.sha256(told).hexdigest()
    again = wire.PushResult("op-1", 7, "applied", 4, replay=True)
    assert wire.digest_of([again, second]) == wire.digest_of([first, second])
    assert wire.digest_of([second, first]) != wire.digest_of([first, second])


def test_the_digest_of_a_message_is_that_of_rfc_9530():
    # The example of RFC 9530, appendix D: a body of {"hello": "world"} and a newline.
    assert (
        wire.content_digest(b'{"hello": "world"}\n')
        == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    )


@given(st.permutations(range(6)), st.integers(0, 5))
def test_the_digest_of_a_scope_does_not_depend_on_order_and_sees_every_row(order, missing):
    marks = [wire.row_mark("ticket", f"id{n}", n, wire.digest({"n": n})) for n in range(6)]
    whole = there = 0
    for n in range(6):
        whole ^= marks[n]
    for n in order:
        there ^= marks[n]
    assert there == whole
    assert there ^ marks[missing] != whole
    assert 0 <= whole < 2**128


def test_envelopes_ignore_what_a_newer_version_adds():
    page = {
        "scopes": {"ref": "active"},
        "changes": [
            {"scope": "ref", "seq": 4, "op": "put", "kind": "drone", "id": "d", "rev": 1,
             "schema": 9, "body": {"new": {"deep": [1]}}, "digest": "00", "colour": "red"},
        ],
        "cursors": {"ref": 4}, "more": False, "reset": [], "weather": "fine",
    }  # fmt: skip
    read = msgspec.json.decode(msgspec.json.encode(page), type=wire.PullResponse)
    assert read.changes[0].body == {"new": {"deep": [1]}}
    assert read.changes[0].kind == "drone"


def test_a_verdict_leaves_out_what_it_does_not_say():
    plain = wire.PushResult("op", 1, "applied", rev=8)
    assert msgspec.json.encode(plain) == b'{"op_id":"op","seq":1,"verdict":"applied","rev":8}'
    again = msgspec.json.decode(
        b'{"op_id":"op","seq":1,"verdict":"refused","code":"E_STALE_STATE",'
        b'"current":{"rev":8},"evidence_id":"e","retryable":false,"replay":true}',
        type=wire.PushResult,
    )
    assert (again.code, again.evidence_id, again.replay) == ("E_STALE_STATE", "e", True)


def test_limits_are_those_of_the_contract():
    assert (wire.MAX_OPS, wire.MAX_OP_BYTES) == (500, 64 * 1024)
    assert (wire.MAX_PULL_ROWS, wire.MAX_PULL_BYTES) == (2000, 4 * 1024 * 1024)
