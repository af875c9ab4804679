"""Places where the net never comes: a stick goes to the centre and its answer comes back."""

import hashlib
import json
import subprocess

import pytest

from tests.stories.command_line.laptops import ROOT, command, environment

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def carried(new_laptop, centre, photos, tmp_path_factory):
    """A laptop whose report travelled by stick; the centre's server was down all the time."""
    laptop, (photo, _) = new_laptop().enrolled(), photos
    folder = tmp_path_factory.mktemp("stick")
    there, back = folder / "to-centre.gwp", folder / "answer.gwp"
    with centre.down():
        saved = laptop.do(
            "report", "--item", "S0101", "--place", "山里6号", "--note", "路灯不亮",
            "--photo", photo,
        )  # fmt: skip
        written = laptop.do("parcel-write", there)
        handed = json.loads(centre.run("parcel", "--demo", "--blobs", centre.blobs, there, back))
        taken = laptop.do("parcel-read", back)
        ticket = laptop.do("ticket", saved["id"])
    return laptop, saved, written, handed, taken, ticket, (there, back, photo)


def test_the_stick_brings_what_the_network_would_have_brought(carried, centre):
    _, saved, written, handed, taken, ticket, (_, _, photo) = carried
    assert (written["operations"], written["photos"], written["unreadable"]) == (1, 1, 0)
    assert (handed["operations"], handed["photos"], handed["problem"]) == (1, 1, None)
    assert (taken["applied"], taken["refused"], taken["photos"]) == (1, 0, 1)
    assert taken["needs_attention"] == 0
    assert ticket["sync"] == "delivered"
    assert ticket["official_no"]
    records, _ = centre.state()
    assert records["ticket", saved["id"]]["place"] == "山里6号"
    kept = centre.blobs / hashlib.sha256(photo.read_bytes()).hexdigest()
    assert kept.read_bytes() == photo.read_bytes()


def test_the_network_finds_nothing_left_to_do(carried):
    laptop = carried[0]
    assert laptop.do("sync")["pushed"] == 0


def test_a_stick_that_was_changed_or_is_not_there_gets_one_sentence(carried, tmp_path):
    laptop, (there, back, _) = carried[0], carried[-1]
    spoilt = tmp_path / "spoilt.gwp"
    spoilt.write_bytes(back.read_bytes()[:-1])
    for path, gone in (
        (spoilt, (6, "parcel_unreadable")),
        (there, (6, "parcel_unreadable")),
        (tmp_path / "none.gwp", (2, "usage_file")),
    ):
        exit_, document, said = laptop.run("parcel-read", path)
        assert (exit_, document["code"]) == gone
        assert document["sentence"] in said
    exit_, document, _ = laptop.run("parcel-write", tmp_path / "gone" / "x.gwp")
    assert (exit_, document["code"]) == (6, "parcel_no_place")


def test_a_file_of_somebody_else_is_not_written_over(carried, centre, tmp_path):
    laptop, (there, _, photo) = carried[0], carried[-1]
    letter = tmp_path / "letter.doc"
    letter.write_bytes(photo.read_bytes())
    exit_, document, _ = laptop.run("parcel-write", letter)
    assert (exit_, document["code"]) == (6, "parcel_in_the_way")
    parcel = there.read_bytes()
    for answer, said in (
        (letter, "another kind of file"),
        (there, "another kind of file"),
        (tmp_path / "gone" / "answer", "the parcel is decided"),
    ):
        done = subprocess.run(
            command(
                "central.main", "parcel", "--demo", "--database", centre.database,
                "--blobs", centre.blobs, there, answer,
            ),
            env=environment(), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert said in done.stderr
    assert (letter.read_bytes(), there.read_bytes()) == (photo.read_bytes(), parcel)


def test_a_parcel_of_somebody_who_may_not_work_is_refused_with_what_to_do(carried, centre):
    there, back, _ = carried[-1]
    answer = back.with_suffix(".no")
    done = subprocess.run(
        command(
            "central.main", "parcel", "--database", centre.database, "--blobs", centre.blobs,
            there, answer,
        ),
        env=environment(), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, answer.exists()) == (2, "", False)
    assert done.stderr.startswith("the parcel is not taken: device-suspended")
    assert "device readmit" in done.stderr
    assert "--demo" in done.stderr


def test_another_laptop_cannot_read_the_answer(carried, new_laptop):
    back = carried[-1][1]
    exit_, document, _ = new_laptop().enrolled().run("parcel-read", back)
    assert (exit_, document["code"]) == (6, "parcel_not_ours")
