"""What a centre answered, as tests look at it."""

import json
from dataclasses import dataclass
from typing import Any

from gridworker import encodings


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        encoding = self.headers.get("content-encoding")
        if encoding is None:
            return json.loads(self.body)
        return json.loads(encodings.inflate(encoding, self.body, most=100_000_000))

    @property
    def problem(self) -> str:
        assert self.headers["content-type"].startswith("application/problem+json")
        return str(self.json["type"]).removeprefix("urn:gsp:problem:")
