"""Listens for the centre's pokes, so that what others do is here within a second.

It is a comfort only: rounds go on at their own pace without it, and a poke says nothing but "ask".
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Protocol

from gridworker import __version__
from gridworker.wire import PROTOCOL
from sync.schedule import BackOff
from sync.transport import NoConnection

PATH = "/v1/sync/events"
NEWS = b"event: news"
LOOK = 1.0
OK = 200
log = logging.getLogger(__name__)


class Line(Protocol):
    """What an ear needs of a transport."""

    def lines(self, path: str, headers: Mapping[str, str]) -> Iterator[bytes]:
        """Yield the lines of an answer as they come; raises NoConnection."""
        ...

    def give_up(self) -> None:
        """End the request under way, from any thread, and take no more."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class Ear:
    """A thread with a connection of its own; `start` and `close` once each.

    `token` gives the token of the moment, `may` says whether there is a network to listen on,
    `poked` is called for each poke.
    """

    def __init__(
        self,
        transport: Line,
        random: Random,
        *,
        token: Callable[[], str],
        may: Callable[[], bool],
        poked: Callable[[], None],
    ) -> None:
        self._transport = transport
        self._back_off = BackOff(random)
        self._token, self._may, self._poked = token, may, poked
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sync-ear", daemon=True)

    def start(self) -> None:
        """Begin to listen as soon as there is a network."""
        self._thread.start()

    def close(self) -> None:
        """Stop at once."""
        self._over.set()
        self._transport.give_up()
        if self._thread.is_alive():
            self._thread.join()
        self._transport.close()

    def _run(self) -> None:
        wait = LOOK
        while not self._over.wait(wait):
            wait = LOOK
            if not self._may():
                continue
            try:
                self._listen()
            except NoConnection as lost:
                wait = self._back_off.after_failure(lost)
            except Exception:  # the thread is the boundary: a comfort that fails is done without
                log.exception("listening for pokes")
                return

    def _listen(self) -> None:
        headers = {
            "Accept": "text/event-stream",
            "Authorization": f"Bearer {self._token()}",
            "Sync-Protocol": str(PROTOCOL),
            "Sync-Client": __version__,
        }
        for line in self._transport.lines(PATH, headers):
            if self._over.is_set() or not self._may():
                return
            self._back_off.after_success()
            if line == NEWS:
                self._poked()
