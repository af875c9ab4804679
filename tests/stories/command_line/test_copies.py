"""One profile in two places, by the programs as people start them (sync.md 7, rows 15 and 18)."""

import json
import shutil

import pytest

from central.build import open_office
from tests.stories.command_line.laptops import Laptop

pytestmark = pytest.mark.timeout(300)
REPORT = ("report", "--item", "S0101", "--note", "请来看", "--place")
AT_ONCE = 4
DONE, UNREACHABLE, NOT_ALLOWED, IN_USE = 0, 3, 4, 7


def sent(centre, *made):
    """Return (device, record, number) of the operations that speak of these records, in order."""
    lines = [(o["device_id"], o["op"]["entity"]["id"], o["op"]["seq"]) for o in centre.state()[1]]
    return [line for line in lines if line[1] in made]


def listed(laptop, *made):
    """Return how far those of the records are that the laptop lists."""
    words = {ticket["id"]: ticket["sync"] for ticket in laptop.do("tickets", "--mine")}
    return {id_: words[id_] for id_ in made if id_ in words}


def test_a_cloned_machine_goes_on_as_a_device_of_its_own(new_laptop, centre):
    laptop = new_laptop().enrolled()
    first = laptop.do(*REPORT, "早上")["id"]
    laptop.do("sync")
    clone = Laptop(laptop.home.with_name("clone"), laptop.person, laptop.url, laptop.keyring)
    shutil.copytree(laptop.home, clone.home)
    here, there = laptop.do(*REPORT, "东门")["id"], clone.do(*REPORT, "西门")["id"]

    for one in (laptop, clone, laptop):
        assert one.do("sync")["needs_attention"] == 0

    everything = dict.fromkeys((first, here, there), "delivered")
    assert listed(laptop, *everything) == listed(clone, *everything) == everything
    (device, *begun), (same, *went_on), (other, *copied) = sent(centre, *everything)
    assert (device == same, device == other) == (True, False)
    assert (begun, went_on, copied[0]) == ([first, 1], [here, 2], there)


def test_a_profile_put_back_from_an_older_copy_gets_its_day_back(new_laptop, centre):
    laptop = new_laptop().enrolled()
    first = laptop.do(*REPORT, "早上")["id"]
    laptop.do("sync")
    copy = laptop.home.with_name("copy")
    shutil.copytree(laptop.home, copy)
    second = laptop.do(*REPORT, "中午")["id"]
    laptop.do("sync")

    shutil.rmtree(laptop.home)
    copy.rename(laptop.home)
    third = laptop.do(*REPORT, "晚上")["id"]
    laptop.do("sync")

    everything = dict.fromkeys((first, second, third), "delivered")
    assert listed(laptop, *everything) == everything
    assert [id_ for _, id_, _ in sent(centre, *everything)] == [first, second, third]


def test_a_laptop_that_the_centre_does_not_know_is_let_in_again_by_a_code(new_laptop, centre):
    laptop = new_laptop().enrolled()
    first = laptop.do(*REPORT, "早上")["id"]
    laptop.do("sync")
    second = laptop.do(*REPORT, "中午")["id"]
    with open_office(centre.database) as office:
        office.store.write(lambda tx: tx.run("DELETE FROM token"))
    code, document, _ = laptop.run("sync")
    assert (code, document["code"]) == (NOT_ALLOWED, "sync_token_expired")
    code, document, _ = laptop.run("enrol-again", "--code", "AAAA-BBBB-CCCC-DDDD")
    assert (code, document["code"]) == (NOT_ALLOWED, "sync_code_invalid")

    given = centre.run("enrol-code", laptop.person["user"]).strip()
    with centre.down():
        code, document, _ = laptop.run("enrol-again", "--code", given)
        assert (code, document["code"]) == (UNREACHABLE, "no_connection")
    done = laptop.do("enrol-again", "--code", given)

    assert (done["pushed"], done["needs_attention"]) == (2, 0)
    everything = dict.fromkeys((first, second), "delivered")
    assert listed(laptop, *everything) == everything
    (former, *begun), (anew, *went_on) = sent(centre, *everything)
    assert former != anew
    assert (begun, went_on) == ([first, 1], [second, 2])
    devices = map(json.loads, centre.run("device", "list").splitlines())
    states = {one["id"]: one["state"] for one in devices}
    assert (states[former], states[anew]) == ("draining", "active")


def test_programs_that_save_into_one_profile_at_once_take_turns_or_say_so(new_laptop, centre):
    laptop = new_laptop().enrolled()
    running = [laptop.begin(*REPORT, f"{n}号楼") for n in range(AT_ONCE)]
    ended = [(process.communicate(timeout=60)[0], process.returncode) for process in running]
    assert {code for _, code in ended} <= {DONE, IN_USE}
    safe = [json.loads(said)["id"] for said, code in ended if code == DONE]
    assert safe
    refused = [json.loads(said)["code"] for said, code in ended if code == IN_USE]
    assert set(refused) <= {"profile_in_use"}

    laptop.do("sync")

    everything = sent(centre, *safe)
    assert sorted(id_ for _, id_, _ in everything) == sorted(safe)
    assert [number for *_, number in everything] == list(range(1, len(safe) + 1))
