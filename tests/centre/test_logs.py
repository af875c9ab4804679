"""The log of a serving centre: lines of JSON without anybody's words, however it fails."""

import io
import json
import logging
import socket
from urllib.parse import quote, urlsplit

import pytest
import requests
from sqlalchemy.exc import IntegrityError

from central.logs import ASKING, JsonLines, asking, in_json
from gridworker.domain.apply import apply
from tests.centre.proxied import HttpDoor, Process, free_ports

PHONE, NUMBER, NAME, PLACE = "13800001111", "11010119900307461X", "欧阳建国", "朝阳门外示例路8号"
WORDS = (PHONE, NUMBER, NAME, PLACE, "%E6%AC%A7%E9%98%B3", repr(NAME.encode())[2:-1])
NOTE = f"{NAME} {PHONE} {NUMBER}"
ID = "0199c82c-0000-7000-8000-000000000001"


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def clean(text):
    return [
        word
        for word in WORDS
        if word in text or word in text.encode().decode("unicode_escape", "replace")
    ]


@pytest.fixture
def heard():
    """Everything the process logs, as it would be written."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield said
    root.removeHandler(handler)


def personal(laptop):
    return laptop.report(args={"place": PLACE, "note": NOTE})


def test_a_poisoned_operation_is_told_of_without_its_words(open_centre, make_door, enrol, heard):
    def poisoned(operation, actor, world):
        if actor.user == "wg0101":
            raise ValueError(f"cannot work with {operation}")
        return apply(operation, actor, world)

    laptop = enrol("wg0101", make_door(open_centre(rules=poisoned)))
    said = laptop.send(personal(laptop), Sync_Request_Id=ID)
    assert said.json["results"][0]["verdict"] == "quarantined"
    (line,) = [one for one in lines(heard.getvalue()) if "error" in one]
    assert line["error"] == ["ValueError"]
    assert line["level"] == "error"
    assert any(place.endswith(" poisoned") for place in line["where"])
    assert clean(heard.getvalue()) == []


def test_what_the_database_refuses_is_told_of_by_its_state(centre, heard):
    def work(tx):
        row = "INSERT INTO account (login, name, rights, status, demo) VALUES (?, ?, ?, ?, ?)"
        tx.run(row, NAME, PHONE, NOTE, PLACE, True)
        tx.run(row, NAME, PHONE, NOTE, PLACE, True)

    with pytest.raises(IntegrityError) as refused:
        centre.parts.store.write(work)
    logging.getLogger("central.test").error("a row", exc_info=refused.value)
    logging.getLogger("sqlalchemy.test").error("a row %s\n%s", NAME, PHONE, exc_info=refused.value)
    first, second = lines(heard.getvalue())
    assert first["error"][0] == "IntegrityError"
    assert second["say"] == "a row %s"
    assert clean(heard.getvalue()) == []


def test_a_line_names_the_request_it_belongs_to(heard):
    token = ASKING.set(None)
    try:
        asking(ID.encode(), "/v1/sync/push")
        logging.getLogger("central.test").warning("device %s", "d1")
        asking(NAME.encode(), "other")
        logging.getLogger("central.test").warning("call %s back", PHONE)
    finally:
        ASKING.reset(token)
    first, second = lines(heard.getvalue())
    assert (first["request"], first["route"], first["say"]) == (ID, "/v1/sync/push", "device d1")
    assert (second["request"], second["say"]) == ("", "call * back")
    assert first["at"].endswith("+00:00")


def test_work_in_a_thread_names_the_request_it_is_done_for(open_centre, make_door, enrol, heard):
    def fails(operation, actor, world):
        raise RuntimeError

    laptop = enrol("wg0101", make_door(open_centre(rules=fails)))
    laptop.send(laptop.report(), Sync_Request_Id=ID)
    assert ID in {line.get("request") for line in lines(heard.getvalue()) if "error" in line}


def test_a_bug_that_ends_the_process_is_a_line_too(capfd):
    import sys  # noqa: PLC0415  (its hook is what is looked at)

    with in_json():
        sys.excepthook(KeyError, KeyError(NOTE), None)
    (line,) = lines(capfd.readouterr().err)
    assert (line["level"], line["error"]) == ("critical", ["KeyError"])


def test_a_day_of_a_real_process_leaves_no_words(ground, enrol_over, tmp_path):
    log = tmp_path / "log"
    process = Process(ground, *free_ports(1), log).start()
    door = HttpDoor(process.url)
    try:
        laptop = enrol_over(door, "wg0101", ground.people["wg0101"].code)
        assert laptop.push(personal(laptop))[0]["verdict"] == "applied"
        laptop.push(laptop.report(args={"item": NAME, "grid": PLACE, "note": NOTE}))
        laptop.pull()
        _wrong_ways(process.url, laptop)
    finally:
        door.close()
        process.end()
    text = log.read_text("utf-8")
    assert [line["level"] for line in lines(text)]  # it has said something: of the garbage
    assert clean(text) == []


def _wrong_ways(url, laptop):
    bad = json.dumps({"ops": [{"op_id": NAME, "args": NOTE}]}).encode()
    with requests.Session() as session:
        session.trust_env = False
        for path in ("push", "pull", "verify"):
            for body in (bad, NOTE.encode(), b"{", b"\xff" + PHONE.encode()):
                session.post(f"{url}/v1/sync/{path}", data=body, headers=laptop.headers, timeout=20)
        own = {**laptop.headers, "Sync-Protocol": "1", "Sync-Request-Id": PHONE}
        own["Content-Encoding"] = "gzip"
        session.post(f"{url}/v1/sync/push", data=NOTE.encode(), headers=own, timeout=20)
        for path in (f"/v1/blobs/{quote(NAME)}", f"/{quote(NOTE)}", f"/v1/meta?name={quote(NOTE)}"):
            session.get(url + path, headers=laptop.headers, timeout=20)
        session.post(
            f"{url}/v1/blobs",
            headers={**laptop.headers, "Tus-Resumable": "1.0.0", "Upload-Metadata": PHONE},
            timeout=20,
        )
    port = urlsplit(url).port
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(f"GET /{NOTE} {NAME}\r\n\r\n".encode())
        while line.recv(1000):
            continue
