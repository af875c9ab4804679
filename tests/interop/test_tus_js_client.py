"""The official JavaScript client of tus brings photos to our centre, however often it is cut."""

import hashlib
import json
import random
import subprocess
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from deploy import peers

pytestmark = pytest.mark.timeout(peers.SECONDS + 60)
MIB = 1024 * 1024
PHOTO = b"\xff\xd8\xff\xe0" + random.Random(7).randbytes(6 * MIB)
SHA = hashlib.sha256(PHOTO).hexdigest()
CLIENT = peers.ROOT / "tests" / "interop" / "tus_client.cjs"


@dataclass
class Told:
    """What the client was answered, and how it ended."""

    answers: list[dict[str, Any]]
    end: dict[str, Any]

    @property
    def methods(self) -> list[str]:
        return [answer["method"] for answer in self.answers]


@pytest.fixture
def centre(served, tus_packages):
    return served().start()


@pytest.fixture
def headers(centre):
    return centre.enrol()


@pytest.fixture
def send(tmp_path, headers, tus_packages):
    """Run the client once; what it remembers for the next time lies in a file."""
    file = tmp_path / "photo.jpg"
    file.write_bytes(PHOTO)

    def send_(url: str, **order: Any) -> Told:
        order = {
            "packages": str(tus_packages),
            "endpoint": f"{url}/v1/blobs",
            "file": str(file),
            "urls": str(tmp_path / "urls.json"),
            "headers": headers,
            "metadata": {"sha256": SHA, "filename": "门前.jpg", "filetype": "image/jpeg"},
            "chunkSize": MIB,
            **order,
        }
        done = subprocess.run(
            [peers.NODE, CLIENT, json.dumps(order)],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert "end" in lines[-1], done.stderr
        return Told(lines[:-1], lines[-1])

    return send_


@pytest.fixture
def stored(centre, headers):
    """Read the photo back over HTTP and from the folder."""

    def read() -> None:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{centre.url}/v1/blobs/{SHA}", headers=headers, timeout=20)
        assert answer.status_code == 200, answer.text
        assert hashlib.sha256(answer.content).hexdigest() == SHA
        assert answer.headers["content-type"] == "image/jpeg"
        assert (centre.photos / SHA).read_bytes() == PHOTO
        assert list((centre.photos / ".parts").iterdir()) == []

    return read


def test_a_photo_arrives_whole_although_the_line_is_cut_four_times(centre, proxy, send, stored):
    line = proxy(centre.url, [MIB // 2, 3 * MIB // 2, 700, 2 * MIB])
    told = send(line.url)
    assert told.end["end"] == "done"
    assert line.cuts == []
    assert told.methods.count("HEAD") >= 3
    assert told.end["url"].endswith(f"/v1/blobs/{SHA}")
    stored()


def test_the_first_bytes_may_come_with_the_announcement(centre, proxy, send, stored):
    line = proxy(centre.url, [3 * MIB])
    told = send(line.url, withCreation=True)
    assert told.end["end"] == "done"
    assert told.answers[0]["status"] == 201
    assert told.answers[0]["offset"] == MIB
    stored()


def test_one_request_for_all_is_resumed_where_it_was_cut(centre, proxy, send, stored):
    def has_come() -> None:
        """Wait until the centre has read what it was sent: a newer request ends the older one."""
        parts, until = centre.photos / ".parts", time.monotonic() + 20
        while sum(part.stat().st_size for part in parts.iterdir()) <= 3 * MIB:
            assert time.monotonic() < until
            time.sleep(0.01)

    line = proxy(centre.url, [4 * MIB], has_come)
    told = send(line.url, chunkSize=None)
    assert told.end["end"] == "done"
    assert [a["offset"] for a in told.answers if a["method"] == "HEAD"][-1] > 3 * MIB
    assert line.upward < len(PHOTO) + MIB
    stored()


def test_a_client_that_was_stopped_goes_on_another_day(centre, proxy, send, stored):
    line = proxy(centre.url)
    first = send(line.url, stopAt=2 * MIB)
    assert first.end["end"] == "stopped"
    begun = line.upward
    second = send(line.url)
    assert second.end["end"] == "done"
    assert second.methods[0] == "HEAD"
    assert second.answers[0]["offset"] >= 2 * MIB
    assert line.upward - begun < len(PHOTO) - 2 * MIB + MIB // 2
    stored()


def test_a_centre_that_is_killed_in_between_goes_on_where_it_was(centre, proxy, send, stored):
    line = proxy(centre.url, [2 * MIB + 1000, 2 * MIB + 1000], on_cut=centre.restart)
    told = send(line.url)
    assert told.end["end"] == "done"
    assert line.cuts == []
    assert line.upward < len(PHOTO) + 2 * MIB
    stored()


def test_a_client_that_names_no_hash_gets_an_id_and_leaves_a_photo(
    centre, proxy, send, stored, headers
):
    line = proxy(centre.url, [MIB // 3, 2 * MIB])
    told = send(line.url, metadata={"filetype": "image/jpeg"}, withCreation=True)
    assert told.end["end"] == "done"
    id_ = told.end["url"].rpartition("/")[2]
    assert id_ != SHA
    with requests.Session() as session:
        session.trust_env = False
        said = session.head(
            f"{centre.url}/v1/blobs/{id_}", headers={**headers, "Tus-Resumable": "1.0.0"}, timeout=9
        )
    assert said.status_code == 200
    assert said.headers["upload-offset"] == said.headers["upload-length"] == str(len(PHOTO))
    assert (centre.photos / SHA).read_bytes() == PHOTO


def test_every_piece_carries_a_checksum_and_an_unfinished_upload_its_end(centre, send, stored):
    told = send(centre.url, checksums=True)
    assert told.end["end"] == "done"
    patches = [answer for answer in told.answers if answer["method"] == "PATCH"]
    assert len(patches) == 7
    assert {answer["status"] for answer in patches} == {204}
    assert all(parsedate_to_datetime(answer["expires"]) for answer in patches[:-1])
    assert patches[-1]["expires"] is None
    stored()


def test_a_client_behind_a_wall_that_lets_only_post_pass_is_understood(centre, send, stored):
    told = send(centre.url, overridePatchMethod=True)
    assert told.end["end"] == "done"
    assert set(told.methods) == {"POST"}
    stored()


def test_an_upload_is_given_up(centre, send, headers):
    place = send(centre.url, stopAt=MIB).end["url"]
    assert send(centre.url, terminate=place).end["end"] == "terminated"
    assert list((centre.photos / ".parts").iterdir()) == []
    again = send(centre.url)
    assert again.answers[0]["status"] == 404
    assert again.end["end"] == "done"


def test_a_wrong_token_and_a_wrong_hash_end_the_upload(centre, send):
    stranger = send(centre.url, headers={"Authorization": "Bearer nobody"}, retries=[])
    assert "401" in stranger.end["why"]
    wrong = send(centre.url, metadata={"sha256": "ab" * 32}, retries=[])
    assert "460" in wrong.end["why"]
    assert {path.name for path in centre.photos.iterdir()} == {".epoch", ".parts"}
