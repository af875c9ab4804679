"""Typed ids, and ids that follow from other ids so that laptop and centre agree without asking."""

import hashlib
from typing import NewType

EntityId = NewType("EntityId", str)
OperationId = NewType("OperationId", str)
UserId = NewType("UserId", str)


def derived_id(origin: str, purpose: str, number: int = 0) -> str:
    """Return the UUIDv7 of the `number`-th `purpose` record that operation `origin` makes.

    Keeps the time bits of `origin`, so index locality stays that of a UUIDv7 (sync.md finding 7).
    """
    seed = hashlib.sha256(f"{origin}/{purpose}/{number}".encode()).hexdigest()
    variant = "89ab"[int(seed[3], 16) & 3]
    return f"{origin[:13]}-7{seed[:3]}-{variant}{seed[4:7]}-{seed[7:19]}"
