"""One request to an ASGI application, in this thread, without a socket."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sync.transport import Reply


class Caller:
    """Keeps one event loop, and the routes of one centre, for all histories of a process."""

    def __init__(self) -> None:
        self.centre: Any = None
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def request(
        self,
        app: Any,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        cut_at: int | None = None,
    ) -> Reply:
        """Send a request; with `cut_at` the sender goes away after so many bytes of the body."""
        whole = cut_at is None
        messages = [{"type": "http.request", "body": body[:cut_at], "more_body": not whole}]
        answered: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return messages.pop(0) if messages else {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            answered.append(message)

        parts = urlsplit(path)
        named = {name.lower(): value for name, value in headers.items()}
        named |= {"host": "centre", "content-length": str(len(body))}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(n.encode(), v.encode()) for n, v in named.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        self._loop.run_until_complete(app(scope, receive, send))
        start = next((m for m in answered if m["type"] == "http.response.start"), None)
        if start is None:
            return Reply(0, {}, b"")
        found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        content = b"".join(m.get("body", b"") for m in answered if m is not start)
        return Reply(start["status"], found, content)
