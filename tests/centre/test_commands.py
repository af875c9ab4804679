"""`gridworker-central`: commands, answers, exit codes (interfaces.md 3)."""

import json

import pytest

from central.build import Centre, system_clock
from central.store.engine import open_engines
from central.store.migrate import bring_up, newest


def test_a_printed_code_enrols_and_an_expired_one_does_not(run, door, ask_enrolment, clock):
    code, (printed,), _ = run("enrol-code", "wg0101")
    assert code == 0
    assert ask_enrolment(door, printed).status == 201
    _, (over,), _ = run("enrol-code", "wg0101", "--valid-hours", "0")
    clock.now = system_clock()  # the command has no other
    assert ask_enrolment(door, over).problem == "code-expired"


def test_an_added_person_can_enrol_work_and_be_disabled(run, door, enrol):
    code, lines, _ = run("user", "add", "new01", "--role", "grid_worker", "--scope", "grid:G0101")
    assert (code, lines) == (0, [])
    laptop = enrol("new01")
    assert laptop.push(laptop.report())[0]["verdict"] == "applied"
    laptop.pull()
    assert "new01" in {body["user"] for body in laptop.bodies("worker").values()}
    assert run("user", "disable", "new01")[0] == 0
    assert laptop.send().problem == "device-suspended"


def test_devices_are_listed_suspended_and_wiped(run, worker):
    _, lines, _ = run("device", "list")
    (listed,) = map(json.loads, lines)
    assert (listed["id"], listed["code"], listed["state"]) == (
        worker.device_id,
        worker.device_code,
        "active",
    )
    assert run("device", "suspend", worker.device_id)[0] == 0
    assert worker.send().problem == "device-suspended"
    assert run("device", "wipe", worker.device_id)[0] == 0
    assert worker.send().problem == "device-wiped"


def test_a_running_centre_learns_of_a_restore(run, worker):
    code, (line,), _ = run("restored")
    answer = worker.send()
    assert (code, answer.problem) == (0, "epoch-changed")
    assert answer.json["epoch"] == json.loads(line)["epoch"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("enrol-code", "nobody"), "nobody"),
        (("user", "disable", "nobody"), "nobody"),
        (("user", "add", "x", "--role", "handler", "--scope", "unit:U99"), "U99"),
        (("user", "add", "x", "--role", "handler", "--scope", "somewhere"), "somewhere"),
        (
            ("user", "add", "x", "--role", "system_admin", "--role", "audit_admin"),
            "administrators",
        ),
        (("device", "wipe", "0"), "no device"),
        (("serve", "--blobs", "s3://"), "bucket"),
        (("serve", "--blobs", "x", "--tls-cert", "y"), "--tls-key"),
        (("serve", "--blobs", "x", "--tls-cert", __file__, "--tls-key", __file__), "certificate"),
        (("serve", "--blobs", __file__), "photos cannot lie"),
        (("escrow", "list", "--blobs", __file__), "photos cannot lie"),
        (("user", "add", "", "--role", "caller"), "no account name"),
        (("user", "add", "two words", "--role", "caller"), "no account name"),
    ],
)
def test_what_makes_no_sense_exits_2_and_says_why(run, arguments, said):
    code, lines, err = run(*arguments)
    assert (code, lines) == (2, [])
    assert said in err


def test_a_person_who_gets_other_rights_keeps_the_name_and_is_let_in_again(run, enrol):
    laptop = enrol("wg0101")

    def known():
        laptop.pull()
        return next(b for b in laptop.bodies("worker").values() if b["user"] == "wg0101")

    name = known()["name"]
    assert run("user", "disable", "wg0101")[0] == 0
    assert run("user", "add", "wg0101", "--role", "grid_worker", "--scope", "grid:G0102")[0] == 0
    assert (known()["name"], known()["grids"]) == (name, ["G0102"])
    assert name != "wg0101"


def test_a_file_that_is_no_database_or_damaged_exits_2(run, tmp_path):
    file = tmp_path / "photo.db"
    file.write_bytes(b"\xff\xd8 no database" * 1000)
    for arguments in (("device", "list"), ("migrate",), ("serve", "--blobs", str(tmp_path / "b"))):
        code, lines, err = run(*arguments, database=f"sqlite:///{file}")
        assert (code, lines, err.count("\n")) == (2, [], 1)
        assert "not a centre's database, or is damaged" in err


@pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
def test_what_only_the_owner_may_do_exits_2_and_says_so(run, ground, request):
    owner = open_engines(request.getfixturevalue("pristine").owner)
    with owner.write.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    owner.close()
    code, lines, err = run("migrate")
    assert (code, lines, err.count("\n")) == (2, [], 1)
    assert "the owner of the database may" in err


def test_wrong_usage_exits_2(run):
    for arguments in (
        (),
        ("fly",),
        ("user",),
        ("user", "add", "x", "--role", "king"),
        ("enrol-code", "wg0101", "--valid-hours", "nan"),
        ("enrol-code", "wg0101", "--valid-hours", "-1"),
        ("attention", "--days", "inf"),
        ("attention", "--days", "some"),
    ):
        with pytest.raises(SystemExit) as ended:
            run(*arguments)
        assert ended.value.code == 2


def test_a_demo_is_refused_in_a_database_that_is_not_empty(run, tmp_path):
    code, lines, err = run("demo", "--blobs", str(tmp_path / "other"))
    assert (code, lines) == (2, [])
    assert "not empty" in err


@pytest.mark.parametrize(
    "database", ["nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql://x/y"]
)
def test_a_database_of_another_kind_exits_2(run, database):
    assert run("device", "list", database=database)[0] == 2


def test_a_database_that_does_not_answer_exits_3(run, tmp_path):
    url = f"postgresql+psycopg://app@/none?host={tmp_path}"
    code, _, err = run("device", "list", database=url)
    assert (code, "does not answer" in err) == (3, True)


@pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
def test_an_old_schema_on_postgresql_exits_2_with_the_command(run, ground, tmp_path):
    engines = open_engines(ground.url)
    with engines.write.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    engines.close()
    for arguments in (("serve", "--blobs", str(tmp_path / "b")), ("device", "list")):
        code, _, err = run(*arguments)
        assert code == 2
        assert f"gridworker-central migrate --database {ground.url}" in err
    assert "secret" not in run("device", "list", database=ground.url.replace("@", ":secret@"))[2]


def test_an_sqlite_file_is_made_by_migrate_and_by_opening(run, tmp_path):
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    assert run("device", "list", database=url)[0] == 2
    assert not (tmp_path / "fresh.db").exists()
    assert run("migrate", database=url)[0] == 0
    assert run("device", "list", database=url) == (0, [], "")
    Centre.open(f"sqlite:///{tmp_path / 'other.db'}", tmp_path / "b").close()
    assert run("device", "list", database=f"sqlite:///{tmp_path / 'other.db'}")[0] == 0


def test_a_database_of_a_newer_program_exits_2(run, ground, tmp_path):
    engines = open_engines(ground.url)
    with engines.write.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engines.close()
    code, _, err = run("serve", "--blobs", str(tmp_path / "b"))
    assert (code, "newer program" in err) == (2, True)


def test_migrating_twice_changes_nothing(ground):
    engines = open_engines(ground.url)
    bring_up(engines)
    bring_up(engines)
    with engines.read.connect() as connection:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    engines.close()
    assert found == newest()


def test_the_state_comes_as_lines_in_their_order(run, worker):
    ticket, patrol = worker.resolve(), worker.patrol()
    refused = worker.report("G0102")
    worker.push(ticket, patrol, refused)
    code, raw, _ = run("export-state")
    lines = [json.loads(line) for line in raw]
    assert code == 0
    records = [line for line in lines if "kind" in line]
    ops = [line for line in lines if "op" in line]
    assert lines == [*records, *ops]
    reference = {"calendar_day", "case_standard", "catalogue_item", "grid", "org", "worker"}
    known = [line["kind"] in reference for line in records]
    assert known == sorted(known, reverse=True)
    assert all(set(line) == {"kind", "id", "rev", "body"} for line in records)
    for kind in {line["kind"] for line in records}:
        ids = [line["id"] for line in records if line["kind"] == kind]
        assert ids == sorted(ids)
    assert [line["op"] for line in ops] == [ticket, patrol, refused]
    assert [line["verdict"] for line in ops] == ["applied", "applied", "refused"]
    assert all(set(line) == {"op", "device_id", "received_at", "verdict"} for line in ops)
    (body,) = [line["body"] for line in records if line["id"] == ticket["entity"]["id"]]
    least = "local_no official_no item state place note grid found_at done_at created_by"
    assert set(least.split()) | {"device_code", "photos"} <= set(body)
    (body,) = [line["body"] for line in records if line["id"] == patrol["entity"]["id"]]
    assert {"place", "result", "note", "grid", "at", "created_by", "photos"} <= set(body)
