"""The real programs as people start them: a centre, and laptops that are told commands."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from central.build import open_office
from central.service import identity, publish
from central.service.times import text_of
from central.service.workspace import Workspace
from central.store import entities
from gridworker.domain.world import Put

ROOT = Path(__file__).parents[3]
START = "import sys; from {module} import main; sys.exit(main())"
SECONDS = 50
NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
SECRET_SERVICE = {"PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}


def command(module, *arguments):
    return [sys.executable, "-c", START.format(module=module), *map(str, arguments)]


def environment(**more):
    """Return the environment of a process; without a keyring unless `more` leads to one."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWORKER_")}
    return {**kept, "PYTHONPATH": str(ROOT), **NO_KEYRING, **more}


class Centre:
    """`gridworker-central` with a database and a folder of its own; `people` are the demo's."""

    def __init__(self, folder, *tls):
        self.database, self.blobs = f"sqlite:///{folder / 'centre.db'}", folder / "photos"
        self._tls, self._port, self._process = tls, 0, None
        made = json.loads(self.run("demo", "--blobs", self.blobs))
        self._people = made["people"]

    def run(self, *arguments):
        """Run one command of the centre and return what it prints."""
        done = subprocess.run(
            command("central.main", *arguments, "--database", self.database),
            env=environment(), cwd=ROOT, capture_output=True, text=True, timeout=SECONDS,
            check=True,
        )  # fmt: skip
        return done.stdout

    def person(self, role="grid_worker"):
        """Return a person of a role whom nobody has been yet."""
        found = next(person for person in self._people if person["role"] == role)
        self._people.remove(found)
        return found

    def start(self):
        """Serve; a second start answers under the same address."""
        self._process = subprocess.Popen(
            command("central.main", "serve", "--demo", "--database", self.database,
                    "--blobs", self.blobs, "--port", self._port, *self._tls),
            env=environment(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        self.url = json.loads(self._process.stdout.readline())["url"]
        self._port = self.url.rpartition(":")[2]
        return self

    def stop(self):
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process.stdout.close()
            self._process = None

    @contextmanager
    def down(self):
        """Take the centre away for a while."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def state(self):
        """Return the records the centre holds, by kind and id, and its operations."""
        lines = [json.loads(line) for line in self.run("export-state").splitlines()]
        records = {(line["kind"], line["id"]): line["body"] for line in lines if "kind" in line}
        return records, [line for line in lines if "op" in line]

    def switch_off(self, item):
        """Take an item off the published catalogue, as an administrator does."""
        with open_office(self.database) as office:
            id_ = identity.reference_id("catalogue_item", item)

            def work(tx):
                now = office.clock()
                world = Workspace(
                    office.reference.current(tx),
                    received=text_of(now),
                    loaded=entities.locked(tx, [id_]),
                )
                off = {"active": False, "off_since": "2026-05-01"}
                body = {**world.body("catalogue_item", id_), **off}
                world.put(Put("catalogue_item", id_, body))
                publish.flush(tx, world, now)

            office.store.write(work)


class Laptop:
    """One profile; every call is a process of its own, as a script would do it."""

    def __init__(self, home, person, url, keyring=NO_KEYRING):
        self.home, self.person, self.url, self.keyring = home, person, url, keyring

    def environment(self, password=None):
        """Return the environment of this person at this computer."""
        return environment(GRIDWORKER_PASSWORD=password or self.person["password"], **self.keyring)

    def run(self, *arguments, password=None):
        """Run a command; returns (exit code, the document on stdout, stderr)."""
        done = subprocess.run(
            command("gridworker.__main__", "--home", self.home, "--json", *arguments),
            env=self.environment(password),
            cwd=self.home.parent, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
        return done.returncode, json.loads(done.stdout or "null"), done.stderr

    def do(self, *arguments):
        """Run a command that has to succeed and return its document."""
        code, document, said = self.run(*arguments)
        assert code == 0, (arguments, document, said)
        return document

    def begin(self, *arguments):
        """Start a command and return its process, to be killed."""
        return subprocess.Popen(
            command("gridworker.__main__", "--home", self.home, "--json", *arguments),
            env=self.environment(),
            cwd=self.home.parent, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip

    def enrol(self, *more, code=None):
        return self.run("enrol", "--centre", self.url, "--code", code or self.person["code"], *more)

    def enrolled(self, *more):
        code, document, said = self.enrol(*more)
        assert code == 0, (document, said)
        return self


def picture(path, color):
    """Make a photo that differs from others in its color only."""
    Image.new("RGB", (640, 480), color).save(path, "JPEG")
    return path
