"""Photos in an object store that speaks S3: one object each, named by its hash.

The store checks the bytes itself: every request is signed over its body, and the hash that names
the photo goes with it as a checksum. One request carries the whole of a photo, so there is never a
part of one to be seen. Nothing is overwritten and nothing deleted; whether the bucket keeps
versions and for how long it locks them is its owner's choice, and honoured.
"""

import logging
import re
import shutil
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from hashlib import sha256 as hash_of
from pathlib import Path
from typing import Any, BinaryIO

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
)
from botocore.session import get_session

from central.blobs import ASIDE, EPOCH, NAME, PhotoBytes, PhotosAway, PhotosRefused

NO_OBJECT = frozenset({"404", "NoSuchKey"})
NO_BUCKET = "NoSuchBucket"
IN_THE_WAY = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
FORBIDDEN = frozenset({401, 403})
EPOCH_FORM = re.compile(r"[0-9a-f]{16}\Z")
LEAST_FREE = 0.05
REGION = "us-east-1"
MOST_EPOCH = 100
AT_ONCE = 4
LOG = logging.getLogger(__name__)


class S3Blobs:
    """A bucket of photos; unfinished uploads grow in `spool`, on the disk of this process.

    Where the store is and who we are is read as every S3 program reads it (`AWS_ENDPOINT_URL_S3`,
    `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_DEFAULT_REGION`, or a profile). `epoch` is
    what the operator keeps outside the database; without it an object `.epoch` does.
    """

    def __init__(self, bucket: str, spool: Path, *, epoch: str | None = None) -> None:
        """Open a bucket that is there; raises PhotosRefused and PhotosAway."""
        if epoch is not None and not EPOCH_FORM.match(epoch):
            raise PhotosRefused("GRIDWORKER_EPOCH is not 16 hex digits")
        self._bucket = bucket
        self._spool = spool
        self._epoch = epoch
        self._client = _client()
        spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _answered(bucket):
            versions = self._client.get_bucket_versioning(Bucket=bucket).get("Status")
        if versions != "Enabled":
            LOG.warning("bucket %s keeps no versions: what is deleted there is gone", bucket)

    def part(self, name: str) -> Path:
        """Return the file of an unfinished upload on the local disk."""
        return self._spool / name

    def parts(self) -> Iterator[Path]:
        """Yield the files of unfinished uploads of this process's disk."""
        return self._spool.iterdir()

    def sync(self, *parts: Path | int) -> None:
        """Leave the disk alone: the photo counts once the store has it, and until then it is sent.

        A part that a power cut shortens is sent again by its device from where it then ends.
        """

    def keep(self, *finished: tuple[Path, str]) -> None:
        """Make finished uploads objects, unless they are, and let go of the files.

        Raises PhotosAway, also when the store found other bytes than were sent: the file stays.
        """
        if len(finished) == 1:
            self._keep(*finished[0])
            return
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="centre-s3") as threads:
            list(threads.map(lambda one: self._keep(*one), finished))

    def _keep(self, part: Path, sha256: str) -> None:
        if not NAME.match(sha256):
            raise ValueError(sha256)
        with part.open("rb") as file:
            try:
                self._put(sha256, file, bytes.fromhex(sha256), IfNoneMatch="*")
            except FileExistsError:
                LOG.info("%s was in bucket %s before", sha256, self._bucket)
        if self.size(sha256) != part.stat().st_size:
            raise PhotosAway(f"bucket {self._bucket} holds something else as {sha256}")
        part.unlink()

    def size(self, sha256: str) -> int | None:
        """Return the size of a photo's object; raises PhotosAway."""
        if not NAME.match(sha256):
            return None
        try:
            with _answered(self._bucket):
                found = self._client.head_object(Bucket=self._bucket, Key=sha256)
        except FileNotFoundError:
            return None
        return int(found["ContentLength"])

    def open(self, sha256: str, start: int = 0) -> PhotoBytes:
        """Open a photo's object from `start` on; raises FileNotFoundError and PhotosAway."""
        if not NAME.match(sha256):
            raise FileNotFoundError(sha256)
        return self._get(sha256, **({"Range": f"bytes={start}-"} if start else {}))

    def lay_aside(self, part: Path, name: str, sha256: str) -> None:
        """Make a finished file an object under `.escrow/`, unless it is one; let go of the file."""
        with part.open("rb") as file:
            try:
                self._put(f"{ASIDE}/{name}", file, bytes.fromhex(sha256), IfNoneMatch="*")
            except FileExistsError:
                LOG.info("%s was in bucket %s before", name, self._bucket)
        part.unlink()

    def aside(self) -> set[tuple[str, int]]:
        """Return names and sizes of the objects under `.escrow/`."""
        prefix = f"{ASIDE}/"
        with _answered(self._bucket):
            pages = self._client.get_paginator("list_objects_v2")
            found = pages.paginate(Bucket=self._bucket, Prefix=prefix).search("Contents[]")
            return {
                (str(one["Key"]).removeprefix(prefix), int(one["Size"])) for one in found if one
            }

    def open_aside(self, name: str) -> PhotoBytes:
        """Open an object under `.escrow/`."""
        return self._get(f"{ASIDE}/{name}")

    def has_room(self) -> bool:
        """Say whether the local disk takes more unfinished uploads; the store has no end."""
        usage = shutil.disk_usage(self._spool)
        return usage.free >= usage.total * LEAST_FREE

    def read_epoch(self) -> str | None:
        """Return what the operator set, or what `.epoch` says."""
        if self._epoch is not None:
            return self._epoch
        try:
            with closing(self._get(EPOCH)) as file:
                return file.read(MOST_EPOCH).decode("ascii").strip() or None
        except FileNotFoundError:
            return None

    def write_epoch(self, epoch: str) -> bool:
        """Replace `.epoch`, or ask the operator to change what he set."""
        if self._epoch is not None:
            LOG.warning("a new epoch has begun: set GRIDWORKER_EPOCH=%s", epoch)
            return False
        body = f"{epoch}\n".encode()
        self._put(EPOCH, body, hash_of(body).digest())
        return True

    def _put(self, key: str, body: BinaryIO | bytes, checksum: bytes, **options: str) -> None:
        with _answered(self._bucket):
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ChecksumSHA256=b64encode(checksum).decode(),
                ContentType="application/octet-stream",
                **options,
            )

    def _get(self, key: str, **options: str) -> PhotoBytes:
        with _answered(self._bucket):
            found = self._client.get_object(Bucket=self._bucket, Key=key, **options)
        return _Object(self._bucket, found["Body"])


class _Object:
    """The bytes of an object as they come."""

    def __init__(self, bucket: str, body: Any) -> None:
        self._bucket = bucket
        self._body = body

    def read(self, most: int, /) -> bytes:
        """Return the next bytes, none at the end; raises PhotosAway when the store falls silent."""
        with _answered(self._bucket):
            piece: bytes = self._body.read(most)
        return piece

    def close(self) -> None:
        """Let go of the connection."""
        self._body.close()


def _client() -> Any:
    """Return the door to the store: path-style, every body signed, three tries."""
    session = get_session()
    # What we are told in our own configuration counts; nobody on the network is asked who we are.
    session.get_component("credential_provider").remove("iam-role")
    return session.create_client(
        "s3",
        region_name=session.get_config_variable("region") or REGION,
        config=Config(
            s3={"addressing_style": "path", "payload_signing_enabled": True},
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": 3},
            max_pool_connections=16,
        ),
    )


@contextmanager
def _answered(bucket: str) -> Iterator[None]:
    """Turn the library's errors into ours.

    Raises FileNotFoundError, FileExistsError, PhotosRefused for a bucket that is not there or not
    ours, and PhotosAway for everything that may be over in a while.
    """
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code in NO_OBJECT:
            raise FileNotFoundError(code) from error
        if code in IN_THE_WAY:
            raise FileExistsError(code) from error
        if code == NO_BUCKET:
            raise PhotosRefused(f"there is no bucket {bucket}") from error
        if status in FORBIDDEN:
            raise PhotosRefused(f"bucket {bucket} does not let us in ({code})") from error
        raise PhotosAway(f"bucket {bucket}: {code}") from error
    except (NoCredentialsError, PartialCredentialsError, ParamValidationError) as error:
        raise PhotosRefused(f"bucket {bucket!r}: {error}") from error
    except BotoCoreError as error:
        raise PhotosAway(f"bucket {bucket}: {error}") from error
