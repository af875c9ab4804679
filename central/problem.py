"""Answers that are not a success, as the contract names them (sync.md 4.13)."""

from collections.abc import Mapping
from typing import Final

STATUS: Final[Mapping[str, tuple[int, str]]] = {
    "malformed": (400, "The request cannot be read"),
    "token-expired": (401, "The token is unknown or over"),
    "device-suspended": (401, "The device is suspended"),
    "code-invalid": (403, "The code is not known"),
    "code-used": (403, "The code was used"),
    "code-expired": (403, "The code is over"),
    "scope-denied": (403, "Not for this device"),
    "device-mismatch": (403, "The body names another device"),
    "not-found": (404, "There is nothing here"),
    "method-not-allowed": (405, "This cannot be done here"),
    "epoch-changed": (409, "The centre has begun a new epoch"),
    "seq-gap": (409, "Operations are missing before these"),
    "device-forked": (409, "These numbers were used for other operations"),
    "wrong-offset": (409, "The upload stands elsewhere"),
    "device-wiped": (410, "The device is to be wiped"),
    "tus-version": (412, "Only tus 1.0.0 is spoken"),
    "too-large": (413, "More than may be sent at once"),
    "unsupported-encoding": (415, "The encoding or type is not understood"),
    "range": (416, "The range lies outside the file"),
    "client-too-old": (426, "This version of the program is too old"),
    "wrong-hash": (460, "The bytes do not have the promised hash"),
    "internal": (500, "The centre failed"),
    "overloaded": (503, "The centre is busy"),
    "storage-full": (507, "The centre has no room for photos"),
}


class Refused(Exception):
    """A request is not done; `facts` are the extension members of the problem."""

    def __init__(
        self,
        name: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(name, detail)
        self.name = name
        self.status, self.title = STATUS[name]
        self.detail = detail
        self.headers = dict(headers or {})
        self.facts = facts
        if self.status in {503, 507}:
            self.headers.setdefault("Retry-After", "30" if self.status == 503 else "600")  # noqa: PLR2004
