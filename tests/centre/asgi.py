"""What an ASGI server says to an application."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote


def scope_of(method: str, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Return what an ASGI server says of a request."""
    bare, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(bare),
        "raw_path": quote(bare, safe="/%").encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }
