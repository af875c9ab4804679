"""Who lives in the demo."""

import msgspec


class Person(msgspec.Struct, frozen=True):
    """Who lives in the demo; `code` enrols one laptop, `password` is meant for its vault."""

    user: str
    role: str
    scope: str
    password: str
    code: str
