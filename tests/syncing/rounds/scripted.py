"""A line on which a test decides what some requests are answered."""

import msgspec

from gridworker.wire import content_digest
from sync.transport import Reply


class Scripted:
    """A line on which chosen requests get a prepared answer instead, each once; None is none."""

    near = True

    def __init__(self, line) -> None:
        self._line = line
        self.asked: list[tuple[str, str]] = []
        self.instead: dict[str, list[Reply | Exception | None]] = {}

    def send(self, method, path, headers, body=b"", *, timeout) -> Reply:
        self.asked.append((method, path))
        waiting = next((v for k, v in self.instead.items() if path.startswith(k) and v), None)
        answer = waiting.pop(0) if waiting else None
        if answer is None:
            return self._line.send(method, path, headers, body, timeout=timeout)
        if isinstance(answer, Exception):
            raise answer
        own = {"sync-epoch": headers.get("Sync-Epoch", ""), **answer.headers}
        return Reply(answer.status, own, answer.body)


def problem(name: str, status: int, **extra: object) -> Reply:
    body = msgspec.json.encode(
        {"type": f"urn:gsp:problem:{name}", "title": name, "status": status, **extra}
    )
    headers = {"content-type": "application/problem+json", "content-digest": content_digest(body)}
    return Reply(status, headers, body)
