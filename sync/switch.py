"""A network that can be taken away on purpose, for demonstrations and drills."""

from collections.abc import Mapping

from sync.transport import NoConnection, Reply, Transport


class Switch:
    """Stands before a transport; while `cut` nothing goes through."""

    def __init__(self, transport: Transport, *, cut: bool = False) -> None:
        self._transport = transport
        self.cut = cut

    @property
    def near(self) -> bool:
        """Say whether the centre is on this machine."""
        return self._transport.near

    def give_up(self) -> None:
        """End the request under way, from any thread, and take no more."""
        self._transport.give_up()

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        timeout: float,
    ) -> Reply:
        """Send through, or raise NoConnection at once while the network is cut."""
        if self.cut:
            raise NoConnection("demo_offline")
        return self._transport.send(method, path, headers, body, timeout=timeout)
