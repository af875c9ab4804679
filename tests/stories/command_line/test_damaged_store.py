"""A store that does not read any more: said, set aside, made anew, and nothing of it is lost."""

import hashlib
import os
import shutil

import pytest

from tests.stories.command_line.laptops import picture

pytestmark = pytest.mark.timeout(300)


def spoil(home, places):
    """Change bytes all over the store."""
    store = home / "main.db"
    data = bytearray(store.read_bytes())
    for place in places(len(data)):
        data[place] ^= 0xFF
    store.write_bytes(data)


def first_page(size):
    return [100]


def last_half(size):
    return range(size // 2, size, 4096)


def record(laptop, photos, place):
    """Record one of each; returns their documents."""
    return (
        laptop.do("resolve", "--item", "OTS06", "--place", place,
                  "--before", photos[0], "--after", photos[1]),
        laptop.do("report", "--item", "S0101", "--place", place, "--note", "看看"),
        laptop.do("patrol", "--place", place, "--result", "normal", "--photo", photos[0]),
    )  # fmt: skip


def sound_again(laptop):
    """Use the laptop until it says that its store is another one; return that sentence."""
    for _ in range(3):
        code, _document, said = laptop.run("sync")
        if "换成新的" in said:
            return code, said
        assert (code, "本机数据有损坏" in said) in {(6, True), (0, False)}, said
    raise AssertionError("nobody noticed")


def test_req_194_what_waited_comes_back_from_the_journal_and_arrives_once(
    centre, new_laptop, photos
):
    laptop = new_laptop().enrolled()
    early = record(laptop, photos, "早上")
    laptop.do("sync")
    late = record(laptop, photos, "晚上")
    spoil(laptop.home, first_page)
    code, said = sound_again(laptop)
    assert code == 0, said
    assert "取回" in said
    shown = {t["id"]: t for t in laptop.do("tickets", "--mine")}
    for made in (*early[:2], *late[:2]):
        assert shown[made["id"]]["sync"] == "delivered"
        assert shown[made["id"]]["local_no"] == made["local_no"]
    records, operations = centre.state()
    device = laptop.do("status")["device"]
    mine = [o["op"]["entity"]["id"] for o in operations if o["device_id"] == device]
    assert sorted(mine) == sorted(made["id"] for made in (*early, *late))
    for made, kind in zip((*early, *late), ("ticket", "ticket", "patrol_record") * 2, strict=True):
        assert all(p["state"] == "stored" for p in records[kind, made["id"]]["photos"])
    assert list(laptop.home.glob("main.db.damaged-*")), "the damaged file is kept"
    again = laptop.do("report", "--item", "S0101", "--place", "之后", "--note", "新的")
    assert again["local_no"] not in {made["local_no"] for made in (*early, *late)}
    assert laptop.do("sync")["applied"] == 1


def test_a_photo_that_had_not_followed_its_record_arrives_from_the_new_store(
    centre, new_laptop, tmp_path
):
    photos = picture(tmp_path / "1.jpg", "navy"), picture(tmp_path / "2.jpg", "ivory")
    laptop = new_laptop().enrolled()
    made = record(laptop, photos, "没有照片")[0]
    shutil.move(laptop.home / "blobs", laptop.home / "elsewhere")
    code, _document, said = laptop.run("sync")
    assert code in (0, 5), said
    shutil.move(laptop.home / "elsewhere", laptop.home / "blobs")
    records, _ = centre.state()
    assert {p["state"] for p in records["ticket", made["id"]]["photos"]} == {"local"}
    spoil(laptop.home, last_half)
    answer = sound_again(laptop)
    assert answer[0] == 0, answer
    records, operations = centre.state()
    held = records["ticket", made["id"]]["photos"]
    assert {p["state"] for p in held} == {"stored"}
    for photo, given in zip(held, photos, strict=True):
        assert photo["sha256"] == hashlib.sha256(given.read_bytes()).hexdigest()
        assert (centre.blobs / photo["sha256"]).read_bytes() == given.read_bytes()
    assert sum(o["op"]["entity"]["id"] == made["id"] for o in operations) == 1


def test_without_a_network_the_new_store_shows_what_waits_and_says_what_to_do(
    centre, new_laptop, tmp_path
):
    # None that the centre has: it may have them of a colleague in the same grid.
    photos = picture(tmp_path / "1.jpg", "olive"), picture(tmp_path / "2.jpg", "linen")
    laptop = new_laptop().enrolled()
    made = record(laptop, photos, "离线")
    os.truncate(laptop.home / "main.db", 10_000)
    with centre.down():
        code, _document, said = laptop.run("sync")
        assert (code, "换成新的" in said) == (3, True), said
        status = laptop.do("status")
        assert (status["queued_ops"], status["queued_photos"]) == (3, 2)
    done = laptop.do("sync")
    assert (done["pushed"], done["photos_stored"], done["needs_attention"]) == (3, 2, 0)
    assert {t["sync"] for t in laptop.do("tickets", "--mine")} == {"delivered"}
    assert made[0]["id"] in {t["id"] for t in laptop.do("tickets", "--mine")}


def test_who_lost_the_vault_file_does_not_enrol_over_what_waits(new_laptop, centre, tmp_path):
    laptop = new_laptop().enrolled()
    saved = laptop.do("report", "--item", "S0101", "--place", "x", "--note", "看看")
    vault, kept = laptop.home / "vault.json", tmp_path / "vault.json"
    vault.rename(kept)
    code = centre.run("enrol-code", laptop.person["user"]).strip()
    for answer in (laptop.run("status"), laptop.run("sync"), laptop.enrol(code=code)):
        assert (answer[0], answer[1]["code"]) == (6, "vault_missing")
    kept.rename(vault)
    assert laptop.do("sync")["applied"] == 1
    assert laptop.do("ticket", saved["local_no"])["sync"] == "delivered"
