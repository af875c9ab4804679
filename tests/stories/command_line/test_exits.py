"""How commands end: each failure has its exit code, its sentence and its next step."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest

from tests.stories.command_line.laptops import (
    NO_KEYRING,
    ROOT,
    SECONDS,
    Centre,
    Laptop,
    command,
    environment,
)

pytestmark = pytest.mark.timeout(180)


def refused(answer, code, name):
    """Assert exit code and error document, and that the sentence is on stderr too."""
    found, document, stderr = answer
    assert (found, document["code"]) == (code, name), (answer, stderr)
    assert document["sentence"]
    assert document["next"]
    assert document["sentence"] in stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("resolve", "--item", "OTS06", "--place", "x", "--before", "/nowhere.jpg"), "usage_file"),
        (("report", "--item", "S0101", "--place", "x", "--note", "y", "--person", "李"), "not_yet"),
        (("act", "1", "void", "reason"), "usage_pair"),
        (("export", "file.xlsx"), "not_yet"),
        (("verify", "file"), "not_yet"),
        (("backup", "folder"), "not_yet"),
        (("restore", "folder"), "not_yet"),
    ],
)
def test_wrong_usage_ends_with_2(laptop, arguments, name):
    refused(laptop.run(*arguments), 2, name)


def test_who_stops_reading_ends_nothing_loudly(laptop):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command("gridworker.__main__", "--home", laptop.home, "catalogue"),
        env=laptop.environment(), stdout=writing, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def at_a_terminal():
    """Let children take Ctrl+C: what a shell starts beside itself ignores it, and they as well."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("at_a_terminal")
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe with a name holds the command up")
def test_who_stops_a_command_is_told_so_in_a_sentence(laptop, centre, tmp_path):
    slow = tmp_path / "slow.jpg"
    os.mkfifo(slow)
    mine = command(
        "gridworker.__main__", "--home", laptop.home, "report", "--item", "S0101",
        "--place", "x", "--note", "y", "--photo", slow,
    )  # fmt: skip
    theirs = command("central.main", "organisation-key", "set", slow, "--database", centre.database)
    for what, said in ((mine, "已停下"), (theirs, "stopped")):
        running = subprocess.Popen(
            what, env=laptop.environment(), cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        with slow.open("wb"):  # the command has opened the other end, and waits
            running.send_signal(signal.SIGINT)
            told = running.communicate(timeout=SECONDS)[1]
        assert (running.returncode, said in told, "Traceback" in told) == (130, True, False)


@pytest.mark.parametrize(
    ("arguments", "name", "said"),
    [
        (("fly",), "usage_verb", "fly"),
        (("resolve", "--place", "x"), "usage_missing", "--item"),
        (("tickets", "--state", "lost"), "usage_choice", "lost"),
        (("tickets", "--all"), "usage_unknown", "--all"),
        (("catalogue", "--search"), "usage_value", "--search"),
        (("status", "--json=3"), "usage_no_value", "--json"),
        ((), "usage_missing", "VERB"),
    ],
)
def test_what_the_grammar_does_not_know_ends_with_2(tmp_path, arguments, name, said):
    nobody = Laptop(tmp_path, {"password": ""}, "")
    answer = nobody.run(*arguments)
    refused(answer, 2, name)
    assert said in answer[1]["sentence"]
    assert not re.search(r"argument|expected|required", answer[2])
    assert name in {"usage_verb", "usage_choice"} or "gridworker" in answer[1]["next"]


def test_sentences_are_in_the_language_that_was_set(tmp_path):
    nobody = Laptop(tmp_path, {"password": ""}, "")
    (tmp_path / "settings.json").write_text('{"language": "en"}')
    assert nobody.run("fly")[1]["sentence"] == "There is no such command: fly."
    assert "not been enrolled" in nobody.run("status")[1]["sentence"]
    (tmp_path / "settings.json").write_text('{"language": 7}')
    assert nobody.run("fly")[1]["sentence"] == "没有这个命令：fly"


def test_a_folder_without_a_profile_ends_with_2(new_laptop):
    refused(new_laptop().run("status"), 2, "not_enrolled")


def test_a_wrong_password_ends_with_4_and_the_right_one_still_opens(laptop):
    refused(laptop.run("status", password="Nobody0-Knows0-This0"), 4, "wrong_password")
    assert laptop.do("status")["user"] == laptop.person["user"]


def test_codes_that_do_not_enrol_end_with_4_and_leave_nothing(new_laptop, centre, laptop):
    newcomer = new_laptop()
    user = newcomer.person["user"]
    expired = centre.run("enrol-code", user, "--valid-hours", "0").strip()
    for code, name in (
        ("NO-SUCH-CODE", "sync_code_invalid"),
        (expired, "sync_code_expired"),
        (laptop.person["code"], "sync_code_used"),
    ):
        refused(newcomer.enrol(code=code), 4, name)
        assert not newcomer.home.exists()
    newcomer.enrolled()
    refused(newcomer.enrol(), 2, "already_enrolled")


def test_a_weak_password_is_refused_before_the_code_is_used(new_laptop):
    newcomer = new_laptop()
    answer = newcomer.run(
        "enrol", "--centre", newcomer.url, "--code", newcomer.person["code"], password="short"
    )
    refused(answer, 4, "password_too_weak")
    assert not newcomer.home.exists()
    newcomer.enrolled()


def test_a_centre_that_is_down_ends_with_3_and_the_code_is_good_later(new_laptop, centre):
    newcomer = new_laptop()
    with centre.down():
        answer = newcomer.enrol()
        refused(answer, 3, "no_connection")
        assert "登记码还能用" in answer[1]["next"]
        assert not newcomer.home.exists()
    newcomer.enrolled()


def test_an_unknown_certificate_ends_with_3(tmp_path, new_laptop, certificate):
    cert, key = certificate
    secure = Centre(tmp_path, "--tls-cert", cert, "--tls-key", key).start()
    try:
        newcomer = new_laptop()
        newcomer.person, newcomer.url = secure.person(), secure.url
        refused(newcomer.enrol(), 3, "unknown_certificate")
        photo = tmp_path / "photo.jpg"
        photo.write_bytes(bytes(range(256)))
        for other in (key, photo):
            refused(newcomer.enrol("--ca", other), 2, "certificate_unreadable")
        newcomer.enrolled("--ca", cert)
        assert newcomer.do("sync")["needs_attention"] == 0
    finally:
        secure.stop()


def test_plain_http_to_another_computer_ends_with_2(new_laptop):
    newcomer = new_laptop()
    newcomer.url = "http://192.0.2.1"
    refused(newcomer.enrol(), 2, "plain_http_refused")


def test_what_a_rule_refuses_ends_with_6_and_changes_nothing(laptop, photos, tmp_path):
    text = tmp_path / "notes.jpg"
    text.write_text("not a photo")
    before, _ = photos
    count = len(laptop.do("tickets"))
    place = ("--place", "东门")
    for arguments, name in (
        (("--item", "OTS06", *place, "--before", text), "E_PHOTO_UNREADABLE"),
        (("--item", "OTS06", *place, "--before", before), "E_EVIDENCE_RULE"),
        (("--item", "NOPE", *place), "E_UNKNOWN_ITEM"),
    ):
        refused(laptop.run("resolve", *arguments), 6, name)
    refused(laptop.run("ticket", "L000000"), 6, "E_INVALID")
    assert len(laptop.do("tickets")) == count
    assert laptop.do("status")["queued_photos"] == 0


def test_actions_have_their_refusals(laptop):
    saved = laptop.do("report", "--item", "S0101", "--place", "西门", "--note", "请来看")
    refused(laptop.run("act", saved["id"], "void", "reason=重复"), 6, "E_FORBIDDEN")
    refused(laptop.run("act", saved["id"], "fly"), 6, "E_UNKNOWN_ACTION")
    answer = laptop.run("act", saved["id"], "sign")
    refused(answer, 6, "E_UNKNOWN_ACTION")
    assert "更新程序" in answer[1]["next"]


def test_an_item_that_was_switched_off_ends_with_6(new_laptop, centre):
    worker = new_laptop().enrolled()
    arguments = ("resolve", "--item", "OTS13", "--place", "东门", "--no-photo", "天黑")
    worker.do(*arguments)
    centre.switch_off("OTS13")
    worker.do(*arguments)  # this laptop has not heard of it yet
    assert worker.do("sync")["applied"] == 2
    refused(worker.run(*arguments), 6, "E_ITEM_OFF")


def test_a_profile_in_use_ends_with_7_and_can_still_be_read(laptop):
    holder = subprocess.Popen(
        command("tests.stories.command_line.hold_profile", laptop.home),
        env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with holder:
        assert holder.stdout.readline() == "held\n"
        refused(laptop.run("sync"), 7, "profile_in_use")
        arguments = ("patrol", "--place", "x", "--result", "nobody")
        refused(laptop.run(*arguments), 7, "profile_in_use")
        assert laptop.do("status")["user"] == laptop.person["user"]
        holder.communicate("")
    laptop.do(*arguments)


def test_a_refusal_of_the_centre_ends_with_5_and_stays_until_closed(new_laptop):
    """Two dispatchers decide about one report; the second is told what is true now."""
    first, second = new_laptop("dispatcher").enrolled(), new_laptop("dispatcher").enrolled()
    ticket = first.do("tickets", "--state", "reported")[0]["id"]
    first.do("act", ticket, "void", "reason=重复上报")
    assert first.do("sync")["applied"] == 1
    second.do("act", ticket, "file", "standard=1")

    code, document, _ = second.run("sync")

    assert (code, document["refused"], document["needs_attention"]) == (5, 1, 1)
    (card,) = second.do("attention")
    assert (card["id"], card["did"], card["code"]) == (ticket, "file", "E_STALE_STATE")
    assert card["now"]["state"] == "voided"
    assert card["sentence"]
    assert card["can"] == ["open", "hand_over", "close"]
    assert second.do("settle", card["op_id"], "open")["state"] == "voided"
    refused(second.run("settle", card["op_id"], "redo"), 6, "E_STAGE_ORDER")
    refused(second.run("settle", card["op_id"], "mine"), 6, "E_INVALID")
    assert second.run("sync")[0] == 5

    assert second.do("settle", card["op_id"], "hand_over")["saved"]

    assert second.do("sync")["needs_attention"] == 0
    refused(second.run("settle", card["op_id"], "close"), 6, "E_INVALID")
    first.do("sync")
    work = {line["op_id"]: line for line in first.do("attention", "--others")}[card["op_id"]]
    assert (work["entity_id"], work["code"], work["did"]) == (ticket, "E_STALE_STATE", "file")
    assert work["handed"]
    assert work["sentence"]


def test_a_suspended_device_ends_with_4(new_laptop, centre):
    worker = new_laptop().enrolled()
    centre.run("device", "suspend", worker.do("status")["device"])
    before = worker.do("tickets")
    refused(worker.run("sync"), 4, "sync_device_suspended")
    with centre.down():
        worker.run("sync")
        for reading in (["tickets"], ["ticket", "1"], ["attention"], ["act", "1", "close"]):
            refused(worker.run(*reading), 4, "sync_device_suspended")
        worker.do("patrol", "--place", "东门", "--result", "normal")
    assert worker.do("status")["queued_ops"] == 1
    centre.run("device", "readmit", worker.do("status")["device"])
    worker.do("sync")
    assert worker.do("status")["queued_ops"] == 0
    assert worker.do("tickets") == before


def test_no_password_and_no_terminal_ends_with_2(laptop):
    done = subprocess.run(
        command("gridworker.__main__", "--home", laptop.home, "--json", "status"),
        env=environment(**laptop.keyring), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, json.loads(done.stdout)["code"]) == (2, "usage_password")


def test_a_computer_without_a_keyring_works_with_a_strong_password(new_laptop):
    newcomer = new_laptop()
    newcomer.keyring = NO_KEYRING
    assert newcomer.enrolled().do("status")["user"] == newcomer.person["user"]


def test_a_folder_copied_to_another_computer_does_not_open(new_laptop):
    thief = new_laptop()
    if thief.keyring == NO_KEYRING:
        pytest.skip("no keyring can be started here")
    thief.enrolled()
    thief.keyring = NO_KEYRING
    refused(thief.run("status"), 4, "keyring_missing")


def test_without_json_people_read_lines(laptop):
    done = subprocess.run(
        command("gridworker.__main__", "--home", laptop.home, "status"),
        env=laptop.environment(),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"user: {laptop.person['user']}" in done.stdout.splitlines()
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform != "linux", reason="needs a place nobody may write to")
def test_a_folder_that_cannot_be_written_ends_with_6_and_the_code_is_good_later(new_laptop):
    newcomer = new_laptop()
    refused(newcomer.enrol("--home", "/sys/gridworker"), 6, "database_read_only")
    newcomer.enrolled()


def test_a_profile_below_a_file_ends_with_2(new_laptop, photos):
    refused(new_laptop().run("status", "--home", photos[0] / "laptop"), 2, "usage_file")


def test_a_file_that_cannot_be_read_ends_with_6_and_the_next_try_is_good(laptop):
    in_the_way = laptop.home / "wiped.json"
    in_the_way.mkdir()
    refused(laptop.run("status"), 6, "store_interrupted")
    in_the_way.rmdir()
    laptop.do("status")
