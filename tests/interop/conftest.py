"""A centre in a process of its own, tokens for it, and the peers it has to get on with."""

import json
import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from central.demo import Template
from deploy import peers
from tests.interop.cutting_proxy import CuttingProxy
from tests.interop.seaweed import Seaweed

ROOT = Path(__file__).parents[2]


class ServedCentre:
    """`python -m central serve` on a small demo; it can be killed and started again."""

    def __init__(self, template: Template, folder: Path, blobs: str | None = None) -> None:
        template.open(folder).close()
        self.people = {person.user: person for person in template.people}
        self.folder = folder
        self.blobs = blobs or str(folder / "blobs")
        self.environment: dict[str, str] = {}
        self.options: list[str] = []
        self.url = ""
        self.process: subprocess.Popen[str] | None = None

    @property
    def photos(self) -> Path:
        return self.folder / "blobs"

    def start(self) -> "ServedCentre":
        command = [sys.executable, "-m", "central", "serve", "--demo", "--blobs", self.blobs]
        command += ["--database", f"sqlite:///{self.folder / 'centre.db'}"]
        command += ["--port", str(urlsplit(self.url).port or 0), *self.options]
        log = self.folder / "log"
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                cwd=ROOT,
                env={**os.environ, **self.environment},
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, log.read_text()
        self.url = json.loads(line)["url"]
        return self

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    def restart(self) -> None:
        self.kill()
        self.start()

    def enrol(self, user: str = "wg0101") -> dict[str, str]:
        """Return the headers of a device of that person."""
        pubkey = urlsafe_b64encode(b"k" * 32).rstrip(b"=").decode()
        code = self.people[user].code
        body = {"code": code, "pubkey": pubkey, "platform": "linux", "app": "1"}
        with requests.Session() as session:
            session.trust_env = False
            said = session.post(
                f"{self.url}/v1/devices", json=body, headers={"Idempotency-Key": "k"}, timeout=20
            )
        assert said.status_code == 201, said.text
        return {"Authorization": f"Bearer {said.json()['token']}"}


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def served(template: Template, tmp_path: Path) -> Iterator[Callable[..., ServedCentre]]:
    """Make centres that are not started yet; each is stopped in the end."""
    made: list[ServedCentre] = []

    def make(**options: str) -> ServedCentre:
        made.append(ServedCentre(template, tmp_path / f"centre{len(made)}", **options))
        return made[-1]

    yield make
    for centre in made:
        centre.kill()


@pytest.fixture
def proxy() -> Iterator[Callable[..., CuttingProxy]]:
    opened: list[CuttingProxy] = []

    def open_(*args: object, **options: object) -> CuttingProxy:
        opened.append(CuttingProxy(*args, **options))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def tus_packages() -> Path:
    """The folder of the official tus programs."""
    try:
        return peers.tus_packages()
    except peers.NoPeer as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def _seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    try:
        peers.programs()
    except peers.NoPeer as error:
        pytest.skip(str(error))
    server = Seaweed(tmp_path_factory.mktemp("seaweed") / "data").start()
    yield server
    server.kill()


@pytest.fixture
def seaweed(_seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> Seaweed:
    """The object store, running, and this process told where it is."""
    for name, value in _seaweed.environment.items():
        monkeypatch.setenv(name, value)
    _seaweed.ensure()
    return _seaweed


@pytest.fixture
def bucket(seaweed: Seaweed) -> str:
    """A new bucket that locks what it holds, as an operator is told to make it."""
    return seaweed.new_bucket(locked=True)


@pytest.fixture
def centre_on_s3(
    served: Callable[..., ServedCentre], seaweed: Seaweed, bucket: str, tmp_path: Path
) -> ServedCentre:
    """A centre, not started, whose photos lie in a bucket of its own."""
    made = served(blobs=f"s3://{bucket}")
    made.environment = dict(seaweed.environment)
    made.options = ["--spool", str(tmp_path / "spool")]
    return made
