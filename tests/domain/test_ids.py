"""Many ids in one text behave as a list of them does."""

import pytest

from gridworker.domain.ids import Ids

UUIDS = [f"01890a5d-ac96-774b-bcce-b302099a{n:04x}" for n in range(300)]


def test_they_read_as_a_list_does():
    ids = Ids.of(UUIDS)
    assert len(ids) == 300
    assert list(ids) == UUIDS
    assert (ids[0], ids[-1], ids[7]) == (UUIDS[0], UUIDS[-1], UUIDS[7])
    assert ids[250:400] == UUIDS[250:]
    assert ids[::-1] == UUIDS[::-1]
    assert Ids("".join(UUIDS), 36) == ids == UUIDS
    assert ids != UUIDS[:-1]
    assert not Ids()
    for outside in (300, -301):
        with pytest.raises(IndexError):
            ids[outside]


def test_an_id_is_found_in_its_place_only():
    ids = Ids.of(["abab", "babx", "ab", "xx"])
    assert list(ids) == ["abab", "babx", "ab", "xx"]
    assert [ids.index(id_) for id_ in ids] == [0, 1, 2, 3]
    assert ids.index("xx", 2) == 3
    for nobody in ("baba", "b", "", "abab" * 2):
        with pytest.raises(ValueError, match="not in the list"):
            ids.index(nobody)
    with pytest.raises(ValueError, match="not in the list"):
        ids.index("xx", 0, 3)
    assert "babx" in ids
    assert "bab" not in ids


def test_ids_of_different_length_are_padded_and_torn_ones_refused():
    assert list(Ids.of(["t1", "t10", "t100"])) == ["t1", "t10", "t100"]
    with pytest.raises(ValueError, match="more than one length"):
        Ids("abcde", 2)
    with pytest.raises(ValueError, match="more than one length"):
        Ids("", 0)


@pytest.mark.parametrize("first", [[], UUIDS[:1], UUIDS, Ids.of(UUIDS[:9]), tuple(UUIDS[:2])])
def test_the_first_ids_are_known(first):
    assert Ids.of(UUIDS).begins_with(first)


@pytest.mark.parametrize("first", [UUIDS[1:], [*UUIDS, "x"], Ids.of(UUIDS[1:2]), ["x"]])
def test_other_ids_are_not_the_first(first):
    assert not Ids.of(UUIDS).begins_with(first)


def test_ids_are_as_little_a_key_as_a_list_is():
    with pytest.raises(TypeError):
        hash(Ids())
