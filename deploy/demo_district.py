"""A demo centre on loopback and a laptop enrolled with it, for `make run` and `make tour`."""

import json
import os
import shutil
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

BIN = Path(sys.executable).parent
START_SECONDS = 60
NEEDS_ATTENTION = 5  # a sync that was done; something waits for the person


def data_folder() -> Path:
    """Return the platform's place for the demo; nothing of it is anybody's real data."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "gridworker-demo"


class PortTaken(Exception):
    """Another program, perhaps another demo, listens where this laptop expects its centre."""


class Demo:
    """The demo in one folder: `centre.db`, `blobs/`, `people.json`, `port`, `laptop/`.

    With `database`, an empty PostgreSQL database, it is that instead of `centre.db`; `owner` is its
    URL for the role that makes the tables, if that is another than the centre's.
    """

    def __init__(self, folder: Path, database: str | None = None, owner: str | None = None) -> None:
        self.folder = folder
        self._owner = owner
        self.database = database or f"sqlite:///{folder / 'centre.db'}"
        self.laptop = folder / "laptop"
        self._people = folder / "people.json"
        self._port = folder / "port"
        self._centre: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def centre_pid(self) -> int:
        """The process of a centre that was started."""
        assert self._centre is not None
        return self._centre.pid

    def reset(self) -> None:
        """Forget everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def people(self) -> list[dict[str, Any]]:
        """Return who lives in the district, making the district the first time."""
        if not self._people.exists():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True, mode=0o700)
            owner = self._owner or self.database
            made = self._run("gridworker-central", "demo", "--database", owner, *self._blobs)
            part = self._people.with_suffix(".part")
            part.write_text(made, "utf-8")
            part.chmod(0o600)
            part.rename(self._people)
        found: list[dict[str, Any]] = json.loads(self._people.read_text("utf-8"))["people"]
        return found

    def start_centre(self) -> None:
        """Serve on the remembered port, or on a free one the first time; raises PortTaken."""
        port = self._port.read_text() if self._port.exists() else "0"
        if port != "0" and not _is_free(int(port)):
            raise PortTaken(port)
        command = [BIN / "gridworker-central", "serve", "--demo", "--database", self.database]
        command += [*self._blobs, "--port", port]
        with (self.folder / "centre.log").open("a", encoding="utf-8") as log:
            self._centre = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        assert self._centre.stdout is not None
        line = self._centre.stdout.readline()
        if not line:
            self.stop_centre()
            raise RuntimeError(f"the demo centre did not start; see {self.folder / 'centre.log'}")
        self.url = json.loads(line)["url"]
        self._port.write_text(self.url.rsplit(":", 1)[1])

    def stop_centre(self) -> None:
        """Stop it cleanly."""
        if self._centre is not None:
            self._centre.terminate()
            self._centre.communicate(timeout=30)
            self._centre = None

    def enrol(self, person: dict[str, Any], home: Path | None = None) -> None:
        """Make a laptop this person's, once; the unlock screen then shows the demo password."""
        home = home or self.laptop
        if (home / "vault.json").exists():
            return
        code = ("--code", person["code"])
        self.ask(home, person["password"], "enrol", "--centre", self.url, *code)
        demo = home / "demo.json"
        demo.touch(0o600)
        demo.write_text(json.dumps({"user": person["user"], "password": person["password"]}))

    def bounce(self, worker: dict[str, Any], colleague: str) -> None:
        """Let a colleague be first with one of the worker's tickets, once; the refusal stays.

        The worker hands the ticket up without a network, the colleague of the same grid does so
        with one, and the centre takes the first of them.
        """
        begun = self.laptop / "demo.bounced"
        if begun.exists():
            return
        begun.touch()
        mine = partial(self.ask, self.laptop, worker["password"])
        number = json.loads(mine("tickets", "--state", "onspot_done", "--mine"))[0]["local_no"]
        code = self._run("gridworker-central", "enrol-code", colleague, "--database", self.database)
        with TemporaryDirectory() as folder:
            person = {"user": colleague, "password": worker["password"], "code": code.strip()}
            self.enrol(person, Path(folder) / "laptop")
            theirs = partial(self.ask, Path(folder) / "laptop", worker["password"])
            theirs("act", number, "hand_up", "reason=示例：又堆满了，要请物业")
            theirs("sync")
        mine("act", number, "hand_up", "reason=示例：住户不肯搬，要请社区出面")
        mine("sync")

    def ask(self, home: Path, password: str, *command: str) -> str:
        """Run a command at a laptop and return the document it prints."""
        arguments = ("--home", str(home), "--json", *command)
        return self._run("gridworker", *arguments, GRIDWORKER_PASSWORD=password)

    def state(self) -> list[dict[str, Any]]:
        """Return what the centre holds, line by line."""
        text = self._run("gridworker-central", "export-state", "--database", self.database)
        return [json.loads(line) for line in text.splitlines()]

    @property
    def _blobs(self) -> tuple[str, str]:
        return ("--blobs", str(self.folder / "blobs"))

    def _run(self, program: str, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [BIN / program, *arguments],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=START_SECONDS * 5,
            check=False,
        )
        if done.returncode not in {0, NEEDS_ATTENTION}:
            raise RuntimeError(
                f"{program} {arguments[0]} ended with {done.returncode}: {done.stderr}"
            )
        return done.stdout


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
