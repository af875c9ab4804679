"""A real object store for tests: SeaweedFS with its S3 door, on loopback and free ports."""

import itertools
import json
import socket
import subprocess
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from deploy import peers

KEY, SECRET = "centre", "the-secret-of-the-centre"
DOORS = ("master", "volume", "filer", "s3")
READY_SECONDS = 60


class Seaweed:
    """One server over one folder; killed and started again it has the same address and data."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._has_bucket = False
        self._names = itertools.count(1)
        folder.mkdir()
        names = [f"{door}.port{kind}" for door in DOORS for kind in ("", ".grpc")]
        self._ports = dict(zip(names, _free_ports(len(names)), strict=True))
        self.url = f"http://127.0.0.1:{self._ports['s3.port']}"
        identity = {
            "name": "centre",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "List", "Tagging", "Write"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))

    @property
    def environment(self) -> dict[str, str]:
        """What a program has to be told to find it."""
        return {
            "AWS_ENDPOINT_URL_S3": self.url,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def start(self) -> "Seaweed":
        """Start it and wait until its owner can write."""
        folder = self._folder
        options = ("-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-volume.max=1000")
        options += (f"-s3.config={folder / 's3.json'}", "-s3.iam=false")
        options += ("-s3.port.iceberg=0", "-s3.port.lance=0")
        options += tuple(f"-{name}={port}" for name, port in self._ports.items())
        command = [peers.WEED, "server", "-s3", *options]
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        self._wait()
        return self

    def kill(self) -> None:
        """End it at once, as a power cut does; asked to end it takes half a minute."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            for port in self._ports.values():
                for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                    left.unlink()

    def ensure(self) -> None:
        """Start it again if a test has ended it."""
        if self._process is None:
            self.start()

    def new_bucket(self, *, locked: bool) -> str:
        """Make a bucket, with versions and locks or with neither, and return its name."""
        name = f"photos-{next(self._names)}"
        self.client().create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked)
        return name

    def client(self) -> Any:
        """Return a door for tests that look behind the centre's back."""
        return get_session().create_client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(
                s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, read_timeout=20
            ),
        )

    def _wait(self) -> None:
        """Write until it works: the first bucket and volume take seconds."""
        client, until = self.client(), time.monotonic() + READY_SECONDS
        while True:
            try:
                if not self._has_bucket:
                    client.create_bucket(Bucket="ready")
                    self._has_bucket = True
                client.put_object(Bucket="ready", Key="ready", Body=b"ready")
            except (ClientError, BotoCoreError):
                assert time.monotonic() < until, (self._folder / "log").read_text()
                threading.Event().wait(0.1)
            else:
                return


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)
        ]
        return [one.getsockname()[1] for one in sockets]
