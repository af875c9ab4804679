"""How values reach the database driver, for laptop and centre alike."""

from sqlcipher3 import dbapi2 as sqlcipher


def bind_plainly() -> None:
    """Bind None, bytes and truth values as what they are.

    Without an adapter the driver looks for one at four places, a microsecond for each such value.
    """
    sqlcipher.register_adapter(type(None), _as_it_is)
    sqlcipher.register_adapter(bytes, _as_it_is)
    sqlcipher.register_adapter(bool, int)


def _as_it_is(value: object) -> object:
    return value
