"""The parser of requests: the quick one, with a bound on what is no body.

llhttp keeps a head of any length in memory. What is refused here is also refused by a web server in
front; the small centre has none.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEAD = 64 * 1024
FRAMED = 8  # a chunk of one byte takes six
REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedHttp(HttpToolsProtocol):
    """A connection that ends when a head, or what stands around and behind a body, has no end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._beside = 0

    def data_received(self, data: bytes) -> None:
        """Take in bytes; those of a body make up for the lengths of chunks that stand between."""
        self._beside += len(data)
        super().data_received(data)
        if self._beside > MOST_HEAD and not self.transport.is_closing():
            answering: Any = self.cycle
            if answering is None or answering.response_complete:
                self.transport.write(REFUSAL)
            self.transport.close()

    def on_body(self, body: bytes) -> None:
        """Take in a piece of a body, by itself as it is: what is added to nothing is not copied."""
        self._beside = max(0, self._beside - FRAMED * len(body))
        cycle: Any = self.cycle
        if not cycle.body:
            cycle.body = b""
        elif isinstance(cycle.body, bytes):
            cycle.body = bytearray(cycle.body)  # small pieces grow in it, instead of copying all
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._beside = 0
        super().on_message_complete()
