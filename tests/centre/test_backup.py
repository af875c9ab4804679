"""Backups of a serving centre, and the drill: what was lost since comes back from the laptops."""

import hashlib
import json
import resource
from base64 import b64encode

import pytest

from central import backup
from central.build import Centre
from central.main import main
from central.store import locks
from central.store.migrate import newest
from tests.centre import databases

PHOTOS = [b"\xff\xd8\xff\xe0" + bytes([n]) * 5000 for n in range(2)]


@pytest.fixture
def run(capfdbinary):
    def run_(*arguments):
        capfdbinary.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capfdbinary.readouterr()
        return code, json.loads(out) if code == 0 and out else {}, err.decode()

    return run_


@pytest.fixture
def roles(request, ground):
    """URLs for the owner of the database, and of one to restore to: for its owner, to serve."""
    if ground.url.startswith("sqlite"):
        new = ground.url.replace("centre.db", "drill.db")
        yield ground.url, new, new
        return
    server = request.getfixturevalue("postgres")
    pristine = request.getfixturevalue("pristine")
    databases.by_administrator(server, "database.sql", "drill")
    drill = server.format(name="drill")
    yield (
        pristine.owner,
        databases.as_role(drill, "gridworker_owner"),
        databases.as_role(drill, "gridworker"),
    )
    databases.run_sql(server.format(name="postgres"), "DROP DATABASE drill WITH (FORCE)")


def bring(laptop, photo):
    sha = hashlib.sha256(photo).hexdigest()
    said = laptop.ask(
        "POST",
        "/v1/blobs",
        photo,
        Tus_Resumable="1.0.0",
        Upload_Length=str(len(photo)),
        Upload_Metadata=f"sha256 {b64encode(sha.encode()).decode()}",
        Content_Type="application/offset+octet-stream",
    )
    assert said.status == 201
    return {"sha256": sha, "bytes": len(photo), "mime": "image/jpeg", "role": "near"}


def reported(laptop, photo):
    picture = {**bring(laptop, photo), "source": "file"}
    return laptop.report(args={"photos": [picture]})


def test_the_drill(ground, roles, run, worker, enrol, make_door, tmp_path):
    owner, new_owner, new_url = roles
    vault, photos = tmp_path / "vault", tmp_path / "photos"
    kept = [reported(worker, PHOTOS[0]), worker.patrol()]
    assert {said["verdict"] for said in worker.push(*kept)} == {"applied"}
    code, made, _ = run("backup", vault, "--database", owner, "--blobs", ground.blobs)
    assert code == 0
    lost = [reported(worker, PHOTOS[1]), worker.patrol()]
    assert {said["verdict"] for said in worker.push(*lost)} == {"applied"}
    reader = enrol("wg0102")
    reader.pull()
    before = {id_: row["digest"] for id_, row in reader.base.items()}

    code, brought, _ = run("restore", made["backup"], "--database", new_owner, "--blobs", photos)
    assert (code, set(brought)) == (0, {"made_at", "epoch"})
    restored = Centre.open(new_url, photos, demo=True)
    worker.door = make_door(restored)
    answer = worker.send()
    assert (answer.status, answer.problem) == (409, "epoch-changed")
    assert answer.json["acked_seq"] == len(kept)
    assert worker.epoch != answer.json["epoch"]
    worker.epoch = answer.json["epoch"]
    (again,) = {said["verdict"] for said in worker.push(*lost)}
    assert again == "applied"
    bring(worker, PHOTOS[1])
    worker.cursors, worker.base, worker.member = {}, {}, set()
    worker.pull()
    for report, photo in zip((kept[0], lost[0]), PHOTOS, strict=True):
        (picture,) = worker.base[report["entity"]["id"]]["body"]["photos"]
        assert picture["state"] == "stored"
        assert worker.ask("GET", f"/v1/blobs/{picture['sha256']}").body == photo
    if not new_url.startswith("sqlite"):
        assert restored.parts.store.read(locks.hold)
        assert restored.parts.store.read(lambda tx: tx.rows("SELECT id FROM entity")) == []
    mine = {op["entity"]["id"] for op in (*kept, *lost)}
    assert mine <= set(worker.base)
    assert mine <= set(before)
    restored.close()


def test_a_second_backup_adds_only_what_is_new(ground, roles, run, worker):
    vault = ground.blobs.parent / "vault"
    worker.push(reported(worker, PHOTOS[0]))
    made = [run("backup", vault, "--database", roles[0], "--blobs", ground.blobs)[1]["backup"]]
    first = {file.name: file.stat().st_mtime_ns for file in (vault / "photos").iterdir()}
    worker.push(reported(worker, PHOTOS[1]))
    made.append(run("backup", vault, "--database", roles[0], "--blobs", ground.blobs)[1]["backup"])
    second = {file.name: file.stat().st_mtime_ns for file in (vault / "photos").iterdir()}
    names = {hashlib.sha256(photo).hexdigest() for photo in PHOTOS}
    assert names <= set(second)
    assert len(set(second) - set(first)) == 1
    assert {name: second[name] for name in names & set(first)}.items() <= first.items()
    assert made[0] < made[1]
    manifest = json.loads((vault / made[1] / "manifest.json").read_text())
    assert (manifest["schema"], manifest["photos"]) == (newest(), 1)


def test_what_is_not_a_whole_backup_is_not_restored(ground, roles, run, worker):
    vault = ground.blobs.parent / "vault"
    made = run("backup", vault, "--database", roles[0], "--blobs", ground.blobs)[1]["backup"]
    folder = vault / made
    manifest = (folder / "manifest.json").read_bytes()
    copy = folder / json.loads(manifest)["database"]

    def restore():
        return run("restore", folder, "--database", roles[1], "--blobs", vault / "x")

    (folder / "manifest.json").unlink()
    assert restore()[0] == 2
    (folder / "manifest.json").write_bytes(manifest)
    whole = copy.read_bytes()
    copy.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "not what was backed up" in restore()[2]
    copy.write_bytes(whole)
    assert restore()[0] == 0
    code, _, complaint = restore()
    assert code == 2
    assert "is there already" in complaint or "not empty" in complaint


def test_a_damaged_photo_stops_a_backup_before_it_counts(ground, roles, run, worker):
    bring(worker, PHOTOS[0])
    sha = hashlib.sha256(PHOTOS[0]).hexdigest()
    (ground.blobs / sha).write_bytes(PHOTOS[0][:-1] + b"x")
    vault = ground.blobs.parent / "vault"
    code, _, complaint = run("backup", vault, "--database", roles[0], "--blobs", ground.blobs)
    assert code == 2
    assert f"{sha} is damaged" in complaint
    assert not list(vault.glob("*/manifest.json"))


def test_what_a_laptop_left_sealed_is_backed_up(ground, roles, run, worker):
    parcel = b"sealed" * 100
    sha = hashlib.sha256(parcel).hexdigest()
    headers = {"Escrow-Hash": sha, "Upload-Offset": "0", "Upload-Length": str(len(parcel))}
    assert worker.ask("POST", "/v1/devices/self/escrow", parcel, **headers).json["kept"]
    vault, photos = ground.blobs.parent / "vault", ground.blobs.parent / "new"
    made = run("backup", vault, "--database", roles[0], "--blobs", ground.blobs)[1]["backup"]
    assert run("restore", made, "--database", roles[1], "--blobs", photos)[0] == 0
    assert (photos / ".escrow" / f"{worker.device_id}-{sha}").read_bytes() == parcel


def test_an_empty_database_is_not_backed_up(tmp_path):
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    with pytest.raises(backup.BackupFailed, match="nothing in this database"):
        backup.back_up(empty, tmp_path / "blobs", tmp_path / "vault")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_what_the_disk_refuses_is_a_sentence(ground, run, worker):
    in_the_way = ground.blobs.parent / "vault"
    in_the_way.write_text("a file")
    code, _, complaint = run(
        "backup", in_the_way, "--database", ground.url, "--blobs", ground.blobs
    )
    assert (code, complaint.count("\n")) == (2, 1)
    assert str(in_the_way) in complaint


