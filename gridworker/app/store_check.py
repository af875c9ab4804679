"""Whether the store works on this computer: a new one is made, written and found sealed."""

from contextlib import closing
from pathlib import Path
from secrets import token_bytes

from gridworker.storage import state
from gridworker.storage.engine import KEY_BYTES, open_engines
from gridworker.storage.late_keyring import LateKeyring
from gridworker.storage.migrate import bring_up, known_revisions

PLAIN = b"SQLite format 3"
WORD = "selftest"


class NotSealed(Exception):
    """What was written can be read on the disk: the database does not encrypt."""


def check_store(folder: Path) -> str:
    """Make a store in an empty folder and read it back; returns its schema. Raises NotSealed."""
    path, key = folder / "main.db", token_bytes(KEY_BYTES)
    bring_up(path, key)
    with closing(open_engines(path, key)) as engines:
        with engines.write.begin() as session:
            state.put(session, user_name=WORD)
        with engines.read() as session:
            found = state.get(session).user_name
    written = b"".join(file.read_bytes() for file in folder.iterdir())
    if found != WORD or PLAIN in written or WORD.encode() in written:
        raise NotSealed
    return known_revisions()[-1]


def keyring_name() -> str:
    """Return the keyring this computer offers, or "none"."""
    return LateKeyring().name or "none"