@pytest.fixture
def backed_up(ground, roles, run, worker):
    bring(worker, PHOTOS[0])
    vault = ground.blobs.parent / "vault"
    return run("backup", vault, "--database", roles[0], "--blobs", ground.blobs)[1]["backup"]


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_the_journal_of_a_lost_database_is_not_mixed_with_a_backup(
    ground, roles, run, backed_up, ending
):
    photos = ground.blobs.parent / "new"
    old = ground.blobs.parent / f"drill.db{ending}"
    old.write_bytes(b"what a killed centre left")
    code, _, complaint = run("restore", backed_up, "--database", roles[1], "--blobs", photos)
    assert (code, complaint.count("\n")) == (2, 1)
    assert f"{old} is there already" in complaint
    assert not (ground.blobs.parent / "drill.db").exists()
    assert not photos.exists()
    old.unlink()
    assert run("restore", backed_up, "--database", roles[1], "--blobs", photos)[0] == 0


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_restore_that_fails_can_be_given_again(ground, roles, run, backed_up):
    photos = ground.blobs.parent / "new"
    photos.write_text("a file")
    assert run("restore", backed_up, "--database", roles[1], "--blobs", photos)[0] == 2
    assert not list(ground.blobs.parent.glob("drill.db*"))
    photos.unlink()
    assert run("restore", backed_up, "--database", roles[1], "--blobs", photos)[0] == 0


def test_a_backup_that_was_carried_away_without_its_photos_is_not_restored(
    ground, roles, run, backed_up
):
    vault, photos = ground.blobs.parent / "vault", ground.blobs.parent / "new"
    (vault / "photos").rename(vault / "elsewhere")
    code, _, complaint = run("restore", backed_up, "--database", roles[1], "--blobs", photos)
    assert (code, complaint.count("\n")) == (2, 1)
    assert f"{vault / 'photos'} is missing" in complaint
    assert not photos.exists()
    assert not list(ground.blobs.parent.glob("drill.db*"))


def test_a_backup_of_a_newer_program_is_left_alone(ground, roles, run, backed_up):
    manifest = ground.blobs.parent / "vault" / backed_up / "manifest.json"
    manifest.write_text(manifest.read_text().replace(newest(), "9999"))
    photos = ground.blobs.parent / "new"
    code, _, complaint = run("restore", backed_up, "--database", roles[1], "--blobs", photos)
    assert (code, complaint.count("\n")) == (2, 1)
    assert "newer program" in complaint
    assert not photos.exists()
    assert not list(ground.blobs.parent.glob("drill.db*"))


def test_a_folder_that_is_no_place_of_photos_is_not_backed_up(ground, roles, run, worker):
    vault, elsewhere = ground.blobs.parent / "vault", ground.blobs.parent / "not mounted"
    elsewhere.mkdir()
    code, _, complaint = run("backup", vault, "--database", roles[0], "--blobs", elsewhere)
    assert (code, complaint.count("\n")) == (2, 1)
    assert f"{elsewhere} is not the place of photos" in complaint
    assert not vault.exists()


@pytest.mark.parametrize("ground", ["sqlite"], indirect=True)
def test_a_database_that_the_disk_does_not_hold_is_a_sentence(ground, run, worker):
    vault = ground.blobs.parent / "vault"
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, most[1]))
    try:
        code, _, complaint = run("backup", vault, "--database", ground.url, "--blobs", ground.blobs)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert (code, complaint.count("\n")) == (2, 1)
    assert "the database cannot be copied" in complaint


@pytest.mark.parametrize("ground", ["postgresql"], indirect=True)
def test_who_is_not_the_owner_of_the_database_is_told_why_in_a_sentence(ground, roles, run, worker):
    vault = ground.blobs.parent / "vault"
    made = ("backup", vault, "--database", roles[0], "--blobs", ground.blobs)
    folder = run(*made)[1]["backup"]
    for arguments in (
        ("backup", vault, "--database", ground.url, "--blobs", ground.blobs),
        ("restore", folder, "--database", roles[2], "--blobs", vault / "x"),
    ):
        code, _, complaint = run(*arguments)
        assert (code, complaint.count("\n")) == (2, 1)
        assert "the owner of the database may" in complaint
